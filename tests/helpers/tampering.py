"""Change the ledger behind its back, by plain SQL, and put everything back."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database import tables
from ecritures.database.tables import ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ecritures.database import Database

LEDGER = [
    *(value for value in vars(ledger).values() if isinstance(value, sa.Table)),
    tables.fiscal_years,
]
LEDGER.remove(tables.totals_summaries)  # derived: `test_totals_summaries.py`
"""Every table of the ledger; of `dossiers`, a few columns."""

Rows = dict[tuple[Any, ...], dict[str, Any]]


def rows_of(database: Database, table: sa.Table) -> Rows:
    """The rows of a table, by key."""
    key = [column.name for column in table.primary_key]
    with database.read() as connection:
        found = [
            dict(row)
            for row in connection.execute(sa.select(table).order_by(*table.primary_key)).mappings()
        ]
    return {tuple(row[name] for name in key): row for row in found}


def of_key(table: sa.Table, row: dict[str, Any]) -> list[sa.ColumnElement[bool]]:
    return [column == row[column.name] for column in table.primary_key]


@contextmanager
def tampered(
    database: Database, tamper: Callable[[sa.Connection], None], *touched: sa.Table
) -> Iterator[None]:
    """Do something to the database, then undo it row by row."""
    order = [one for one in tables.metadata.sorted_tables if one in touched]
    before = {table: rows_of(database, table) for table in order}
    with database.write() as connection:
        tamper(connection)
    try:
        yield
    finally:
        after = {table: rows_of(database, table) for table in order}
        assert before != after, "nothing was changed"
        with database.write() as connection:
            for table in reversed(order):
                for key in after[table].keys() - before[table].keys():
                    connection.execute(table.delete().where(*of_key(table, after[table][key])))
            for table in order:
                for key, row in before[table].items():
                    if key not in after[table]:
                        connection.execute(table.insert().values(**row))
                    elif after[table][key] != row:
                        mine = of_key(table, row)
                        connection.execute(table.update().where(*mine).values(**row))


def other(value: Any, kind: sa.types.TypeEngine[Any]) -> Any:
    """Another value of the same type."""
    if isinstance(kind, sa.JSON):
        return {**value, "x": 1} if isinstance(value, dict) else [*(value or []), 1]
    if isinstance(kind, sa.Boolean):
        return not value
    if isinstance(kind, sa.Integer):
        return (value or 0) + 1
    if isinstance(kind, sa.Date):
        return value + timedelta(1) if value else date(2024, 2, 2)
    if isinstance(kind, sa.String):
        return value[:-1] + ("1" if value[-1] != "1" else "2") if value else "x"
    return value + timedelta(hours=1) if value else datetime(2024, 2, 2)  # noqa: DTZ001
