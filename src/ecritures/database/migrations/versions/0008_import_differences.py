"""What an import does to each entry, kept whole.

Revision 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OF_FIRM = "domain_id = nullif(nullif(current_setting('ecritures.domain', true), '*'), '')::int"
OF_EVERY_FIRM = "current_setting('ecritures.domain', true) = '*'"


def upgrade() -> None:
    """Create the table; imports made before have the first hundred entries of each kind."""
    op.create_table(
        "import_differences",
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("import_id", sa.String(36), nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False, comment="Parquet"),
        sa.ForeignKeyConstraint(
            ["domain_id", "import_id"],
            ["imports.domain_id", "imports.id"],
            name=op.f("fk_import_differences_domain_id_import_id"),
        ),
        sa.PrimaryKeyConstraint("domain_id", "import_id", name=op.f("pk_import_differences")),
        comment="What the last plan of an import does to each entry; see ledger.difference.",
    )
    if op.get_bind().dialect.name != "postgresql":
        return
    table = "import_differences"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY of_firm ON {table} USING ({OF_FIRM} OR {OF_EVERY_FIRM})")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO SESSION_USER")
