"""What was changed in the administration of a firm.

Revision 0023.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ecritures.database.types import Instant

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OF_FIRM = "domain_id = nullif(nullif(current_setting('ecritures.domain', true), '*'), '')::int"
OF_EVERY_FIRM = "current_setting('ecritures.domain', true) = '*'"
TABLE = "firm_changes"


def upgrade() -> None:
    """Create the table; on PostgreSQL also its policy. What was changed before is not known."""
    op.create_table(
        TABLE,
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column(
            "by",
            sa.String(),
            comment="a key, or the e-mail address of a person; null: an operator",
        ),
        sa.Column(
            "kind",
            sa.String(),
            nullable=False,
            comment="firm-changed, person-added, person-changed, key-created, key-revoked",
        ),
        sa.Column("subject", sa.String(), nullable=False, comment="the person or the key"),
        sa.Column("changed", sa.JSON(), nullable=False, comment="each value, before and after"),
        sa.ForeignKeyConstraint(
            ["domain_id"], ["firms.domain_id"], name=op.f("fk_firm_changes_domain_id")
        ),
        sa.PrimaryKeyConstraint("domain_id", "id", name=op.f("pk_firm_changes")),
        comment="What was changed in the administration of a firm: its policies, people and keys.",
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_firm ON {TABLE} USING ({OF_FIRM} OR {OF_EVERY_FIRM})")
        op.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLE} TO SESSION_USER")
