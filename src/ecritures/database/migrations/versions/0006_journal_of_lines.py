"""The journal of a line, where an entry is over several journals.

Revision 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    column = sa.Column("journal_id", sa.Integer, comment="of an entry over several journals")
    op.add_column("lines", column)
