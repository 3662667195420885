"""Columns read from SQLite are what the rows hold, whatever their texts."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
import sqlalchemy as sa

from ecritures.database import Database

SCHEMA = {"n": pl.Int64, "word": pl.String, "day": pl.Date, "flag": pl.Boolean, "rest": pl.String}
TABLE = sa.table("t", *(sa.column(name) for name in SCHEMA))
PLAIN = (1, "plain", "2024-02-29", 1, None)
ODD = ['a "quoted" word', "back\\slash", 'both \\"', "null", "", "été, virgule", "a\nb", "[0,"]


@pytest.fixture
def read(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'x.db'}").for_all_domains()
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE t (n, word, day, flag, rest)")

    def _read(*rows):
        with database.write() as connection:
            for row in rows:
                connection.exec_driver_sql("INSERT INTO t VALUES (?, ?, ?, ?, ?)", row)
        with database.read() as connection:
            return database.read_frame(connection, sa.select(*TABLE.c), SCHEMA)

    yield _read
    database.close()


def test_no_rows_are_no_rows(read):
    found = read()
    assert (found.height, found.schema) == (0, pl.Schema(SCHEMA))


@pytest.mark.parametrize("word", ODD)
def test_texts_are_read_as_they_are(read, word):
    found = read(PLAIN, (None, word, None, 0, word))

    assert found.schema == pl.Schema(SCHEMA)
    assert found.rows() == [
        (1, "plain", date(2024, 2, 29), True, None),
        (None, word, None, False, word),
    ]
