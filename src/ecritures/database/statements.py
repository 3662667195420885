"""Statements that SQLite and PostgreSQL write differently, for the few places that need them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ecritures.database.unindexed import unindexed

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

_INSERTS: Mapping[str, Callable[..., sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def insert_unless_present(
    connection: sa.Connection, table: sa.Table
) -> sqlite.Insert | postgresql.Insert:
    """Return an insertion that can say what to do with rows that are there (`on_conflict_…`)."""
    return _INSERTS[connection.dialect.name](table)


def limit_lock_wait(connection: sa.Connection, seconds_max: float) -> None:
    """Bound how long each later statement of a transaction waits for a row that another holds.

    On SQLite a transaction that writes has waited for the only lock when it begins.
    """
    if _is_server(connection):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(seconds_max * 1000)}")


def lock_by_number(connection: sa.Connection, number: int) -> None:
    """Wait until no other transaction holds a number, and hold it until the end of this one.

    On SQLite the transaction that writes is alone already.
    """
    if _is_server(connection):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({number:d})")


def items_of(
    connection: sa.Connection, column: sa.ColumnElement[object], name: str
) -> sa.FromClause:
    """Return the items of an object within a JSON column as rows of `key` and `value`, as texts."""
    columns = ("key", sa.column("value", sa.String))
    if _is_server(connection):
        return sa.func.json_each_text(column[name]).table_valued(*columns).lateral()
    return sa.func.json_each(column, f"$.{name}").table_valued(*columns)


def looked_up(
    connection: sa.Connection, column: sa.ColumnElement[int], numbers: sa.Select[int]
) -> sa.ColumnElement[bool]:
    """Return whether a column has one of the numbers that a query selects, looked up by an index.

    PostgreSQL may scan a table to join it with a query; of an array, it looks up each number.
    """
    if _is_server(connection):
        return column == sa.any_(sa.func.array(numbers.scalar_subquery()))
    return column.in_(numbers)


def scanned_for(
    connection: sa.Connection, column: sa.ColumnElement[int], numbers: Collection[int]
) -> sa.ColumnElement[bool]:
    """Return whether a column has one of many numbers that most rows between two of them have.

    An index of page ranges of PostgreSQL compares each number with each range, and SQLite looks
    up each number: both are slower than the scan.
    """
    wanted: sa.BindParameter[Any] = sa.bindparam(
        None, list(numbers), expanding=True, literal_execute=True
    )
    same = column + 0 if _is_server(connection) else unindexed(column)
    return sa.and_(column.between(min(numbers), max(numbers)), same.in_(wanted))


def _is_server(connection: sa.Connection) -> bool:
    return connection.dialect.name == "postgresql"
