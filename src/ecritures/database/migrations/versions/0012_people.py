"""People, their sessions, and who fails to sign in.

Revision 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ecritures.database.types import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OF_FIRM = "domain_id = nullif(nullif(current_setting('ecritures.domain', true), '*'), '')::int"
OF_EVERY_FIRM = "current_setting('ecritures.domain', true) = '*'"
OF_FIRMS = ("users", "user_dossiers", "sessions")
OF_OPERATORS = sa.text("domain_id IS NULL")


def upgrade() -> None:
    """Create the tables; on PostgreSQL also their policies."""
    _create_tables()
    if op.get_bind().dialect.name == "postgresql":
        for table in (*OF_FIRMS, "sign_in_attempts"):
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        for table in OF_FIRMS:
            op.execute(f"CREATE POLICY of_firm ON {table} USING ({OF_FIRM} OR {OF_EVERY_FIRM})")
        op.execute(f"CREATE POLICY of_service ON sign_in_attempts USING ({OF_EVERY_FIRM})")
        tables = ", ".join((*OF_FIRMS, "sign_in_attempts"))
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO SESSION_USER")
        op.execute("GRANT USAGE ON SEQUENCE users_id_seq, sessions_id_seq TO SESSION_USER")
        comment = "a key, or the e-mail address of a person; null: an operator"
        op.alter_column("imports", "asked_by", comment=comment)


def _create_tables() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=True, comment="null: an operator"),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False, comment="the address, case folded"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "role",
            sa.String(),
            nullable=False,
            comment="reader, collaborator, administrator, operator",
        ),
        sa.Column("all_dossiers", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(), comment="Argon2id; null: none has been chosen"),
        sa.Column("invitation_sha256", sa.LargeBinary(length=32)),
        sa.Column("invitation_until", Instant()),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("disabled_at", Instant()),
        sa.Column("last_sign_in_at", Instant()),
        sa.ForeignKeyConstraint(["domain_id"], ["domains.id"], name=op.f("fk_users_domain_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("invitation_sha256", name=op.f("uq_users_invitation_sha256")),
        sa.UniqueConstraint("domain_id", "email_key", name=op.f("uq_users_domain_id_email_key")),
        comment="A person. The same address may be known to several firms, none of which can tell.",
    )
    op.create_index("ix_users_email_key", "users", ["email_key"])
    op.create_index(
        "uq_users_email_key_of_operators",
        "users",
        ["email_key"],
        unique=True,
        sqlite_where=OF_OPERATORS,
        postgresql_where=OF_OPERATORS,
    )
    op.create_table(
        "user_dossiers",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dossier_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_dossiers_user_id")),
        sa.ForeignKeyConstraint(
            ["domain_id", "dossier_id"],
            ["dossiers.domain_id", "dossiers.id"],
            name=op.f("fk_user_dossiers_domain_id_dossier_id"),
        ),
        sa.PrimaryKeyConstraint(
            "domain_id", "user_id", "dossier_id", name=op.f("pk_user_dossiers")
        ),
        comment="The dossiers of a person who is limited to some.",
    )
    _create_sessions()
    op.create_table(
        "sign_in_attempts",
        sa.Column("subject_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("until", Instant(), nullable=False, comment="when they are forgotten"),
        sa.PrimaryKeyConstraint("subject_sha256", name=op.f("pk_sign_in_attempts")),
        comment="How often somebody has lately tried to sign in with an e-mail address, or from a "
        "network address; digests of both.",
    )


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("domain_id", sa.Integer(), nullable=True, comment="null: of an operator"),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("key_id", sa.Integer(), nullable=True),
        sa.Column(
            "works_on",
            sa.Integer(),
            nullable=True,
            comment="the firm that an operator has chosen",
        ),
        sa.Column("token_sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False, comment="the browser, as it calls itself"),
        sa.Column("address", sa.String(), nullable=False, comment="the network address"),
        sa.ForeignKeyConstraint(["domain_id"], ["domains.id"], name=op.f("fk_sessions_domain_id")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_sessions_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["key_id"], ["api_keys.id"], name=op.f("fk_sessions_key_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_sessions_token_sha256")),
        comment="Somebody signed in to the page: a person, or whoever has a key. The token is not "
        "kept.",
    )
    op.create_index("ix_sessions_user_id", "sessions", ["user_id"])
    op.create_index("ix_sessions_key_id", "sessions", ["key_id"])
