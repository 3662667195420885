"""Firms, their dossiers, API keys and import models.

`domains` and `api_keys` are looked up before the firm is known. They are rarely written, and refer
to no table of a firm.
"""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa

from ecritures.database.tables.base import belongs_to, firm_key, metadata, number_key
from ecritures.database.types import Instant

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

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("domain_id", sa.ForeignKey("domains.id"), nullable=False),
    sa.Column("key", sa.String, nullable=False, unique=True),
    sa.Column("secret_sha256", sa.LargeBinary(32), nullable=False),
    sa.Column("all_dossiers", sa.Boolean, nullable=False),
    sa.Column(
        "rights",
        sa.String,
        nullable=False,
        default="read,import,withdraw,administer",
        server_default="read,import,withdraw,administer",
        comment="separated by commas",
    ),
    sa.Column("name", sa.String, nullable=False, server_default="", comment="what it is for"),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, comment="null: it does not expire"),
    sa.Column("revoked_at", Instant),
    sa.Column("last_used_at", Instant, comment="to within some minutes; null: never"),
    comment="The public part of a key and the digest of its secret; the secret is not kept.",
)

firms = sa.Table(
    "firms",
    metadata,
    firm_key(),
    sa.Column("last_id", sa.Integer, nullable=False, default=0),
    sa.Column("last_batch", sa.Integer, nullable=False, default=0),
    sa.ForeignKeyConstraint(["domain_id"], ["domains.id"]),
    comment="The counters of a firm: the last number given to a dossier or an import model, and to "
    "a batch.",
)

firm_changes = sa.Table(
    "firm_changes",
    metadata,
    firm_key(),
    number_key(),
    sa.Column("at", Instant, nullable=False),
    sa.Column(
        "by",
        sa.String,
        comment="a key, or the e-mail address of a person; null: an operator",
    ),
    sa.Column(
        "kind",
        sa.String,
        nullable=False,
        comment="firm-changed, person-added, person-changed, key-created, key-revoked",
    ),
    sa.Column("subject", sa.String, nullable=False, comment="the person or the key"),
    sa.Column("changed", sa.JSON, nullable=False, comment="each value, before and after"),
    sa.ForeignKeyConstraint(["domain_id"], ["firms.domain_id"]),
    comment="What was changed in the administration of a firm: its policies, people and keys.",
)

dossiers = sa.Table(
    "dossiers",
    metadata,
    firm_key(),
    number_key(),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("siren", sa.String(9), nullable=False),
    sa.Column("ledger_revision", sa.Integer, nullable=False, default=0),
    sa.Column("locked_through", sa.Date, comment="the last locked day; can be lifted"),
    sa.Column("closed_through", sa.Date, comment="the last closed day; never lifted"),
    sa.Column("settings", sa.JSON, nullable=False, default=dict, server_default="{}"),
    sa.Column("created_at", Instant, nullable=False),
    sa.UniqueConstraint("domain_id", "code"),
    sa.ForeignKeyConstraint(["domain_id"], ["firms.domain_id"]),
    comment="The books of one company. ledger_revision is that of the last event of its ledger.",
)

establishments = sa.Table(
    "establishments",
    metadata,
    firm_key(),
    number_key("dossier_id"),
    sa.Column("siret", sa.String(14), primary_key=True),
    sa.Column("rank", sa.Integer, nullable=False, comment="0: the main establishment"),
    belongs_to("dossiers", "dossier_id"),
)

fiscal_years = sa.Table(
    "fiscal_years",
    metadata,
    firm_key(),
    number_key("dossier_id"),
    sa.Column("start", sa.Date, primary_key=True),
    sa.Column("end", sa.Date, nullable=False),
    sa.Column(
        "state",
        sa.String,
        nullable=False,
        default="open",
        server_default="open",
        comment="open, closed (can be reopened), final",
    ),
    belongs_to("dossiers", "dossier_id"),
)

api_key_dossiers = sa.Table(
    "api_key_dossiers",
    metadata,
    firm_key(),
    number_key("key_id"),
    number_key("dossier_id"),
    sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"]),
    belongs_to("dossiers", "dossier_id"),
)

import_models = sa.Table(
    "import_models",
    metadata,
    firm_key(),
    number_key(),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("name_key", sa.String, nullable=False, comment="the name, case folded"),
    sa.Column("created_at", Instant, nullable=False),
    sa.UniqueConstraint("domain_id", "name_key"),
    sa.ForeignKeyConstraint(["domain_id"], ["firms.domain_id"]),
    comment="How to read files of any layout.",
)

import_model_versions = sa.Table(
    "import_model_versions",
    metadata,
    firm_key(),
    number_key("model_id"),
    number_key("version"),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    belongs_to("import_models", "model_id"),
    comment="A version never changes: imports name the one they used.",
)
