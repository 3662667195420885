"""The processes of the service, and its disruptions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ecritures.database.types import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

OF_FIRM = "domain_id = nullif(nullif(current_setting('ecritures.domain', true), '*'), '')::int"
OF_EVERY_FIRM = "current_setting('ecritures.domain', true) = '*'"
OF_ANY_FIRM = "current_setting('ecritures.domain', true) <> ''"
TABLES = ("disruptions", "source_disruptions", "workers")


def upgrade() -> None:
    """Create the tables; on PostgreSQL also their policies."""
    _create_tables()
    if op.get_bind().dialect.name == "postgresql":
        _create_policies()
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {', '.join(TABLES)} TO SESSION_USER")


def _create_policies() -> None:
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_firm ON source_disruptions USING ({OF_FIRM} OR {OF_EVERY_FIRM})")
    op.execute(f"CREATE POLICY of_service ON disruptions USING ({OF_EVERY_FIRM})")
    op.execute(f"CREATE POLICY of_service ON workers USING ({OF_EVERY_FIRM})")
    # Every firm may read when the service did not run.
    op.execute(f"CREATE POLICY read ON disruptions FOR SELECT USING ({OF_ANY_FIRM})")


def _create_tables() -> None:
    op.create_table(
        "disruptions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column(
            "kind", sa.String(), nullable=False, comment="planned, no-worker, database, storage"
        ),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column(
            "ended_at",
            Instant(),
            nullable=True,
            comment="null: not over, unless `until` has passed",
        ),
        sa.Column("until", Instant(), nullable=True, comment="when a planned one ends by itself"),
        sa.Column("seen_at", Instant(), nullable=False, comment="when it was last noticed"),
        sa.Column(
            "reason",
            sa.String(),
            nullable=True,
            comment="of a planned one, in the operator's words",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disruptions")),
        comment="When the service as a whole did not run imports.",
    )
    op.create_index("ix_disruptions_started_at", "disruptions", ["started_at"], unique=False)
    op.create_table(
        "source_disruptions",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True, comment="null: not over"),
        sa.Column("seen_at", Instant(), nullable=False, comment="its last failure"),
        sa.Column("imports_delayed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["domain_id"], ["firms.domain_id"], name=op.f("fk_source_disruptions_domain_id")
        ),
        sa.PrimaryKeyConstraint("domain_id", "id", name=op.f("pk_source_disruptions")),
        comment="When a server that has files of a firm failed.",
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("imports_max", sa.SmallInteger(), nullable=False, comment="0: it runs no import"),
        sa.Column(
            "storage_id",
            sa.String(length=36),
            nullable=True,
            comment="of the storage it uses; null: unknown",
        ),
        sa.Column(
            "deposit_key_id",
            sa.String(length=64),
            nullable=True,
            comment="a digest of what signs deposits",
        ),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False, comment="its last heartbeat"),
        sa.Column("stopped_at", Instant(), nullable=True, comment="null: it runs, or died"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workers")),
        comment="The processes that run or accept imports, and those of the last days.",
    )
