"""Insert a few rows quickly, within a larger transaction."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database.types import Instant

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

ROWS_PER_STATEMENT = 500


def insert_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows with one VALUES statement; all have the same columns, all that the table needs.

    SQLAlchemy would take longer to prepare each row than the database takes to insert it.
    """
    if not rows:
        return
    names = tuple(rows[0])
    convert = _converters(table, names, connection.dialect)
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    row_marks = f"({', '.join([mark] * len(names))})"
    columns = ", ".join(f'"{name}"' for name in names)
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        part = rows[start : start + ROWS_PER_STATEMENT]
        marks = ", ".join([row_marks] * len(part))
        values = chain.from_iterable(
            [to_database(row[name]) for name, to_database in convert.items()] for row in part
        )
        connection.exec_driver_sql(
            f'INSERT INTO "{table.name}" ({columns}) VALUES {marks}',  # noqa: S608 - our names
            tuple(values),
        )


@cache
def _converters(
    table: sa.Table, names: Collection[str], dialect: sa.Dialect
) -> dict[str, Callable[[Any], Any]]:
    found: dict[str, Callable[[Any], Any]] = {
        name: json.dumps
        if isinstance(table.c[name].type, sa.JSON)
        else table.c[name].type.bind_processor(dialect) or _unchanged
        for name in names
    }
    # Rows that are inserted together share their instants.
    return found | {
        name: lru_cache(1000)(found[name])
        for name in names
        if isinstance(table.c[name].type, Instant)
    }


def _unchanged(value: Any) -> Any:  # noqa: ANN401 - of any column
    return value
