# ruff: noqa: S608 - the texts are ours
"""Totals by third party.

Revision 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLE = "third_party_totals"
OF_FIRM = "domain_id = nullif(nullif(current_setting('ecritures.domain', true), '*'), '')::int"
KEYS = ("domain_id", "batch_id", "account_id", "third_party_id", "journal_id")


def upgrade() -> None:
    """Create the table; add up what is kept of the batches published before."""
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Integer(), autoincrement=False, nullable=False) for name in KEYS),
        sa.Column("siret", sa.String(14), nullable=False, comment="empty: none was given"),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "removed", sa.Boolean(), nullable=False, comment="true: of what it removes, negative"
        ),
        sa.Column("debit_cents", sa.BigInteger(), nullable=False),
        sa.Column("credit_cents", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*KEYS, "siret", "month", "removed", name=op.f(f"pk_{TABLE}")),
        comment="The same, of the lines that have a third party.",
        sqlite_with_rowid=False,
    )
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    if is_postgresql:
        op.execute("SET LOCAL statement_timeout = 0")  # it reads every line
        op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY of_firm ON {TABLE} USING ({OF_FIRM})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {TABLE} TO SESSION_USER")
    _add_up(is_postgresql=is_postgresql)


def _add_up(*, is_postgresql: bool) -> None:
    day = "coalesce(l.entry_date, e.entry_date)"
    month = (
        f"(extract(year FROM {day}) * 100 + extract(month FROM {day}))::int"
        if is_postgresql
        else f"CAST(strftime('%Y%m', {day}) AS INTEGER)"
    )
    of_entry = "e.domain_id = l.domain_id AND e.batch_id = l.batch_id AND e.entry = l.entry"
    positive = "sum(l.debit_cents), sum(l.credit_cents), count(*)"
    key = "l.account_id, l.third_party_id, coalesce(l.journal_id, e.journal_id)"
    key += f", coalesce(l.siret, ''), {month}"
    added = (
        f"SELECT l.domain_id, l.batch_id, {key}, false, {positive} FROM lines AS l"
        f" JOIN entries AS e ON {of_entry}"
        " JOIN batches AS b ON b.domain_id = l.domain_id AND b.id = l.batch_id"
        " WHERE b.state = 'published' AND l.third_party_id IS NOT NULL"
        " GROUP BY 1, 2, 3, 4, 5, 6, 7"
    )
    negative = "-sum(l.debit_cents), -sum(l.credit_cents), -count(*)"
    removed = (
        f"SELECT k.domain_id, k.batch_id, {key}, true, {negative} FROM batch_links AS k"
        " JOIN lines AS l ON l.domain_id = k.domain_id AND l.batch_id = k.target_batch_id"
        f" AND l.entry BETWEEN k.first_entry AND k.last_entry JOIN entries AS e ON {of_entry}"
        " JOIN batches AS b ON b.domain_id = k.domain_id AND b.id = k.batch_id"
        " WHERE b.state = 'published' AND k.kind IN ('removes', 'changes')"
        " AND l.third_party_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7"
    )
    for rows in (added, removed):
        op.execute(f"INSERT INTO {TABLE} {rows}")
