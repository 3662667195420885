"""Columns read from SQLite are what the rows hold; a closed database is one file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
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


def test_once_it_is_closed_all_is_in_the_file(tmp_path):
    """Whoever copies the file alone has everything: a reader, closed last, would leave the log."""
    path = tmp_path / "x.db"
    database = Database(f"sqlite:///{path}").for_all_domains()
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE t (n)")
    with database.read() as connection:
        connection.exec_driver_sql("SELECT n FROM t")
    with database.write() as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (7)")

    database.close()

    assert not path.with_name("x.db-wal").exists()
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as alone:
        assert alone.execute("SELECT n FROM t").fetchall() == [(7,)]
