"""Give SQLite statistics for the indexes of anomalies.

Without them it considers both indexes equally good, and reads all anomalies of an import to find
the first ones of a rule. Revision 0024.
"""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add rows to the statistics table, which revision 0010 created."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "INSERT INTO sqlite_stat1 VALUES"
            " ('anomalies', 'anomalies', '1000000 1000000 100000 100000 1'),"
            " ('anomalies', 'ix_anomalies_code', '1000000 1000000 100000 100000 1000 1')"
        )
