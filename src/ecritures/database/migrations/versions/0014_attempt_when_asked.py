"""The last attempt before an import was asked for, or asked for again.

Revision 0014.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; for the imports there are, their times say which attempt it was."""
    column = sa.Column(
        "asked_attempt",
        sa.Integer(),
        nullable=False,
        server_default="0",
        comment="the attempts up to this one do not count: it was asked for again since",
    )
    op.add_column("imports", column)
    op.execute(
        "UPDATE imports SET asked_attempt = coalesce((SELECT max(number) FROM attempts"
        " WHERE attempts.domain_id = imports.domain_id AND attempts.import_id = imports.id"
        " AND attempts.started_at < imports.asked_at), 0)"
    )
