"""Tell SQLite how many anomalies each part of an index leaves.

Without figures it takes both indexes for alike, and reads all anomalies of an import to find the
first ones of a rule. Revision 0024.
"""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add rows to its table of figures, which revision 0010 has made."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "INSERT INTO sqlite_stat1 VALUES"
            " ('anomalies', 'anomalies', '1000000 1000000 100000 100000 1'),"
            " ('anomalies', 'ix_anomalies_code', '1000000 1000000 100000 100000 1000 1')"
        )
