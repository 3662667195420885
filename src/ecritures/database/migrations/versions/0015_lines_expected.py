"""How many lines the file of a running import is expected to have.

Revision 0015.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    comment = "of the file that is being read, by the part read so far"
    op.add_column("imports", sa.Column("lines_expected", sa.BigInteger(), comment=comment))
