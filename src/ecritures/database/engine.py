"""Connections: many readers, one writer at a time.

SQLite's library, up to 3.51.2, can corrupt a write-ahead log when two connections write or
checkpoint at the same moment. Hence one writing connection, and a lock on a file beside the
database, taken for each transaction, so that the command line and the service never write
together. Readers cannot write nor checkpoint.
"""

from __future__ import annotations

import fcntl
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.model.clock import Clock, SystemClock
from ecritures.model.errors import EcrituresError

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY_SECONDS_MAX = 30


class DatabaseUnavailableError(EcrituresError):
    """The database cannot be opened."""


class Database:
    """One database, and the clock that goes with it.

    Args:
        url: `sqlite:///path`.
        clock: What tells the time to everything that uses this database.
    """

    def __init__(self, url: str, clock: Clock | None = None) -> None:
        self.url = sa.make_url(url)
        self.clock: Clock = clock or SystemClock()
        if self.url.get_backend_name() != "sqlite" or not self.url.database:
            raise DatabaseUnavailableError(
                "database-url",
                "L'adresse de la base doit commencer par sqlite:/// et nommer un fichier.",
                "The database address must start with sqlite:/// and name a file.",
            )
        self.path = Path(self.url.database)
        self._lock = threading.RLock()
        self._writer = _sqlite_engine(self.url, "BEGIN IMMEDIATE", pool_size=1)
        self._reader = _sqlite_engine(self.url, "BEGIN", pool_size=16, read_only=True)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open a connection that sees one state of the database and changes nothing."""
        with self._reader.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Open the one writing transaction; committed at the end, undone on any exception."""
        with self._lock, self._file_lock(), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self._reader.dispose()
        with self._lock, self._file_lock():
            self._writer.dispose()

    @contextmanager
    def _file_lock(self) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _sqlite_engine(
    url: sa.URL, begin: str, *, pool_size: int, read_only: bool = False
) -> sa.Engine:
    engine = sa.create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,  # an address with its signature may be among them
        connect_args={"timeout": BUSY_SECONDS_MAX, "check_same_thread": False},
    )

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection
        connection.isolation_level = None  # transactions are begun below, not by the driver
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=FAST",  # a signature is gone when its row no longer has it
            "cache_size=-64000",
            *(("query_only=ON", "wal_autocheckpoint=0") if read_only else ()),
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
