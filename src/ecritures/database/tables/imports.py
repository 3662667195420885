"""Imports, their attempts and anomalies, deposited files, and answers to repeated requests."""

from __future__ import annotations

import sqlalchemy as sa

from ecritures.database.tables.base import belongs_to, firm_key, metadata, number_key
from ecritures.database.types import Instant

imports = sa.Table(
    "imports",
    metadata,
    firm_key(),
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("object_id", sa.String(24), nullable=False, comment="`_id` of the Loop status"),
    sa.Column("dossier_id", sa.Integer, nullable=False),
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
    sa.Column("source_sha256", sa.String(64), comment="of the file as it arrived"),
    sa.Column("content_sha256", sa.String(64), comment="of the file once unpacked"),
    sa.Column("status", sa.SmallInteger, nullable=False),
    sa.Column("phase", sa.String, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False, default=0, comment="the fence"),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("leased_until", Instant, comment="until when the running attempt counts as alive"),
    sa.Column(
        "alone",
        sa.Boolean,
        nullable=False,
        default=False,
        server_default=sa.false(),
        comment="an attempt died: a process runs one such import at a time",
    ),
    sa.Column("asked_at", Instant, nullable=False, comment="when the hours of attempts began"),
    sa.Column(
        "asked_attempt",
        sa.Integer,
        nullable=False,
        server_default="0",
        comment="the attempts up to this one do not count: it was asked for again since",
    ),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("updated_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("message_code", sa.String),
    sa.Column("message_fr", sa.String),
    sa.Column("message_en", sa.String),
    sa.Column("warnings", sa.JSON, nullable=False, default=list, comment="[code, fr, en] each"),
    sa.Column("lines_done", sa.BigInteger, nullable=False, default=0),
    sa.Column(
        "lines_expected",
        sa.BigInteger,
        comment="of the file that is being read, by the part read so far",
    ),
    sa.Column("anomaly_count", sa.BigInteger, nullable=False, default=0),
    sa.Column("report", sa.JSON, comment="verdicts, counts, totals, layout, grouping"),
    sa.Column("request_id", sa.String(36), comment="the HTTP request, as the logs name it"),
    sa.Column("traceparent", sa.String(64), comment="the trace of that request, if any"),
    sa.Column("request_sha256", sa.String(64), comment="the same for the same content"),
    sa.Column("requested_times", sa.Integer, nullable=False, default=1),
    sa.Column(
        "asked_by", sa.String, comment="a key, or the e-mail address of a person; null: an operator"
    ),
    sa.Column("batch_id", sa.Integer, comment="what it published"),
    sa.Column("plan", sa.JSON, comment="ledgerRevision, planDigest, impact of the last reading"),
    sa.Column("undone", sa.JSON, comment="at, by, reason, while it is undone"),
    belongs_to("dossiers", "dossier_id"),
    sa.Index(
        "ix_imports_domain_id_dossier_id_request_sha256",
        "domain_id",
        "dossier_id",
        "request_sha256",
    ),
    sa.Index("ix_imports_domain_id_created_at", "domain_id", "created_at"),
    sa.Index("ix_imports_domain_id_dossier_id_created_at", "domain_id", "dossier_id", "created_at"),
)


def _partial_index(name: str, status: str, *columns: str) -> sa.Index:
    """Index the imports of one status. Queries must give the status as a literal to use it."""
    condition = sa.text(f"status = {status}")
    return sa.Index(
        name,
        *(imports.c[column] for column in columns),
        sqlite_where=condition,
        postgresql_where=condition,
    )


_partial_index("ix_imports_waiting", "1", "domain_id", "created_at", "id")
_partial_index("ix_imports_running", "2", "domain_id", "dossier_id")
_partial_index("ix_imports_failed", "4", "domain_id", "created_at")
_partial_index("ix_imports_previewed", "3 AND dry_run", "domain_id", "created_at")

attempts = sa.Table(
    "attempts",
    metadata,
    firm_key(),
    sa.Column("import_id", sa.String(36), primary_key=True),
    number_key("number"),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column(
        "alone",
        sa.Boolean,
        nullable=False,
        default=False,
        server_default=sa.false(),
        comment="no other suspect ran beside it in its process",
    ),
    sa.Column(
        "asked_by", sa.String, comment="a key, or the e-mail address of a person; null: an operator"
    ),
    sa.Column(
        "outcome",
        sa.String,
        comment="done, refused, failed, retry, internal, interrupted, crashed, handed-back, "
        "cancelled",
    ),
    sa.Column("message_fr", sa.String),
    sa.Column("message_en", sa.String),
    sa.Column("phase_seconds", sa.JSON, comment="phase → seconds it took"),
    belongs_to("imports", "import_id"),
)

anomalies = sa.Table(
    "anomalies",
    metadata,
    firm_key(),
    sa.Column("import_id", sa.String(36), primary_key=True),
    number_key("attempt"),
    number_key("ordinal"),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("line", sa.BigInteger),
    sa.Column("column", sa.String),
    sa.Column("value", sa.String),
    sa.Column("expected", sa.String),
    sa.Column("entry", sa.String),
    sa.Index("ix_anomalies_code", "domain_id", "import_id", "attempt", "code", "ordinal"),
    sqlite_with_rowid=False,
    comment="What an attempt found, in line order. There may be millions: no foreign key.",
)

import_differences = sa.Table(
    "import_differences",
    metadata,
    firm_key(),
    sa.Column("import_id", sa.String(36), primary_key=True),
    sa.Column("entries", sa.LargeBinary, nullable=False, comment="Parquet"),
    belongs_to("imports", "import_id"),
    comment="What the last plan of an import does to each entry; see ledger.difference.",
)

deposits = sa.Table(
    "deposits",
    metadata,
    firm_key(),
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("stored_key", sa.String, nullable=False),
    sa.Column("received_sha256", sa.String(64), comment="of what this service put there itself"),
    sa.Column("created_at", Instant, nullable=False),
    sa.UniqueConstraint("domain_id", "stored_key"),
    sa.ForeignKeyConstraint(["domain_id"], ["firms.domain_id"]),
    comment="A place reserved for a file that a client will put into the storage.",
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    firm_key(),
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("request_sha256", sa.String(64), nullable=False),
    sa.Column("body", sa.String, comment="null until the request has been answered"),
    sa.Column("created_at", Instant, nullable=False),
    sa.Index("ix_idempotency_keys_created_at", "created_at"),
    sa.ForeignKeyConstraint(["domain_id"], ["firms.domain_id"]),
    comment="The answer given to a request that carried an Idempotency-Key.",
)
