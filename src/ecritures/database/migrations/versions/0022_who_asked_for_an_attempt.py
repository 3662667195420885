"""Who asked for each attempt at an import: the import itself only knows who asked last.

Revision 0022.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; earlier attempts get who asked last, as no one else is known."""
    comment = "a key, or the e-mail address of a person; null: an operator"
    op.add_column("attempts", sa.Column("asked_by", sa.String(), comment=comment))
    op.execute(
        "UPDATE attempts SET asked_by = (SELECT imports.asked_by FROM imports"
        " WHERE imports.domain_id = attempts.domain_id AND imports.id = attempts.import_id)"
    )
