"""Insert some rows within a transaction that does more than that."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database.types import Instant

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    import polars as pl


def insert_frame(connection: sa.Connection, table: sa.Table, frame: pl.DataFrame) -> None:
    """Insert rows of texts and integers, in one statement."""
    if frame.is_empty():
        return
    if connection.dialect.name == "postgresql":
        connection.execute(_from_json(table, tuple(frame.columns)), {"rows": frame.write_json()})
    else:
        connection.execute(table.insert(), frame.to_dicts())


def insert_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of any type, which give every column that they need, in one statement."""
    if connection.dialect.name == "postgresql":
        document = json.dumps(rows, default=_moment)
        connection.execute(_from_json(table, tuple(rows[0])), {"rows": document})
        return
    statement, written = _as_values(table, tuple(rows[0]), connection.dialect)
    connection.exec_driver_sql(
        statement,
        [tuple(write(row[name]) for name, write in written.items()) for row in rows],
    )


def _moment(value: datetime) -> str:
    return value.isoformat()


@cache
def _as_values(
    table: sa.Table, names: Collection[str], dialect: sa.Dialect
) -> tuple[str, dict[str, Callable[[Any], Any]]]:
    """SQLite takes them one by one; SQLAlchemy would take longer to hand them over than it."""
    columns = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" * len(names))
    written: dict[str, Callable[[Any], Any]]
    written = {name: table.c[name].type.bind_processor(dialect) or _as_it_is for name in names}
    # Rows that are written together have their moments in common.
    written |= {
        name: lru_cache(1000)(written[name])
        for name in names
        if isinstance(table.c[name].type, Instant)
    }
    return f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})', written  # noqa: S608


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - of any column
    return value


@cache
def _from_json(table: sa.Table, names: Collection[str]) -> sa.TextClause:
    """PostgreSQL takes rows as one document.

    It would execute a statement for each row, and COPY is refused on a table with policies.
    """
    columns = ", ".join(f'"{name}"' for name in names)
    return sa.text(
        f'INSERT INTO "{table.name}" ({columns}) SELECT {columns} '  # noqa: S608 - our names
        f'FROM json_populate_recordset(CAST(NULL AS "{table.name}"), CAST(:rows AS json))'
    )
