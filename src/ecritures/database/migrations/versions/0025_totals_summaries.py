"""The totals of many batches, added up.

Revision 0025.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

OF_FIRM = "domain_id = nullif(nullif(current_setting('ecritures.domain', true), '*'), '')::int"
OF_EVERY_FIRM = "current_setting('ecritures.domain', true) = '*'"
TABLE = "totals_summaries"


def upgrade() -> None:
    """Create the table; on PostgreSQL also its policy. Housekeeping fills it."""
    op.create_table(
        TABLE,
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("dossier_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "batch_id",
            sa.Integer(),
            nullable=False,
            comment="the number of no batch: `totals` and `third_party_totals` have the sums under"
            " it",
        ),
        sa.ForeignKeyConstraint(
            ["domain_id", "dossier_id"],
            ["dossiers.domain_id", "dossiers.id"],
            name=op.f("fk_totals_summaries_domain_id_dossier_id"),
        ),
        sa.PrimaryKeyConstraint("domain_id", "dossier_id", name=op.f("pk_totals_summaries")),
        comment="The totals of the batches in force at a revision, added up for dossiers of many.",
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_firm ON {TABLE} USING ({OF_FIRM} OR {OF_EVERY_FIRM})")
        op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLE} TO SESSION_USER")
