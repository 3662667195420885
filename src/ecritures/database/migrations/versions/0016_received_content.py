"""The fingerprint of a file at its reception, compared with what the storage returns.

Revision 0016.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    comment = "of what this service put there itself"
    op.add_column("deposits", sa.Column("received_sha256", sa.String(64), comment=comment))
