"""The tables. The only place where a column is named outside of queries.

Two families. The *directory* and the *imports* are small and ordinary. The *ledger* is large: its
rows are narrow, made of numbers, and belong to a batch, which is one attempt of one import; a
batch that is not published does not exist for any reader.
"""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa

from ecritures.database.types import Instant

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

# ── Directory ────────────────────────────────────────────────────────────────────────────────

domains = sa.Table(
    "domains",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("code", sa.String, nullable=False, unique=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("settings", sa.JSON, nullable=False, default=dict),
    sa.Column("storage_prefix", sa.String(36), nullable=False, default=lambda: str(uuid4())),
    sa.Column("created_at", Instant, nullable=False),
    comment="An accounting firm; nothing of one is visible to another. Its files are stored under "
    "storage_prefix.",
)

dossiers = sa.Table(
    "dossiers",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("domain_id", sa.ForeignKey("domains.id"), nullable=False),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("siren", sa.String(9), nullable=False),
    sa.Column("ledger_revision", sa.Integer, nullable=False, default=0),
    sa.Column("created_at", Instant, nullable=False),
    sa.UniqueConstraint("domain_id", "code"),
    comment="The books of one company. ledger_revision grows with each change of its ledger.",
)

establishments = sa.Table(
    "establishments",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("dossier_id", sa.ForeignKey("dossiers.id"), nullable=False),
    sa.Column("siret", sa.String(14), nullable=False),
    sa.Column("is_main", sa.Boolean, nullable=False),
    sa.UniqueConstraint("dossier_id", "siret"),
)

fiscal_years = sa.Table(
    "fiscal_years",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("dossier_id", sa.ForeignKey("dossiers.id"), nullable=False),
    sa.Column("start", sa.Date, nullable=False),
    sa.Column("end", sa.Date, nullable=False),
    sa.Column("closed", sa.Boolean, nullable=False, default=False),
    sa.UniqueConstraint("dossier_id", "start"),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("domain_id", sa.ForeignKey("domains.id"), nullable=False),
    sa.Column("key", sa.String, nullable=False, unique=True),
    sa.Column("secret_sha256", sa.LargeBinary(32), nullable=False),
    sa.Column("all_dossiers", sa.Boolean, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("revoked_at", Instant),
    comment="The public part of a key and the digest of its secret; the secret is not kept.",
)

api_key_dossiers = sa.Table(
    "api_key_dossiers",
    metadata,
    sa.Column("key_id", sa.ForeignKey("api_keys.id"), primary_key=True),
    sa.Column("dossier_id", sa.ForeignKey("dossiers.id"), primary_key=True),
)

import_models = sa.Table(
    "import_models",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("domain_id", sa.ForeignKey("domains.id"), nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("name_key", sa.String, nullable=False, comment="the name, case folded"),
    sa.Column("created_at", Instant, nullable=False),
    sa.UniqueConstraint("domain_id", "name_key"),
    comment="How to read files of a layout of their own.",
)

import_model_versions = sa.Table(
    "import_model_versions",
    metadata,
    sa.Column("model_id", sa.ForeignKey("import_models.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    comment="A version never changes: imports name the one they used.",
)

# ── Imports ──────────────────────────────────────────────────────────────────────────────────

imports = sa.Table(
    "imports",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("object_id", sa.String(24), nullable=False, comment="`_id` of the Loop status"),
    sa.Column("domain_id", sa.ForeignKey("domains.id"), nullable=False),
    sa.Column("dossier_id", sa.ForeignKey("dossiers.id"), nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("siret", sa.String(14)),
    sa.Column("model", sa.String),
    sa.Column("dry_run", sa.Boolean, nullable=False, default=False),
    sa.Column("options", sa.JSON, nullable=False, default=dict),
    sa.Column("source_kind", sa.String, nullable=False),
    sa.Column(
        "source_location",
        sa.String,
        comment="a credential: cleared at success or cancellation, else some days after the end",
    ),
    sa.Column("stored_key", sa.String, comment="the file in the storage, until it is removed"),
    sa.Column("source_name", sa.String),
    sa.Column("source_bytes", sa.BigInteger),
    sa.Column("source_sha256", sa.String(64)),
    sa.Column("status", sa.SmallInteger, nullable=False),
    sa.Column("phase", sa.String, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False, default=0, comment="the fence"),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("leased_until", Instant, comment="until when the running attempt is taken for alive"),
    sa.Column("asked_at", Instant, nullable=False, comment="when the hours of attempts began"),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("updated_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("message_code", sa.String),
    sa.Column("message_fr", sa.String),
    sa.Column("message_en", sa.String),
    sa.Column("warnings", sa.JSON, nullable=False, default=list, comment="[code, fr, en] each"),
    sa.Column("lines_done", sa.BigInteger, nullable=False, default=0),
    sa.Column("anomaly_count", sa.BigInteger, nullable=False, default=0),
    sa.Column("report", sa.JSON, comment="verdicts, counts, totals, layout, grouping"),
    sa.Column("request_id", sa.String(36), comment="the HTTP request, as the logs name it"),
    sa.Column("traceparent", sa.String(64), comment="the trace of that request, if any"),
    sa.Column("request_sha256", sa.String(64), comment="the same for the same content"),
    sa.Column("requested_times", sa.Integer, nullable=False, default=1),
    sa.Index(
        "ix_imports_status_domain_id_created_at_id", "status", "domain_id", "created_at", "id"
    ),
    sa.Index("ix_imports_dossier_id_request_sha256", "dossier_id", "request_sha256"),
    sa.Index("ix_imports_domain_id_created_at", "domain_id", "created_at"),
)

attempts = sa.Table(
    "attempts",
    metadata,
    sa.Column("import_id", sa.ForeignKey("imports.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column(
        "outcome",
        sa.String,
        comment="done, refused, failed, retry, internal, interrupted, handed-back, cancelled",
    ),
    sa.Column("message_fr", sa.String),
    sa.Column("message_en", sa.String),
    sa.Column("phase_seconds", sa.JSON, comment="phase → how long it took"),
)

anomalies = sa.Table(
    "anomalies",
    metadata,
    sa.Column("import_id", sa.ForeignKey("imports.id"), primary_key=True),
    sa.Column("attempt", sa.Integer, primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True),
    sa.Column("domain_id", sa.Integer, nullable=False),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("line", sa.BigInteger),
    sa.Column("column", sa.String),
    sa.Column("value", sa.String),
    sa.Column("expected", sa.String),
    sa.Column("entry", sa.String),
    sqlite_with_rowid=False,
)

deposits = sa.Table(
    "deposits",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("domain_id", sa.ForeignKey("domains.id"), nullable=False),
    sa.Column("stored_key", sa.String, nullable=False, unique=True),
    sa.Column("created_at", Instant, nullable=False),
    comment="A place given for a file that a client will put into the storage.",
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    sa.Column("domain_id", sa.ForeignKey("domains.id"), primary_key=True),
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("request_sha256", sa.String(64), nullable=False),
    sa.Column("status", sa.SmallInteger, comment="null until the request has been answered"),
    sa.Column("location", sa.String),
    sa.Column("body", sa.String),
    sa.Column("created_at", Instant, nullable=False),
    sa.Index("ix_idempotency_keys_created_at", "created_at"),
    comment="The answer given to a request that carried an Idempotency-Key.",
)

# ── Ledger ───────────────────────────────────────────────────────────────────────────────────

batches = sa.Table(
    "batches",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("domain_id", sa.ForeignKey("domains.id"), nullable=False),
    sa.Column("dossier_id", sa.ForeignKey("dossiers.id"), nullable=False),
    sa.Column("import_id", sa.ForeignKey("imports.id"), nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("published_at", Instant),
    sa.Column("dead", sa.Boolean, nullable=False, default=False, comment="being swept: closed"),
    sa.UniqueConstraint("import_id", "attempt"),
    sa.Index("ix_batches_dossier_id", "dossier_id"),
    sqlite_autoincrement=True,  # the number of a batch that was swept never comes again
    comment="What one attempt loaded. Its rows exist for readers once published_at is set.",
)


def _dossier_key() -> sa.Column[int]:
    return sa.Column("dossier_id", sa.ForeignKey("dossiers.id"), primary_key=True)


journals = sa.Table(
    "journals",
    metadata,
    _dossier_key(),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("label", sa.String, nullable=False),
    sa.UniqueConstraint("dossier_id", "code"),
    comment="id counts from 1 within the dossier, as for accounts and third parties.",
)

accounts = sa.Table(
    "accounts",
    metadata,
    _dossier_key(),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("label", sa.String, nullable=False),
    sa.UniqueConstraint("dossier_id", "number"),
)

third_parties = sa.Table(
    "third_parties",
    metadata,
    _dossier_key(),
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("label", sa.String, nullable=False),
    sa.UniqueConstraint("dossier_id", "number"),
)


def _place_index(table: str, *columns: str) -> sa.Index:
    """The index of a partitioned table: where in the table the rows of a batch stand.

    Rows come in the order of these columns, so a range of pages is enough to find them, and costs
    a load nearly nothing whatever the ledger holds; a tree costs as much as the rows themselves.
    """
    name = f"ix_{table}_{'_'.join(columns)}"
    index = sa.Index(
        name, *columns, postgresql_using="brin", postgresql_with={"autosummarize": "on"}
    )
    return index.ddl_if(dialect="postgresql")


entries = sa.Table(
    "entries",
    metadata,
    sa.Column("domain_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("batch_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("entry", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("journal_id", sa.Integer, nullable=False),
    sa.Column("number", sa.String, nullable=False),
    sa.Column("entry_date", sa.Date, nullable=False),
    sa.Column("piece_ref", sa.String),
    sa.Column("piece_date", sa.Date),
    sa.Column("label", sa.String),
    sa.Column("validation_date", sa.Date),
    _place_index("entries", "batch_id", "entry"),
    sqlite_with_rowid=False,
    postgresql_partition_by="HASH (domain_id)",
    comment="entry counts from 1 within the batch, in file order. Values of its first line.",
)

lines = sa.Table(
    "lines",
    metadata,
    sa.Column("domain_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("batch_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
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
    _place_index("lines", "batch_id", "line"),
    sqlite_with_rowid=False,
    postgresql_partition_by="HASH (domain_id)",
    comment="line is the number of the line in the file. What repeats its entry, its account, "
    "its third party or its journal is null.",
)
