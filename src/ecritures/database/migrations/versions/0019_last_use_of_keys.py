"""It is known when a key was last used.

Revision 0019.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ecritures.database.types import Instant

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    comment = "to within some minutes; null: never"
    op.add_column("api_keys", sa.Column("last_used_at", Instant, comment=comment))
