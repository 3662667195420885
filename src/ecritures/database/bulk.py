"""Bulk insertion of columns, in short transactions: the one place where rows meet a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl
import polars.selectors as cs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import sqlalchemy as sa

    from ecritures.database.engine import Database

ROWS_PER_TRANSACTION = 20_000  # some fifty milliseconds, so that no other writer waits long


def bulk_insert(
    database: Database, table: sa.Table, frame: pl.DataFrame, constants: Mapping[str, int]
) -> None:
    """Insert the rows of a frame, several transactions one after the other.

    Args:
        database: Where to.
        table: The table; its columns that are missing here stay null.
        frame: Columns named as those of the table, all null ones being left out.
        constants: Integer columns of one value.
    """
    given = [name for name in frame.columns if frame[name].null_count() < frame.height]
    ready = frame.select(given).with_columns(cs.date().cast(pl.String))
    columns = ", ".join(f'"{name}"' for name in (*constants, *given))
    values = ", ".join([*(str(int(value)) for value in constants.values()), *("?" for _ in given)])
    statement = f'INSERT INTO "{table.name}" ({columns}) VALUES ({values})'  # noqa: S608 - our names
    for part in ready.iter_slices(ROWS_PER_TRANSACTION):
        with database.write() as connection:
            cursor = connection.connection.cursor()
            rows = zip(*(part[name].to_list() for name in given), strict=True)
            cursor.executemany(statement, cast("Sequence[tuple[object, ...]]", rows))
            cursor.close()
