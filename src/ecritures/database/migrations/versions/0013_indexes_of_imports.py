"""Find the imports that need somebody, the last ones of a dossier, and the anomalies of a rule.

Revision 0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the indexes."""
    op.create_index(
        "ix_imports_domain_id_dossier_id_created_at",
        "imports",
        ["domain_id", "dossier_id", "created_at"],
    )
    op.create_index(
        "ix_anomalies_code", "anomalies", ["domain_id", "import_id", "attempt", "code", "ordinal"]
    )
    for name, condition in (
        ("ix_imports_failed", "status = 4"),
        ("ix_imports_previewed", "status = 3 AND dry_run"),
    ):
        op.create_index(
            name,
            "imports",
            ["domain_id", "created_at"],
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )
