"""The ledger: events, batches, entries and lines.

The ledger of a dossier is a sequence of events, numbered by `ledger_revision`. A batch adds
entries; it is loaded unseen, and never changes once published. A span says from which revision to
which a batch is in force: publishing opens one, taking a batch back closes it. Nothing here knows
of imports.
"""

from __future__ import annotations

import sqlalchemy as sa

from ecritures.database.tables.base import belongs_to, firm_key, metadata, number_key
from ecritures.database.types import Instant

batches = sa.Table(
    "batches",
    metadata,
    firm_key(),
    number_key(),
    sa.Column("dossier_id", sa.Integer, nullable=False),
    sa.Column(
        "origin", sa.String, nullable=False, comment="import, replacement, reversal, opening"
    ),
    sa.Column("source", sa.String, nullable=False, comment="opaque: what its maker calls it"),
    sa.Column("state", sa.String, nullable=False, comment="loading, published, dead"),
    sa.Column("leased_until", Instant, nullable=False, comment="dead if still loading by then"),
    sa.Column("published_at", Instant),
    sa.Column("content_sha256", sa.String(64), comment="of the file once unpacked"),
    sa.UniqueConstraint("domain_id", "source"),
    belongs_to("dossiers", "dossier_id"),
    sa.Index(
        "ix_batches_domain_id_dossier_id_content_sha256",
        "domain_id",
        "dossier_id",
        "content_sha256",
    ),
    comment="Entries that enter the ledger together. Its number follows the clock.",
)

events = sa.Table(
    "events",
    metadata,
    firm_key(),
    number_key("dossier_id"),
    number_key("revision"),
    sa.Column("kind", sa.String, nullable=False, comment="published"),
    sa.Column("batch_id", sa.Integer),
    sa.Column("at", Instant, nullable=False),
    belongs_to("dossiers", "dossier_id"),
    comment="What changed the ledger of a dossier, one row a revision, without a gap.",
)

batch_spans = sa.Table(
    "batch_spans",
    metadata,
    firm_key(),
    number_key("dossier_id"),
    number_key("batch_id"),
    number_key("from_revision"),
    sa.Column("to_revision", sa.Integer, comment="null: still in force"),
    belongs_to("batches", "batch_id"),
    comment="A batch is in force at revision R when from_revision <= R < to_revision.",
)

codes = sa.Table(
    "codes",
    metadata,
    firm_key(),
    number_key("dossier_id"),
    sa.Column("kind", sa.String, primary_key=True, comment="account, journal, third-party"),
    number_key(),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("label", sa.String, nullable=False),
    sa.UniqueConstraint("domain_id", "dossier_id", "kind", "code"),
    belongs_to("dossiers", "dossier_id"),
    comment="The accounts, journals and third parties of a dossier; id counts from 1 in each kind.",
)


def _page_ranges(table: str, *columns: str) -> sa.Index:
    """Return the index that says in which pages of a large table the rows of a batch are.

    Rows are loaded in the order of these columns, so page ranges find them, at almost no cost to
    the load; a B-tree would cost as much as the rows themselves.
    """
    index = sa.Index(
        f"ix_{table}_{'_'.join(columns)}",
        *columns,
        postgresql_using="brin",
        # 32 pages hold some 3,000 lines: what a small import scans to find its own thousand.
        postgresql_with={"autosummarize": "on", "pages_per_range": 32},
    )
    return index.ddl_if(dialect="postgresql")


entries = sa.Table(
    "entries",
    metadata,
    firm_key(),
    number_key("batch_id"),
    number_key("entry"),
    sa.Column("journal_id", sa.Integer, nullable=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("entry_date", sa.Date, nullable=False),
    sa.Column("piece_ref", sa.String),
    sa.Column("piece_date", sa.Date),
    sa.Column("label", sa.String),
    sa.Column("validation_date", sa.Date),
    _page_ranges("entries", "batch_id", "entry"),
    sqlite_with_rowid=False,
    comment="entry counts from 1 within the batch, in file order. Values of its first line.",
)

lines = sa.Table(
    "lines",
    metadata,
    firm_key(),
    number_key("batch_id"),
    number_key("line"),
    sa.Column("entry", sa.Integer, nullable=False),
    sa.Column("account_id", sa.Integer, nullable=False),
    sa.Column("third_party_id", sa.Integer),
    sa.Column("debit_cents", sa.BigInteger, nullable=False),
    sa.Column("credit_cents", sa.BigInteger, nullable=False),
    sa.Column("lettering", sa.String),
    sa.Column("lettering_date", sa.Date),
    sa.Column("currency_amount", sa.BigInteger),
    sa.Column("currency_scale", sa.SmallInteger),
    sa.Column("currency", sa.String),
    sa.Column("entry_date", sa.Date),
    sa.Column("piece_ref", sa.String),
    sa.Column("piece_date", sa.Date),
    sa.Column("label", sa.String),
    sa.Column("validation_date", sa.Date),
    sa.Column("account_label", sa.String),
    sa.Column("third_party_label", sa.String),
    sa.Column("journal_label", sa.String),
    sa.Column("siret", sa.String(14)),
    sa.Column("extra", sa.String),
    sa.Column("journal_id", sa.Integer, comment="of an entry over several journals"),
    _page_ranges("lines", "batch_id", "line"),
    sqlite_with_rowid=False,
    comment="line is the number of the line in the file. What repeats its entry, its account, "
    "its third party or its journal is null.",
)
