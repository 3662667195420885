"""The fingerprint of what was published, and the imports whose attempt died.

Revision 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OUTCOMES = "done, refused, failed, retry, internal, interrupted, crashed, handed-back, cancelled"


def upgrade() -> None:
    """Add the columns."""
    for table in ("imports", "batches"):
        content = sa.Column("content_sha256", sa.String(64), comment="of the file once unpacked")
        op.add_column(table, content)
    for table, comment in (
        ("imports", "an attempt died: a process runs one such import at a time"),
        ("attempts", "no other suspect ran beside it in its process"),
    ):
        alone = sa.Column(
            "alone", sa.Boolean, nullable=False, server_default=sa.false(), comment=comment
        )
        op.add_column(table, alone)
    for table, column, comment in (
        ("imports", "source_sha256", "of the file as it arrived"),
        ("attempts", "outcome", OUTCOMES),
    ):
        if op.get_bind().dialect.name == "postgresql":  # SQLite has no comments
            op.alter_column(table, column, comment=comment)
    op.create_index(
        "ix_batches_domain_id_dossier_id_content_sha256",
        "batches",
        ["domain_id", "dossier_id", "content_sha256"],
    )
