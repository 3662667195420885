"""What every table module shares: the metadata, and columns and keys that begin with the firm.

Rules of the schema, so that it can be distributed by firm (see docs/decisions/0015):

- every key and unique constraint begins with `domain_id`;
- foreign keys are `(domain_id, x)` → `(domain_id, id)`, and the large tables have none;
- numbers are drawn from the firm's row in `firms`, never from a sequence.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


def firm_key() -> sa.Column[int]:
    """Return the first column of a key: the firm."""
    return sa.Column("domain_id", sa.Integer, primary_key=True, autoincrement=False)


def number_key(name: str = "id") -> sa.Column[int]:
    """Return a key column whose values the program gives."""
    return sa.Column(name, sa.Integer, primary_key=True, autoincrement=False)


def belongs_to(table: str, column: str) -> sa.ForeignKeyConstraint:
    """Return the foreign key to a row of the same firm."""
    return sa.ForeignKeyConstraint(["domain_id", column], [f"{table}.domain_id", f"{table}.id"])
