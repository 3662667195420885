"""Splits of lines over analytic sections, and documents attached to entries.

Revision 0018.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SPLITS, ATTACHMENTS = "line_sections", "attachments"
OF_FIRM = "domain_id = nullif(nullif(current_setting('ecritures.domain', true), '*'), '')::int"
OF_EVERY_FIRM = "current_setting('ecritures.domain', true) = '*'"
VIEW = "ledger_line_sections"
VIEW_TEXT = """
SELECT line.domain_id, line.domain, line.dossier_id, line.dossier, line.line_id, line.entry_id,
    line.entry_date, line.account, split.axis,
    substr(section.code, 1, length(section.code) - length(split.axis) - 1) AS section,
    section.label AS section_label, split.amount_cents, split.percentage
FROM ledger_lines AS line
JOIN line_sections AS split ON split.domain_id = line.domain_id
    AND split.batch_id = line.batch_id AND split.line = line.line
JOIN codes AS section ON section.domain_id = line.domain_id
    AND section.dossier_id = line.dossier_id AND section.kind = 'section'
    AND section.id = split.section_id"""
KEYS = ("domain_id", "batch_id", "line")


def upgrade() -> None:
    """Create the tables; say what else the codes of a dossier are."""
    _create_line_sections()
    _create_attachments()
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("codes", "kind", comment="account, journal, third-party, section")
        op.create_table_comment(
            "codes",
            "The accounts, journals, third parties and analytic sections (SECTION@AXIS) of a "
            "dossier; id counts from 1 in each kind.",
        )
        for table in (SPLITS, ATTACHMENTS):
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO SESSION_USER")
        op.execute(f"CREATE POLICY of_firm ON {SPLITS} USING ({OF_FIRM})")
        op.execute(f"CREATE POLICY of_firm ON {ATTACHMENTS} USING ({OF_FIRM} OR {OF_EVERY_FIRM})")
        op.execute(f"ALTER TABLE {ATTACHMENTS} FORCE ROW LEVEL SECURITY")
    _create_view()


def _create_view() -> None:
    """Make the view of splits: on PostgreSQL, it reads with the rights of whoever asks."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    rights = " WITH (security_invoker = true)" if is_postgresql else ""
    op.execute(f"CREATE VIEW {VIEW}{rights} AS {VIEW_TEXT}")
    if is_postgresql:
        op.execute(f"GRANT SELECT ON {VIEW} TO SESSION_USER")


def _create_line_sections() -> None:
    op.create_table(
        SPLITS,
        *(sa.Column(name, sa.Integer(), autoincrement=False, nullable=False) for name in KEYS),
        sa.Column("rank", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("axis", sa.String(), nullable=False),
        sa.Column(
            "section_id", sa.Integer(), nullable=False, comment="in codes, of the kind section"
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False, comment="debit less credit"),
        sa.Column("percentage", sa.String(), comment="as given; null: the amount was"),
        sa.PrimaryKeyConstraint(*KEYS, "rank", name=op.f(f"pk_{SPLITS}")),
        comment="The splits of lines over analytic sections; those on one axis add up to the line. "
        "rank counts from 1 within the line. There may be many: no foreign key.",
        sqlite_with_rowid=False,
    )


def _create_attachments() -> None:
    op.create_table(
        ATTACHMENTS,
        sa.Column("domain_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("batch_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.Integer(), comment="null: of the file as a whole"),
        sa.Column("line", sa.Integer(), comment="null: of the file as a whole"),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "media_type", sa.String(), comment="null: named by the file, and not given with it"
        ),
        sa.Column("bytes", sa.BigInteger()),
        sa.Column("sha256", sa.String(64)),
        sa.Column("stored_key", sa.String(), comment="null: not in the storage (any more)"),
        sa.ForeignKeyConstraint(
            ["domain_id", "batch_id"],
            ["batches.domain_id", "batches.id"],
            name=op.f(f"fk_{ATTACHMENTS}_domain_id_batch_id"),
        ),
        sa.PrimaryKeyConstraint("domain_id", "batch_id", "id", name=op.f(f"pk_{ATTACHMENTS}")),
        comment="The documents attached to the entries of a batch; id counts from 1 within it.",
    )
    op.create_index("ix_attachments_domain_id_stored_key", ATTACHMENTS, ["domain_id", "stored_key"])
