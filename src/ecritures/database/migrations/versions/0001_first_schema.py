# ruff: noqa: E501 - the comments of the tables, as they are
"""The first schema: directory, imports, ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ecritures.database.types import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create every table."""
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
        postgresql_partition_by="HASH (domain_id)",
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
        postgresql_partition_by="HASH (domain_id)",
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
        "deposits",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("stored_key", sa.String(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["domain_id"], ["domains.id"], name=op.f("fk_deposits_domain_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposits")),
        sa.UniqueConstraint("stored_key", name=op.f("uq_deposits_stored_key")),
        comment="A place given for a file that a client will put into the storage.",
    )
    op.create_table(
        "dossiers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("siren", sa.String(length=9), nullable=False),
        sa.Column("ledger_revision", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["domain_id"], ["domains.id"], name=op.f("fk_dossiers_domain_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossiers")),
        sa.UniqueConstraint("domain_id", "code", name=op.f("uq_dossiers_domain_id_code")),
        comment="The books of one company. ledger_revision grows with each change of its ledger.",
    )
    op.create_table(
        "import_models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False, comment="the name, case folded"),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"], ["domains.id"], name=op.f("fk_import_models_domain_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_models")),
        sa.UniqueConstraint(
            "domain_id", "name_key", name=op.f("uq_import_models_domain_id_name_key")
        ),
        comment="How to read files of a layout of their own.",
    )
    op.create_table(
        "import_model_versions",
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_id"], ["import_models.id"], name=op.f("fk_import_model_versions_model_id")
        ),
        sa.PrimaryKeyConstraint("model_id", "version", name=op.f("pk_import_model_versions")),
        comment="A version never changes: imports name the one they used.",
    )
    op.create_table(
        "accounts",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_accounts_dossier_id")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("dossier_id", "number", name=op.f("uq_accounts_dossier_id_number")),
    )
    op.create_table(
        "api_key_dossiers",
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_api_key_dossiers_dossier_id")
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["api_keys.id"], name=op.f("fk_api_key_dossiers_key_id")
        ),
        sa.PrimaryKeyConstraint("key_id", "dossier_id", name=op.f("pk_api_key_dossiers")),
    )
    op.create_table(
        "establishments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("siret", sa.String(length=14), nullable=False),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_establishments_dossier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_establishments")),
        sa.UniqueConstraint("dossier_id", "siret", name=op.f("uq_establishments_dossier_id_siret")),
    )
    op.create_table(
        "fiscal_years",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("end", sa.Date(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_fiscal_years_dossier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fiscal_years")),
        sa.UniqueConstraint("dossier_id", "start", name=op.f("uq_fiscal_years_dossier_id_start")),
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column(
            "object_id", sa.String(length=24), nullable=False, comment="`_id` of the Loop status"
        ),
        sa.Column("domain_id", sa.Integer(), nullable=False),
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
            comment="until when the running attempt is taken for alive",
        ),
        sa.Column(
            "asked_at", Instant(), nullable=False, comment="when the hours of attempts began"
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
        sa.ForeignKeyConstraint(["domain_id"], ["domains.id"], name=op.f("fk_imports_domain_id")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_imports_dossier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index(
        "ix_imports_domain_id_created_at", "imports", ["domain_id", "created_at"], unique=False
    )
    op.create_index(
        "ix_imports_status_domain_id_created_at_id",
        "imports",
        ["status", "domain_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_imports_dossier_id_request_sha256",
        "imports",
        ["dossier_id", "request_sha256"],
        unique=False,
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column(
            "status",
            sa.SmallInteger(),
            nullable=True,
            comment="null until the request has been answered",
        ),
        sa.Column("location", sa.String(), nullable=True),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"], ["domains.id"], name=op.f("fk_idempotency_keys_domain_id")
        ),
        sa.PrimaryKeyConstraint("domain_id", "key", name=op.f("pk_idempotency_keys")),
        comment="The answer given to a request that carried an Idempotency-Key.",
    )
    op.create_index(
        "ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"], unique=False
    )
    op.create_table(
        "journals",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_journals_dossier_id")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "id", name=op.f("pk_journals")),
        sa.UniqueConstraint("dossier_id", "code", name=op.f("uq_journals_dossier_id_code")),
        comment="id counts from 1 within the dossier, as for accounts and third parties.",
    )
    op.create_table(
        "third_parties",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_third_parties_dossier_id")
        ),
        sa.PrimaryKeyConstraint("dossier_id", "id", name=op.f("pk_third_parties")),
        sa.UniqueConstraint(
            "dossier_id", "number", name=op.f("uq_third_parties_dossier_id_number")
        ),
    )
    op.create_table(
        "anomalies",
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=True),
        sa.Column("column", sa.String(), nullable=True),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("expected", sa.String(), nullable=True),
        sa.Column("entry", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_anomalies_import_id")),
        sa.PrimaryKeyConstraint("import_id", "attempt", "ordinal", name=op.f("pk_anomalies")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attempts",
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
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
        sa.Column("phase_seconds", sa.JSON(), nullable=True, comment="phase → how long it took"),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_attempts_import_id")),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_attempts")),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("published_at", Instant(), nullable=True),
        sa.Column("dead", sa.Boolean(), nullable=False, comment="being swept: closed"),
        sa.ForeignKeyConstraint(["domain_id"], ["domains.id"], name=op.f("fk_batches_domain_id")),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossiers.id"], name=op.f("fk_batches_dossier_id")
        ),
        sa.ForeignKeyConstraint(["import_id"], ["imports.id"], name=op.f("fk_batches_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.UniqueConstraint("import_id", "attempt", name=op.f("uq_batches_import_id_attempt")),
        comment="What one attempt loaded. Its rows exist for readers once published_at is set.",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_batches_dossier_id", "batches", ["dossier_id"], unique=False)
