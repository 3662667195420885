"""The ledger: events, batches, entries and lines.

The ledger of a dossier is a sequence of events, numbered by `ledger_revision`. A batch adds
entries; it is loaded unseen, and never changes once published. A span says from which revision to
which a batch is in force: publishing opens one, taking a batch back closes it. A batch may also
remove entries of earlier ones (`batch_links`): an entry is in the ledger while its batch is in
force and no batch in force removes it. Nothing here knows of imports.
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
    sa.Column("state", sa.String, nullable=False, comment="loading, published, dead, purged"),
    sa.Column("leased_until", Instant, nullable=False, comment="dead if still loading by then"),
    sa.Column("published_at", Instant),
    sa.Column("content_sha256", sa.String(64), comment="of the file once unpacked"),
    sa.Column("entries", sa.Integer, comment="what it adds"),
    sa.Column("lines", sa.Integer),
    sa.Column("debit_cents", sa.BigInteger),
    sa.Column("credit_cents", sa.BigInteger),
    sa.Column("first_date", sa.Date, comment="of what it adds"),
    sa.Column("last_date", sa.Date),
    sa.Column("content_digest", sa.String(64), comment="of its blocks; null: none were kept"),
    sa.Column("details", sa.JSON, comment="file, model, policies: what its maker says of it"),
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
    sa.Column("kind", sa.String, nullable=False, comment="see ledger.events.EventKind"),
    sa.Column("batch_id", sa.Integer),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.String, comment="a key; null: an operator of the service"),
    sa.Column("reason", sa.String),
    sa.Column("details", sa.JSON, comment="what the event says, besides its batch"),
    sa.Column("previous_digest", sa.String(64)),
    sa.Column("digest", sa.String(64), comment="of all that it says, and of the digest before"),
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

batch_links = sa.Table(
    "batch_links",
    metadata,
    firm_key(),
    number_key("batch_id"),
    number_key("target_batch_id"),
    number_key("first_entry"),
    sa.Column("last_entry", sa.Integer, nullable=False),
    sa.Column(
        "kind",
        sa.String,
        nullable=False,
        comment="removes; changes: removed for `entry`; confirms: the file has them too",
    ),
    sa.Column("entry", sa.Integer, comment="of the batch: it stands for the entry it changes"),
    sa.Index("ix_batch_links_domain_id_target_batch_id", "domain_id", "target_batch_id"),
    sa.Index(
        "ix_batch_links_removing",
        *("domain_id", "target_batch_id", "first_entry"),
        sqlite_where=sa.text("kind <> 'confirms'"),
        postgresql_where=sa.text("kind <> 'confirms'"),
    ),
    comment="What a batch does to entries of earlier batches. Only removes and changes take them "
    "out of the ledger. There may be many: no foreign key.",
)

batch_blocks = sa.Table(
    "batch_blocks",
    metadata,
    firm_key(),
    number_key("batch_id"),
    number_key("block"),
    sa.Column("first_line", sa.Integer, nullable=False),
    sa.Column("last_line", sa.Integer, nullable=False),
    sa.Column("first_entry", sa.Integer, comment="of those that begin in it; null: none"),
    sa.Column("last_entry", sa.Integer),
    sa.Column("digest", sa.String(64), nullable=False),
    belongs_to("batches", "batch_id"),
    comment="Digests of the rows of a batch: its lines between two, and the entries they begin.",
)

entry_links = sa.Table(
    "entry_links",
    metadata,
    firm_key(),
    number_key("batch_id"),
    number_key("entry"),
    sa.Column("target_batch_id", sa.Integer, nullable=False),
    sa.Column("target_entry", sa.Integer, nullable=False),
    sa.Index("ix_entry_links_domain_id_target_batch_id", "domain_id", "target_batch_id"),
    comment="The entry that an entry reverses (contre-passation). There may be many: no "
    "foreign key.",
)

validations = sa.Table(
    "validations",
    metadata,
    firm_key(),
    number_key("dossier_id"),
    number_key("revision"),
    sa.Column("through", sa.Date, nullable=False),
    sa.Column("journals", sa.JSON, comment="ids of journals; null: all"),
    sa.Column("at", Instant, nullable=False),
    belongs_to("dossiers", "dossier_id"),
    comment="Acts that made definitive the entries then in the ledger, up to a day.",
)

matchings = sa.Table(
    "matchings",
    metadata,
    firm_key(),
    number_key("dossier_id"),
    number_key(),
    sa.Column("account_id", sa.Integer, nullable=False),
    sa.Column("third_party_id", sa.Integer),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("by", sa.String, comment="a key; null: an operator of the service"),
    sa.Column("from_revision", sa.Integer, nullable=False),
    sa.Column("to_revision", sa.Integer, comment="null: still in force"),
    belongs_to("dossiers", "dossier_id"),
    comment="Lettering by hand; id is the revision of its event.",
)

matching_lines = sa.Table(
    "matching_lines",
    metadata,
    firm_key(),
    number_key("dossier_id"),
    number_key("matching_id"),
    number_key("batch_id"),
    number_key("line"),
    sa.Column(
        "matched",
        sa.Boolean,
        nullable=False,
        comment="false: the lettering that came with the line no longer holds",
    ),
    sa.Index("ix_matching_lines_domain_id_batch_id", "domain_id", "batch_id"),
    belongs_to("dossiers", "dossier_id"),
)

codes = sa.Table(
    "codes",
    metadata,
    firm_key(),
    number_key("dossier_id"),
    sa.Column(
        "kind", sa.String, primary_key=True, comment="account, journal, third-party, section"
    ),
    number_key(),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("label", sa.String, nullable=False),
    sa.UniqueConstraint("domain_id", "dossier_id", "kind", "code"),
    belongs_to("dossiers", "dossier_id"),
    comment="The accounts, journals, third parties and analytic sections (SECTION@AXIS) of a "
    "dossier; id counts from 1 in each kind.",
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
    sa.Column("key_hash", sa.BigInteger, comment="of journal and number; see ledger.fingerprints"),
    sa.Column("content_hash", sa.BigInteger, comment="of date and lines"),
    sa.Column("full_hash", sa.BigInteger, comment="of all columns but lettering"),
    sa.Column(
        "words",
        sa.String,
        comment="folded number, documents and labels of its lines; null: look at them",
    ),
    _page_ranges("entries", "batch_id", "entry"),
    sa.Index("ix_entries_domain_id_batch_id_entry", "domain_id", "batch_id", "entry").ddl_if(
        dialect="postgresql"
    ),  # elsewhere it is the key
    sa.Index("ix_entries_domain_id_batch_id_number", "domain_id", "batch_id", "number"),
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
    sa.Column("made", sa.Boolean, comment="true: added here, to balance its entry"),
    sa.Column("day", sa.Date, comment="its date, or that of its entry: for the index"),
    _page_ranges("lines", "batch_id", "line"),
    sa.Index("ix_lines_domain_id_batch_id_entry", "domain_id", "batch_id", "entry"),
    sa.Index(
        "ix_lines_domain_id_batch_id_account_id_day", "domain_id", "batch_id", "account_id", "day"
    ),
    sqlite_with_rowid=False,
    comment="line is the number of the line in the file. What repeats its entry, its account, "
    "its third party or its journal is null, but for its day.",
)


line_sections = sa.Table(
    "line_sections",
    metadata,
    firm_key(),
    number_key("batch_id"),
    number_key("line"),
    sa.Column("rank", sa.SmallInteger, primary_key=True, autoincrement=False),
    sa.Column("entry", sa.Integer, nullable=False),
    sa.Column("axis", sa.String, nullable=False),
    sa.Column("section_id", sa.Integer, nullable=False, comment="in codes, of the kind section"),
    sa.Column("amount_cents", sa.BigInteger, nullable=False, comment="debit less credit"),
    sa.Column("percentage", sa.String, comment="as given; null: the amount was"),
    sqlite_with_rowid=False,
    comment="The splits of lines over analytic sections; those on one axis add up to the line. "
    "rank counts from 1 within the line. There may be many: no foreign key.",
)


attachments = sa.Table(
    "attachments",
    metadata,
    firm_key(),
    number_key("batch_id"),
    number_key(),
    sa.Column("entry", sa.Integer, comment="null: of the file as a whole"),
    sa.Column("line", sa.Integer, comment="null: of the file as a whole"),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("media_type", sa.String, comment="null: named by the file, and not given with it"),
    sa.Column("bytes", sa.BigInteger),
    sa.Column("sha256", sa.String(64)),
    sa.Column("stored_key", sa.String, comment="null: not in the storage (any more)"),
    belongs_to("batches", "batch_id"),
    sa.Index("ix_attachments_domain_id_stored_key", "domain_id", "stored_key"),
    comment="The documents attached to the entries of a batch; id counts from 1 within it.",
)


def _totals(name: str, *keys: sa.Column[int], period: str = "month", comment: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        firm_key(),
        number_key("batch_id"),
        number_key("account_id"),
        *keys,
        number_key("journal_id"),
        sa.Column("siret", sa.String(14), primary_key=True, comment="empty: none was given"),
        number_key(period),
        sa.Column(
            "removed", sa.Boolean, primary_key=True, comment="true: of what it removes, negative"
        ),
        sa.Column("debit_cents", sa.BigInteger, nullable=False),
        sa.Column("credit_cents", sa.BigInteger, nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
        comment=comment,
    )


totals = _totals(
    "totals",
    comment="What a batch adds, and what it removes, by month (year × 100 + month). The totals of "
    "a ledger are the sum over the batches in force.",
)

third_party_totals = _totals(
    "third_party_totals",
    number_key("third_party_id"),
    comment="The same, of the lines that have a third party.",
)

third_party_years = _totals(
    "third_party_years",
    number_key("third_party_id"),
    period="year",
    comment="The same as `third_party_totals`, by calendar year: these are many rows by month.",
)

totals_summaries = sa.Table(
    "totals_summaries",
    metadata,
    firm_key(),
    number_key("dossier_id"),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column(
        "batch_id",
        sa.Integer,
        nullable=False,
        comment="the number of no batch: the tables of totals have the sums under it",
    ),
    belongs_to("dossiers", "dossier_id"),
    comment="The totals of the batches in force at a revision, added up for dossiers of many.",
)
