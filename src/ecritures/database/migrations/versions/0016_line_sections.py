"""Splits of lines over analytic sections.

Revision 0016.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLE = "line_sections"
OF_FIRM = "domain_id = nullif(nullif(current_setting('ecritures.domain', true), '*'), '')::int"
KEYS = ("domain_id", "batch_id", "line")


def upgrade() -> None:
    """Create the table; say what else the codes of a dossier are."""
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Integer(), autoincrement=False, nullable=False) for name in KEYS),
        sa.Column("rank", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("axis", sa.String(), nullable=False),
        sa.Column(
            "section_id", sa.Integer(), nullable=False, comment="in codes, of the kind section"
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False, comment="debit less credit"),
        sa.Column("percentage", sa.String(), comment="as given; null: the amount was"),
        sa.PrimaryKeyConstraint(*KEYS, "rank", name=op.f(f"pk_{TABLE}")),
        comment="The splits of lines over analytic sections; those on one axis add up to the line. "
        "rank counts from 1 within the line. There may be many: no foreign key.",
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("codes", "kind", comment="account, journal, third-party, section")
        op.create_table_comment(
            "codes",
            "The accounts, journals, third parties and analytic sections (SECTION@AXIS) of a "
            "dossier; id counts from 1 in each kind.",
        )
        op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_firm ON {TABLE} USING ({OF_FIRM})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLE} TO SESSION_USER")
