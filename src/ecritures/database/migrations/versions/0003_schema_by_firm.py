# ruff: noqa: E501 - generated
"""The first schema, by firm (docs/decisions/0015).

It replaces the revisions 0001 and 0002 of unreleased versions, whose databases are refused.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ecritures.database.types import Instant

revision = "0003"
down_revision = None
branch_labels = None
depends_on = None

LARGE = ("anomalies", "entries", "lines")
"""Filled by COPY as their owner, for whom their policies do not hold; for others they do."""
LOOKED_UP_ACROSS_FIRMS = (
    *("api_key_dossiers", "api_keys", "attempts", "batches", "batch_spans", "codes", "deposits"),
    *("dossiers", "establishments", "events", "firms", "fiscal_years", "idempotency_keys"),
    *("import_model_versions", "import_models", "imports"),
)
OF_FIRM = "{} = nullif(nullif(current_setting('ecritures.domain', true), '*'), '')::int"
"""One equality: the planner asks for the firm once a query, not once a row."""
OF_EVERY_FIRM = "current_setting('ecritures.domain', true) = '*'"
UPKEEP = "autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 500000"
"""New pages enter the index of page ranges soon, however large the table has become."""


def upgrade() -> None:
    """Create every table; on PostgreSQL also what it alone has."""
    _create_tables()
    if op.get_bind().dialect.name == "postgresql":
        _use_page_ranges()
        _create_policies()
        op.execute(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO SESSION_USER"
        )
        op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO SESSION_USER")


def _use_page_ranges() -> None:
    """Replace the trees of the ledger: they would cost a load as much as its rows."""
    for table, place in (("entries", "entry"), ("lines", "line")):
        op.drop_constraint(f"pk_{table}", table)
        op.create_index(
            f"ix_{table}_batch_id_{place}",
            table,
            ["batch_id", place],
            postgresql_using="brin",
            postgresql_with={"autosummarize": "on", "pages_per_range": 32},
        )
        op.execute(f"ALTER TABLE {table} SET ({UPKEEP})")


def _create_policies() -> None:
    """Let a transaction see and write the rows of the firm it says it is for, and no other."""
    for table in LARGE:
        _create_policy(table, OF_FIRM.format("domain_id"))
    for table in LOOKED_UP_ACROSS_FIRMS:
        _create_policy(table, f"{OF_FIRM.format('domain_id')} OR {OF_EVERY_FIRM}")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")  # for its owner too
    _create_policy("domains", f"{OF_FIRM.format('id')} OR {OF_EVERY_FIRM}")
    op.execute("ALTER TABLE domains FORCE ROW LEVEL SECURITY")


def _create_policy(table: str, condition: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_firm ON {table} USING ({condition})")


def _create_tables() -> None:
    op.create_table(
        "anomalies",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=True),
        sa.Column("column", sa.String(), nullable=True),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("expected", sa.String(), nullable=True),
        sa.Column("entry", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint(
            "domain_id", "import_id", "attempt", "ordinal", name=op.f("pk_anomalies")
        ),
        comment="What an attempt found, in line order. There may be millions: no foreign key.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "domains",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("storage_prefix", sa.String(length=36), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domains")),
        sa.UniqueConstraint("code", name=op.f("uq_domains_code")),
        comment="An accounting firm; nothing of one is visible to another. Its files are stored under storage_prefix.",
    )
    op.create_table(
        "entries",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("journal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("entry_date", sa.Date(), nullable=False),
        sa.Column("piece_ref", sa.String(), nullable=True),
        sa.Column("piece_date", sa.Date(), nullable=True),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("validation_date", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("domain_id", "batch_id", "entry", name=op.f("pk_entries")),
        comment="entry counts from 1 within the batch, in file order. Values of its first line.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lines",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("third_party_id", sa.Integer(), nullable=True),
        sa.Column("debit_cents", sa.BigInteger(), nullable=False),
        sa.Column("credit_cents", sa.BigInteger(), nullable=False),
        sa.Column("lettering", sa.String(), nullable=True),
        sa.Column("lettering_date", sa.Date(), nullable=True),
        sa.Column("currency_amount", sa.BigInteger(), nullable=True),
        sa.Column("currency_scale", sa.SmallInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("entry_date", sa.Date(), nullable=True),
        sa.Column("piece_ref", sa.String(), nullable=True),
        sa.Column("piece_date", sa.Date(), nullable=True),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("validation_date", sa.Date(), nullable=True),
        sa.Column("account_label", sa.String(), nullable=True),
        sa.Column("third_party_label", sa.String(), nullable=True),
        sa.Column("journal_label", sa.String(), nullable=True),
        sa.Column("siret", sa.String(length=14), nullable=True),
        sa.Column("extra", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("domain_id", "batch_id", "line", name=op.f("pk_lines")),
        comment="line is the number of the line in the file. What repeats its entry, its account, its third party or its journal is null.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("secret_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("all_dossiers", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["domain_id"], ["domains.id"], name=op.f("fk_api_keys_domain_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key", name=op.f("uq_api_keys_key")),
        comment="The public part of a key and the digest of its secret; the secret is not kept.",
    )
    op.create_table(
        "firms",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("last_batch", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["domain_id"], ["domains.id"], name=op.f("fk_firms_domain_id")),
        sa.PrimaryKeyConstraint("domain_id", name=op.f("pk_firms")),
        comment="The counters of a firm: the last number given to a dossier or an import model, and to a batch.",
    )
    op.create_table(
        "deposits",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("stored_key", sa.String(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"], ["firms.domain_id"], name=op.f("fk_deposits_domain_id")
        ),
        sa.PrimaryKeyConstraint("domain_id", "id", name=op.f("pk_deposits")),
        sa.UniqueConstraint(
            "domain_id", "stored_key", name=op.f("uq_deposits_domain_id_stored_key")
        ),
        comment="A place reserved for a file that a client will put into the storage.",
    )
    op.create_table(
        "dossiers",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("siren", sa.String(length=9), nullable=False),
        sa.Column("ledger_revision", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"], ["firms.domain_id"], name=op.f("fk_dossiers_domain_id")
        ),
        sa.PrimaryKeyConstraint("domain_id", "id", name=op.f("pk_dossiers")),
        sa.UniqueConstraint("domain_id", "code", name=op.f("uq_dossiers_domain_id_code")),
        comment="The books of one company. ledger_revision is that of the last event of its ledger.",
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "body",
            sa.String(),
            nullable=True,
            comment="null until the request has been answered",
        ),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"], ["firms.domain_id"], name=op.f("fk_idempotency_keys_domain_id")
        ),
        sa.PrimaryKeyConstraint("domain_id", "key", name=op.f("pk_idempotency_keys")),
        comment="The answer given to a request that carried an Idempotency-Key.",
    )
    op.create_index(
        "ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"], unique=False
    )
    op.create_table(
        "import_models",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False, comment="the name, case folded"),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"], ["firms.domain_id"], name=op.f("fk_import_models_domain_id")
        ),
        sa.PrimaryKeyConstraint("domain_id", "id", name=op.f("pk_import_models")),
        sa.UniqueConstraint(
            "domain_id", "name_key", name=op.f("uq_import_models_domain_id_name_key")
        ),
        comment="How to read files of any layout.",
    )
    op.create_table(
        "api_key_dossiers",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dossier_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id", "dossier_id"],
            ["dossiers.domain_id", "dossiers.id"],
            name=op.f("fk_api_key_dossiers_domain_id_dossier_id"),
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["api_keys.id"], name=op.f("fk_api_key_dossiers_key_id")
        ),
        sa.PrimaryKeyConstraint(
            "domain_id", "key_id", "dossier_id", name=op.f("pk_api_key_dossiers")
        ),
    )
    op.create_table(
        "batches",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column(
            "origin", sa.String(), nullable=False, comment="import, replacement, reversal, opening"
        ),
        sa.Column("source", sa.String(), nullable=False, comment="opaque: what its maker calls it"),
        sa.Column("state", sa.String(), nullable=False, comment="loading, published, dead"),
        sa.Column(
            "leased_until",
            Instant(),
            nullable=False,
            comment="dead if still loading by then",
        ),
        sa.Column("published_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["domain_id", "dossier_id"],
            ["dossiers.domain_id", "dossiers.id"],
            name=op.f("fk_batches_domain_id_dossier_id"),
        ),
        sa.PrimaryKeyConstraint("domain_id", "id", name=op.f("pk_batches")),
        sa.UniqueConstraint("domain_id", "source", name=op.f("uq_batches_domain_id_source")),
        comment="Entries that enter the ledger together. Its number follows the clock.",
    )
    op.create_table(
        "codes",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dossier_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False, comment="account, journal, third-party"),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id", "dossier_id"],
            ["dossiers.domain_id", "dossiers.id"],
            name=op.f("fk_codes_domain_id_dossier_id"),
        ),
        sa.PrimaryKeyConstraint("domain_id", "dossier_id", "kind", "id", name=op.f("pk_codes")),
        sa.UniqueConstraint(
            "domain_id",
            "dossier_id",
            "kind",
            "code",
            name=op.f("uq_codes_domain_id_dossier_id_kind_code"),
        ),
        comment="The accounts, journals and third parties of a dossier; id counts from 1 in each kind.",
    )
    op.create_table(
        "establishments",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dossier_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("siret", sa.String(length=14), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False, comment="0: the main establishment"),
        sa.ForeignKeyConstraint(
            ["domain_id", "dossier_id"],
            ["dossiers.domain_id", "dossiers.id"],
            name=op.f("fk_establishments_domain_id_dossier_id"),
        ),
        sa.PrimaryKeyConstraint("domain_id", "dossier_id", "siret", name=op.f("pk_establishments")),
    )
    op.create_table(
        "events",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dossier_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False, comment="published"),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id", "dossier_id"],
            ["dossiers.domain_id", "dossiers.id"],
            name=op.f("fk_events_domain_id_dossier_id"),
        ),
        sa.PrimaryKeyConstraint("domain_id", "dossier_id", "revision", name=op.f("pk_events")),
        comment="What changed the ledger of a dossier, one row a revision, without a gap.",
    )
    op.create_table(
        "fiscal_years",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dossier_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id", "dossier_id"],
            ["dossiers.domain_id", "dossiers.id"],
            name=op.f("fk_fiscal_years_domain_id_dossier_id"),
        ),
        sa.PrimaryKeyConstraint("domain_id", "dossier_id", "start", name=op.f("pk_fiscal_years")),
    )
    op.create_table(
        "import_model_versions",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("model_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id", "model_id"],
            ["import_models.domain_id", "import_models.id"],
            name=op.f("fk_import_model_versions_domain_id_model_id"),
        ),
        sa.PrimaryKeyConstraint(
            "domain_id", "model_id", "version", name=op.f("pk_import_model_versions")
        ),
        comment="A version never changes: imports name the one they used.",
    )
    op.create_table(
        "imports",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column(
            "object_id", sa.String(length=24), nullable=False, comment="`_id` of the Loop status"
        ),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("siret", sa.String(length=14), nullable=True),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("source_kind", sa.String(), nullable=False),
        sa.Column(
            "source_location",
            sa.String(),
            nullable=True,
            comment="a credential: cleared at success or cancellation, else some days after the end",
        ),
        sa.Column(
            "stored_key",
            sa.String(),
            nullable=True,
            comment="the file in the storage, until it is removed",
        ),
        sa.Column("source_name", sa.String(), nullable=True),
        sa.Column("source_bytes", sa.BigInteger(), nullable=True),
        sa.Column("source_sha256", sa.String(length=64), nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False, comment="the fence"),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column(
            "leased_until",
            Instant(),
            nullable=True,
            comment="until when the running attempt counts as alive",
        ),
        sa.Column(
            "asked_at",
            Instant(),
            nullable=False,
            comment="when the hours of attempts began",
        ),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("message_code", sa.String(), nullable=True),
        sa.Column("message_fr", sa.String(), nullable=True),
        sa.Column("message_en", sa.String(), nullable=True),
        sa.Column("warnings", sa.JSON(), nullable=False, comment="[code, fr, en] each"),
        sa.Column("lines_done", sa.BigInteger(), nullable=False),
        sa.Column("anomaly_count", sa.BigInteger(), nullable=False),
        sa.Column(
            "report", sa.JSON(), nullable=True, comment="verdicts, counts, totals, layout, grouping"
        ),
        sa.Column(
            "request_id",
            sa.String(length=36),
            nullable=True,
            comment="the HTTP request, as the logs name it",
        ),
        sa.Column(
            "traceparent",
            sa.String(length=64),
            nullable=True,
            comment="the trace of that request, if any",
        ),
        sa.Column(
            "request_sha256",
            sa.String(length=64),
            nullable=True,
            comment="the same for the same content",
        ),
        sa.Column("requested_times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id", "dossier_id"],
            ["dossiers.domain_id", "dossiers.id"],
            name=op.f("fk_imports_domain_id_dossier_id"),
        ),
        sa.PrimaryKeyConstraint("domain_id", "id", name=op.f("pk_imports")),
    )
    op.create_index(
        "ix_imports_domain_id_created_at", "imports", ["domain_id", "created_at"], unique=False
    )
    op.create_index(
        "ix_imports_domain_id_dossier_id_request_sha256",
        "imports",
        ["domain_id", "dossier_id", "request_sha256"],
        unique=False,
    )
    op.create_index(
        "ix_imports_running",
        "imports",
        ["domain_id", "dossier_id"],
        unique=False,
        sqlite_where=sa.text("status = 2"),
        postgresql_where=sa.text("status = 2"),
    )
    op.create_index(
        "ix_imports_waiting",
        "imports",
        ["domain_id", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("status = 1"),
        postgresql_where=sa.text("status = 1"),
    )
    op.create_table(
        "attempts",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column(
            "outcome",
            sa.String(),
            nullable=True,
            comment="done, refused, failed, retry, internal, interrupted, handed-back, cancelled",
        ),
        sa.Column("message_fr", sa.String(), nullable=True),
        sa.Column("message_en", sa.String(), nullable=True),
        sa.Column("phase_seconds", sa.JSON(), nullable=True, comment="phase → seconds it took"),
        sa.ForeignKeyConstraint(
            ["domain_id", "import_id"],
            ["imports.domain_id", "imports.id"],
            name=op.f("fk_attempts_domain_id_import_id"),
        ),
        sa.PrimaryKeyConstraint("domain_id", "import_id", "number", name=op.f("pk_attempts")),
    )
    op.create_table(
        "batch_spans",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dossier_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("from_revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("to_revision", sa.Integer(), nullable=True, comment="null: still in force"),
        sa.ForeignKeyConstraint(
            ["domain_id", "batch_id"],
            ["batches.domain_id", "batches.id"],
            name=op.f("fk_batch_spans_domain_id_batch_id"),
        ),
        sa.PrimaryKeyConstraint(
            "domain_id", "dossier_id", "batch_id", "from_revision", name=op.f("pk_batch_spans")
        ),
        comment="A batch is in force at revision R when from_revision <= R < to_revision.",
    )
