"""Insert some rows within a transaction that does more than that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    import polars as pl


def insert_frame(connection: sa.Connection, table: sa.Table, frame: pl.DataFrame) -> None:
    """Insert rows of texts and integers, in one statement.

    PostgreSQL takes them as one document: it would execute a statement for each row, and COPY is
    refused on a table with policies.
    """
    if frame.is_empty():
        return
    if connection.dialect.name != "postgresql":
        connection.execute(table.insert(), frame.to_dicts())
        return
    columns = ", ".join(f'"{name}"' for name in frame.columns)
    statement = (
        f'INSERT INTO "{table.name}" ({columns}) SELECT {columns} '  # noqa: S608 - our names
        f'FROM json_populate_recordset(CAST(NULL AS "{table.name}"), CAST(:rows AS json))'
    )
    connection.execute(sa.text(statement), {"rows": frame.write_json()})
