# ruff: noqa: S608 - the texts are ours
"""The day of each line, the words of each entry, and the indexes that reads of the ledger need.

Revision 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COMMENT = (
    "line is the number of the line in the file. What repeats its entry, its account, its third "
    "party or its journal is null, but for its day."
)

FIGURES = (
    ("entries", "entries", "3000000 3000000 30000 1"),
    ("entries", "ix_entries_domain_id_batch_id_number", "3000000 3000000 300000 2"),
    ("lines", "lines", "10000000 10000000 100000 1"),
    ("lines", "ix_lines_domain_id_batch_id_entry", "10000000 10000000 1000000 3"),
    ("lines", "ix_lines_domain_id_batch_id_account_id_day", "10000000 10000000 1000000 2000 10"),
)
"""Rows of each table, then those that share the first column of the index, the first two…"""


def upgrade() -> None:
    """Add the column, fill it for the lines there are, and make the indexes."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    comment = "its date, or that of its entry: for the index"
    words = "folded number, documents and labels of its lines; null: look at them"
    op.add_column("entries", sa.Column("words", sa.String(), comment=words))
    op.add_column("lines", sa.Column("day", sa.Date(), comment=comment))
    if is_postgresql:
        op.create_table_comment("lines", COMMENT)
        op.execute("SET LOCAL statement_timeout = 0")  # it reads every line
    op.execute(
        "UPDATE lines SET day = coalesce(entry_date, (SELECT e.entry_date FROM entries AS e"
        " WHERE e.domain_id = lines.domain_id AND e.batch_id = lines.batch_id"
        " AND e.entry = lines.entry))"
        if not is_postgresql
        else "UPDATE lines SET day = coalesce(lines.entry_date, e.entry_date) FROM entries AS e"
        " WHERE e.domain_id = lines.domain_id AND e.batch_id = lines.batch_id"
        " AND e.entry = lines.entry"
    )
    if is_postgresql:
        _create_index("entries", "entry")
    _create_index("entries", "number")
    _create_index("lines", "entry")
    _create_index("lines", "account_id", "day")
    if not is_postgresql:
        _tell_planner()


def _tell_planner() -> None:
    """Tell SQLite how many rows of a large ledger each part of an index leaves.

    Without figures it takes all indexes for alike, and reads a whole batch. ANALYZE would replace
    them by those of the ledgers there are.
    """
    op.execute("ANALYZE domains")  # makes the table of figures
    for table, index, figures in FIGURES:
        op.execute(f"INSERT INTO sqlite_stat1 VALUES ('{table}', '{index}', '{figures}')")


def _create_index(table: str, *columns: str) -> None:
    name = "_".join(("ix", table, "domain_id_batch_id", *columns))
    op.create_index(name, table, ["domain_id", "batch_id", *columns])
