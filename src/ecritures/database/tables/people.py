"""The people of the firms and of the service, their sessions, and who fails to sign in.

Like `api_keys`, `users` and `sessions` are looked up before the firm is known. Those of operators,
who work for every firm, have none.
"""

from __future__ import annotations

import sqlalchemy as sa

from ecritures.database.tables.base import belongs_to, firm_key, metadata, number_key
from ecritures.database.types import Instant

_OF_OPERATORS = sa.text("domain_id IS NULL")

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("domain_id", sa.ForeignKey("domains.id"), comment="null: an operator"),
    sa.Column("email", sa.String, nullable=False),
    sa.Column("email_key", sa.String, nullable=False, comment="the address, case folded"),
    sa.Column("name", sa.String, nullable=False),
    sa.Column(
        "role",
        sa.String,
        nullable=False,
        comment="reader, collaborator, administrator, operator",
    ),
    sa.Column("all_dossiers", sa.Boolean, nullable=False),
    sa.Column("password_hash", sa.String, comment="Argon2id; null: none has been chosen"),
    sa.Column("invitation_sha256", sa.LargeBinary(32), unique=True),
    sa.Column("invitation_until", Instant),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("disabled_at", Instant),
    sa.Column("last_sign_in_at", Instant),
    sa.UniqueConstraint("domain_id", "email_key"),
    sa.Index("ix_users_email_key", "email_key"),
    sa.Index(
        "uq_users_email_key_of_operators",
        "email_key",
        unique=True,
        sqlite_where=_OF_OPERATORS,
        postgresql_where=_OF_OPERATORS,
    ),
    comment="A person. The same address may be known to several firms, none of which can tell.",
)

user_dossiers = sa.Table(
    "user_dossiers",
    metadata,
    firm_key(),
    number_key("user_id"),
    number_key("dossier_id"),
    sa.ForeignKeyConstraint(["user_id"], ["users.id"]),
    belongs_to("dossiers", "dossier_id"),
    comment="The dossiers of a person who is limited to some.",
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("domain_id", sa.ForeignKey("domains.id"), comment="null: of an operator"),
    sa.Column("user_id", sa.ForeignKey("users.id", ondelete="CASCADE"), index=True),
    sa.Column("key_id", sa.ForeignKey("api_keys.id", ondelete="CASCADE"), index=True),
    sa.Column("works_on", sa.Integer, comment="the firm that an operator has chosen"),
    sa.Column("token_sha256", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("agent", sa.String, nullable=False, comment="the browser, as it calls itself"),
    sa.Column("address", sa.String, nullable=False, comment="the network address"),
    comment="Somebody signed in to the page: a person, or whoever has a key. The token is not "
    "kept.",
)

sign_in_attempts = sa.Table(
    "sign_in_attempts",
    metadata,
    sa.Column("subject_sha256", sa.LargeBinary(32), primary_key=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("until", Instant, nullable=False, comment="when they are forgotten"),
    comment="How often somebody has lately tried to sign in with an e-mail address, or from a "
    "network address; digests of both.",
)
