"""The disk or the database fails: it is told from what is wrong with a file or with the program."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from ecritures.core.errors import SourceError
from ecritures.database import Database
from ecritures.imports.execution.infrastructure_errors import classify
from ecritures.sources.files import copy_file
from helpers.ports import free_port


def code_of(error):
    failure = classify(error)
    return failure.sentence.code if failure else None


@pytest.fixture
def small(tmp_path):
    """A database that may not grow."""
    engine = sa.create_engine(f"sqlite:///{tmp_path}/small.db")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (text TEXT)")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 2")
        yield connection
    engine.dispose()


def test_a_disk_that_sqlite_finds_full_is_told(small):
    with pytest.raises(sa.exc.OperationalError) as told:
        small.exec_driver_sql("INSERT INTO t VALUES (zeroblob(100000))")
    assert code_of(told.value) == "download-disk-full"


def test_a_file_that_sqlite_cannot_open_or_write_is_told(tmp_path):
    with pytest.raises(sqlite3.OperationalError) as told:
        sqlite3.connect(tmp_path / "absent" / "x.db")
    assert code_of(told.value) == "database-unavailable"


def test_a_mistake_of_ours_in_sql_is_none_of_the_database(small):
    with pytest.raises(sa.exc.OperationalError) as told:
        small.exec_driver_sql("SELECT nothing FROM nowhere")
    assert code_of(told.value) is None


def test_a_server_that_does_not_answer_is_told():
    port = free_port()
    database = Database(f"postgresql://x@127.0.0.1:{port}/x")
    with pytest.raises(sa.exc.OperationalError) as told, database.read():
        pass
    assert code_of(told.value) == "database-unavailable"
    assert code_of(psycopg.errors.AdminShutdown()) == "database-unavailable"
    assert code_of(psycopg.errors.UndefinedColumn()) is None


def test_a_disk_that_fails_is_told_by_its_reason():
    broken = classify(OSError(errno.EIO, os.strerror(errno.EIO)))
    assert broken is not None
    assert broken.sentence.code == "disk-unavailable"
    assert "Input/output error" in broken.sentence.fr
    assert code_of(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))) == "download-disk-full"
    assert code_of(ValueError("a mistake of ours")) is None


def test_a_copy_that_cannot_be_written_is_no_fault_of_the_file(tmp_path):
    source = tmp_path / "source"
    with pytest.raises(SourceError):
        copy_file(source, tmp_path / "copy")
    source.write_bytes(b"x" * 100_000)
    with pytest.raises(OSError, match="No space left") as told:
        copy_file(source, Path("/dev/full"))
    assert code_of(told.value) == "download-disk-full"
