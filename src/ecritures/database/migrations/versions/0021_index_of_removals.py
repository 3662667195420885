"""Find the range of removed entries that an entry is in, without looking at all ranges before it.

Revision 0021.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_REMOVING = sa.text("kind <> 'confirms'")
_BEFORE = """NOT EXISTS (
    SELECT 1 FROM batch_links AS link
    JOIN batch_spans AS remover ON remover.domain_id = link.domain_id
        AND remover.batch_id = link.batch_id AND remover.to_revision IS NULL
    WHERE link.domain_id = entry.domain_id AND link.target_batch_id = entry.batch_id
        AND entry.entry BETWEEN link.first_entry AND link.last_entry
        AND link.kind IN ('removes', 'changes')
)"""
_AFTER = """entry.entry > coalesce((
    SELECT link.last_entry FROM batch_links AS link
    JOIN batch_spans AS remover ON remover.domain_id = link.domain_id
        AND remover.batch_id = link.batch_id AND remover.to_revision IS NULL
    WHERE link.domain_id = entry.domain_id AND link.target_batch_id = entry.batch_id
        AND link.first_entry <= entry.entry AND link.kind <> 'confirms'
    ORDER BY link.first_entry DESC LIMIT 1
), 0)"""


def upgrade() -> None:
    """Make the index; on SQLite also the views that need it: PostgreSQL's join ranges as one."""
    op.create_index(
        "ix_batch_links_removing",
        "batch_links",
        ["domain_id", "target_batch_id", "first_entry"],
        sqlite_where=_REMOVING,
        postgresql_where=_REMOVING,
    )
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    for view in ("ledger_entries", "ledger_lines"):
        query = sa.text("SELECT sql FROM sqlite_master WHERE name = :view")
        made = connection.execute(query, {"view": view}).scalar_one()
        if _BEFORE not in made:
            message = f"the view {view} is not as revision 0011 made it"
            raise AssertionError(message)
        op.execute(f"DROP VIEW {view}")
        connection.exec_driver_sql(made.replace(_BEFORE, _AFTER))
