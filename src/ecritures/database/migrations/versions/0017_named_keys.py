"""API keys have a name, and may expire.

Revision 0017.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ecritures.database.types import Instant

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    name = sa.Column("name", sa.String, nullable=False, server_default="", comment="what it is for")
    op.add_column("api_keys", name)
    comment = "null: it does not expire"
    op.add_column("api_keys", sa.Column("expires_at", Instant, comment=comment))
