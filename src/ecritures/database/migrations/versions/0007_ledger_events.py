# ruff: noqa: S608 - the texts are ours
"""Batches that remove entries, events with digests, validation, lettering by hand, webhooks.

Revision 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ecritures.database.types import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

RIGHTS = "read,import,withdraw,administer"
LARGE = ("batch_links", "entry_links", "totals")
"""Filled by COPY as their owner, for whom their policies do not hold; for others they do."""
SMALL = (*("batch_blocks", "deliveries", "matching_lines", "matchings", "validations", "webhooks"),)
OF_FIRM = "domain_id = nullif(nullif(current_setting('ecritures.domain', true), '*'), '')::int"
OF_EVERY_FIRM = "current_setting('ecritures.domain', true) = '*'"


def upgrade() -> None:
    """Add the columns and the tables; add up the totals of what was published before."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    _add_columns()
    _replace_closed()
    _create_links()
    _create_facts()
    _create_webhooks()
    _create_totals()
    if is_postgresql:
        op.execute("SET LOCAL statement_timeout = 0")  # it reads every line
        _create_policies()
    _add_up("postgresql" if is_postgresql else "sqlite")


def _add_columns() -> None:
    added: dict[str, list[sa.Column[object]]] = {
        "api_keys": [
            sa.Column(
                "rights",
                sa.String(),
                nullable=False,
                server_default=RIGHTS,
                comment="separated by commas",
            ),
        ],
        "dossiers": [
            sa.Column("locked_through", sa.Date(), comment="the last locked day; can be lifted"),
            sa.Column("closed_through", sa.Date(), comment="the last closed day; never lifted"),
            sa.Column("settings", sa.JSON(), nullable=False, server_default="{}"),
        ],
        "imports": [
            sa.Column("asked_by", sa.String(), comment="the key that asked; null: an operator"),
            sa.Column("batch_id", sa.Integer(), comment="what it published"),
            sa.Column(
                "plan", sa.JSON(), comment="ledgerRevision, planDigest, impact of the last reading"
            ),
            sa.Column("undone", sa.JSON(), comment="at, by, reason, while it is undone"),
        ],
        "batches": [
            sa.Column("entries", sa.Integer(), comment="what it adds"),
            sa.Column("lines", sa.Integer()),
            sa.Column("debit_cents", sa.BigInteger()),
            sa.Column("credit_cents", sa.BigInteger()),
            sa.Column("first_date", sa.Date(), comment="of what it adds"),
            sa.Column("last_date", sa.Date()),
            sa.Column(
                "content_digest", sa.String(64), comment="of its blocks; null: none were kept"
            ),
            sa.Column(
                "details", sa.JSON(), comment="file, model, policies: what its maker says of it"
            ),
        ],
        "events": [
            sa.Column("by", sa.String(), comment="a key; null: an operator of the service"),
            sa.Column("reason", sa.String()),
            sa.Column("details", sa.JSON(), comment="what the event says, besides its batch"),
            sa.Column("previous_digest", sa.String(64)),
            sa.Column(
                "digest", sa.String(64), comment="of all that it says, and of the digest before"
            ),
        ],
        "entries": [
            sa.Column(
                "key_hash",
                sa.BigInteger(),
                comment="of journal and number; see ledger.fingerprints",
            ),
            sa.Column("content_hash", sa.BigInteger(), comment="of date and lines"),
            sa.Column("full_hash", sa.BigInteger(), comment="of all columns but lettering"),
        ],
        "lines": [
            sa.Column("made", sa.Boolean(), comment="true: added here, to balance its entry"),
        ],
    }
    for table, columns in added.items():
        for column in columns:
            op.add_column(table, column)
    if op.get_bind().dialect.name == "postgresql":  # SQLite has no comments
        op.alter_column("batches", "state", comment="loading, published, dead, purged")
        op.alter_column("events", "kind", comment="see ledger.events.EventKind")
    op.execute("UPDATE api_keys SET rights = 'read,import,withdraw' WHERE NOT all_dossiers")
    op.execute(
        "UPDATE imports SET batch_id = (SELECT id FROM batches WHERE"
        " batches.domain_id = imports.domain_id AND batches.state = 'published'"
        " AND batches.source = imports.id || '/' || imports.attempt) WHERE status = 3"
    )


def _replace_closed() -> None:
    state = sa.Column(
        "state",
        sa.String(),
        nullable=False,
        server_default="open",
        comment="open, closed (can be reopened), final",
    )
    op.add_column("fiscal_years", state)
    op.execute("UPDATE fiscal_years SET state = 'closed' WHERE closed")
    op.drop_column("fiscal_years", "closed")


def _firm() -> sa.Column[int]:
    return sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _belongs_to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["domain_id", column],
        [f"{target}.domain_id", f"{target}.id"],
        name=op.f(f"fk_{table}_domain_id_{column}"),
    )


def _key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("domain_id", *columns, name=op.f(f"pk_{table}"))


def _create_links() -> None:
    op.create_table(
        "batch_links",
        _firm(),
        _number("batch_id"),
        _number("target_batch_id"),
        _number("first_entry"),
        sa.Column("last_entry", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.String(),
            nullable=False,
            comment="removes; changes: removed for `entry`; confirms: the file has them too",
        ),
        sa.Column(
            "entry", sa.Integer(), comment="of the batch: it stands for the entry it changes"
        ),
        _key("batch_links", "batch_id", "target_batch_id", "first_entry"),
        comment="What a batch does to entries of earlier batches. Only removes and changes take "
        "them out of the ledger. There may be many: no foreign key.",
    )
    target = ["domain_id", "target_batch_id"]
    op.create_index("ix_batch_links_domain_id_target_batch_id", "batch_links", target)
    op.create_table(
        "batch_blocks",
        _firm(),
        _number("batch_id"),
        _number("block"),
        sa.Column("first_line", sa.Integer(), nullable=False),
        sa.Column("last_line", sa.Integer(), nullable=False),
        sa.Column("first_entry", sa.Integer(), comment="of those that begin in it; null: none"),
        sa.Column("last_entry", sa.Integer()),
        sa.Column("digest", sa.String(64), nullable=False),
        _belongs_to("batch_blocks", "batch_id", "batches"),
        _key("batch_blocks", "batch_id", "block"),
        comment="Digests of the rows of a batch: its lines between two, and the entries they "
        "begin.",
    )
    op.create_table(
        "entry_links",
        _firm(),
        _number("batch_id"),
        _number("entry"),
        sa.Column("target_batch_id", sa.Integer(), nullable=False),
        sa.Column("target_entry", sa.Integer(), nullable=False),
        _key("entry_links", "batch_id", "entry"),
        comment="The entry that an entry reverses (contre-passation). There may be many: no "
        "foreign key.",
    )
    op.create_index("ix_entry_links_domain_id_target_batch_id", "entry_links", target)


def _create_facts() -> None:
    op.create_table(
        "validations",
        _firm(),
        _number("dossier_id"),
        _number("revision"),
        sa.Column("through", sa.Date(), nullable=False),
        sa.Column("journals", sa.JSON(), comment="ids of journals; null: all"),
        sa.Column("at", Instant(), nullable=False),
        _belongs_to("validations", "dossier_id", "dossiers"),
        _key("validations", "dossier_id", "revision"),
        comment="Acts that made definitive the entries then in the ledger, up to a day.",
    )
    op.create_table(
        "matchings",
        _firm(),
        _number("dossier_id"),
        _number("id"),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("third_party_id", sa.Integer()),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), comment="a key; null: an operator of the service"),
        sa.Column("from_revision", sa.Integer(), nullable=False),
        sa.Column("to_revision", sa.Integer(), comment="null: still in force"),
        _belongs_to("matchings", "dossier_id", "dossiers"),
        _key("matchings", "dossier_id", "id"),
        comment="Lettering by hand; id is the revision of its event.",
    )
    op.create_table(
        "matching_lines",
        _firm(),
        _number("dossier_id"),
        _number("matching_id"),
        _number("batch_id"),
        _number("line"),
        sa.Column(
            "matched",
            sa.Boolean(),
            nullable=False,
            comment="false: the lettering that came with the line no longer holds",
        ),
        _belongs_to("matching_lines", "dossier_id", "dossiers"),
        _key("matching_lines", "dossier_id", "matching_id", "batch_id", "line"),
    )
    of_batch = ["domain_id", "batch_id"]
    op.create_index("ix_matching_lines_domain_id_batch_id", "matching_lines", of_batch)


def _create_webhooks() -> None:
    op.create_table(
        "webhooks",
        _firm(),
        _number("id"),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False, comment="kinds; empty: all"),
        sa.Column("secret", sa.String(), nullable=False, comment="signs; shown once"),
        sa.Column("previous_secret", sa.String(), comment="signs too, until previous_until"),
        sa.Column("previous_until", Instant()),
        sa.Column("last_ordinal", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("removed_at", Instant()),
        sa.ForeignKeyConstraint(
            ["domain_id"], ["firms.domain_id"], name=op.f("fk_webhooks_domain_id")
        ),
        _key("webhooks", "id"),
    )
    op.create_table(
        "deliveries",
        _firm(),
        sa.Column("id", sa.String(36), nullable=False, comment="webhook-id: the same when resent"),
        sa.Column("webhook_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column(
            "subject", sa.String(), nullable=False, comment="one at a time of each, in order"
        ),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="counts up within the webhook"),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False, comment="waiting, delivered, failed"),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False, comment="when its attempts began"),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("leased_until", Instant()),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("ended_at", Instant()),
        sa.Column("answer_status", sa.SmallInteger(), comment="of the last attempt"),
        sa.Column("answer", sa.String(), comment="why the last attempt failed"),
        _belongs_to("deliveries", "webhook_id", "webhooks"),
        _key("deliveries", "id"),
        comment="An event to be told to a webhook, written in the transaction of the event.",
    )
    of_webhook = ["domain_id", "webhook_id", "ordinal"]
    op.create_index("ix_deliveries_of_webhook", "deliveries", of_webhook)
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["domain_id", "due_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def _create_totals() -> None:
    op.create_table(
        "totals",
        _firm(),
        _number("batch_id"),
        _number("account_id"),
        _number("journal_id"),
        sa.Column("siret", sa.String(14), nullable=False, comment="empty: none was given"),
        _number("month"),
        sa.Column(
            "removed",
            sa.Boolean(),
            nullable=False,
            comment="true: of what it removes, negative",
        ),
        sa.Column("debit_cents", sa.BigInteger(), nullable=False),
        sa.Column("credit_cents", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        _key("totals", "batch_id", "account_id", "journal_id", "siret", "month", "removed"),
        comment="What a batch adds, and what it removes, by month (year × 100 + month). The "
        "totals of a ledger are the sum over the batches in force.",
        sqlite_with_rowid=False,
    )


def _add_up(dialect: str) -> None:
    day = "coalesce(l.entry_date, e.entry_date)"
    month = {
        "postgresql": f"(extract(year FROM {day}) * 100 + extract(month FROM {day}))::int",
        "sqlite": f"CAST(strftime('%Y%m', {day}) AS INTEGER)",
    }[dialect]
    op.execute(
        "INSERT INTO totals SELECT l.domain_id, l.batch_id, l.account_id,"
        f" coalesce(l.journal_id, e.journal_id), coalesce(l.siret, ''), {month}, false,"
        " sum(l.debit_cents), sum(l.credit_cents), count(*) FROM lines AS l"
        " JOIN entries AS e ON e.domain_id = l.domain_id AND e.batch_id = l.batch_id"
        " AND e.entry = l.entry"
        " JOIN batches AS b ON b.domain_id = l.domain_id AND b.id = l.batch_id"
        " WHERE b.state = 'published' GROUP BY 1, 2, 3, 4, 5, 6"
    )


def _create_policies() -> None:
    for table in (*LARGE, *SMALL):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    for table in LARGE:
        op.execute(f"CREATE POLICY of_firm ON {table} USING ({OF_FIRM})")
    for table in SMALL:
        op.execute(f"CREATE POLICY of_firm ON {table} USING ({OF_FIRM} OR {OF_EVERY_FIRM})")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    tables = ", ".join((*LARGE, *SMALL))
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO SESSION_USER")
