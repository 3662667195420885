# ruff: noqa: S608 - the texts are ours
"""Totals by third party and year.

Revision 0026.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLE = "third_party_years"
OF_FIRM = "domain_id = nullif(nullif(current_setting('ecritures.domain', true), '*'), '')::int"
KEYS = ("domain_id", "batch_id", "account_id", "third_party_id", "journal_id")
SUMS = ("debit_cents", "credit_cents", "lines")


def upgrade() -> None:
    """Create the table; add up the totals by month."""
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Integer(), autoincrement=False, nullable=False) for name in KEYS),
        sa.Column("siret", sa.String(14), nullable=False, comment="empty: none was given"),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "removed", sa.Boolean(), nullable=False, comment="true: of what it removes, negative"
        ),
        sa.Column("debit_cents", sa.BigInteger(), nullable=False),
        sa.Column("credit_cents", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*KEYS, "siret", "year", "removed", name=op.f(f"pk_{TABLE}")),
        comment="The same as `third_party_totals`, by calendar year: these are many rows by month.",
        sqlite_with_rowid=False,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL statement_timeout = 0")
        op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_firm ON {TABLE} USING ({OF_FIRM})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLE} TO SESSION_USER")
        comment = "the number of no batch: the tables of totals have the sums under it"
        op.alter_column("totals_summaries", "batch_id", comment=comment)
    key, sums = ", ".join((*KEYS, "siret")), ", ".join(f"sum({name})" for name in SUMS)
    some = " OR ".join(f"sum({name}) <> 0" for name in SUMS)
    op.execute(
        f"INSERT INTO {TABLE} ({key}, year, removed, {', '.join(SUMS)})"
        f" SELECT {key}, month / 100, removed, {sums} FROM third_party_totals"
        f" GROUP BY {key}, month / 100, removed HAVING {some}"
    )
