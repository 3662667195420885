"""SQLite: many readers, one writer at a time.

SQLite up to 3.51.2 can corrupt a write-ahead log when two connections write or checkpoint at the
same moment. So there is one writing connection, and each transaction locks a file beside the
database: the command line and the service never write at the same time. Readers can neither write
nor checkpoint.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Mapping
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import polars as pl
import polars.selectors as cs
import sqlalchemy as sa

from ecritures.config.folders import PRIVATE_FILE, make_folder
from ecritures.core.clock import Clock, SystemClock
from ecritures.core.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ecritures.database.dialects.postgresql import Scope, TableRows

BUSY_SECONDS_MAX = 30
LOCK_SECONDS_MAX = 10.0
LOCK_LOOK_SECONDS = 0.01
WRITER_CACHE_KB, READER_CACHE_KB = 64_000, 16_000  # of each connection; readers are many
ROWS_PER_TRANSACTION = 20_000  # short enough for other writers not to wait long
ROWS_PER_STATEMENT = 100  # faster than one by one; more would gain nothing


class SqliteBackend:
    """A file, for one process that runs imports and any number that read or administer."""

    is_shared = False

    def __init__(self, url: sa.URL, clock: Clock | None = None) -> None:
        self.clock: Clock = clock or SystemClock()
        self._path = Path(str(url.database))
        self._lock = threading.RLock()
        self._has_written = False
        self._writer = _engine(url, "BEGIN IMMEDIATE", pool_size=1)
        self._reader = _engine(url, "BEGIN", pool_size=16, read_only=True)

    @contextmanager
    def read(self, scope: Scope = None) -> Iterator[sa.Connection]:  # noqa: ARG002 - a server's
        """Open a read-only connection that sees one snapshot of the database."""
        with self._reader.connect() as connection:
            yield connection

    read_long = read

    @contextmanager
    def write(
        self,
        scope: Scope = None,  # noqa: ARG002 - a server's
        wait_seconds_max: float | None = None,
    ) -> Iterator[sa.Connection]:
        """Open the one writing transaction."""
        with self._locked(wait_seconds_max), self._writer.begin() as connection:
            self._has_written = True
            yield connection

    load = write

    def insert(
        self,
        scope: Scope,
        rows: Iterable[TableRows],
        constants: Mapping[str, int | str],
        guard: Callable[[sa.Connection], None],
    ) -> None:
        """Insert columns, in several short transactions."""
        for table, frame in rows:
            for part in frame.iter_slices(ROWS_PER_TRANSACTION):
                statements = _statements(table, part, constants)
                with self.write(scope) as connection:
                    guard(connection)
                    _execute(connection, statements)

    def insert_few(
        self,
        connection: sa.Connection,
        rows: Iterable[TableRows],
        constants: Mapping[str, int | str],
    ) -> None:
        """Insert columns."""
        for table, frame in rows:
            if frame.height:
                _execute(connection, _statements(table, frame, constants))

    def read_frame(
        self,
        connection: sa.Connection,
        query: sa.Select[Any],
        schema: Mapping[str, pl.DataType | type[pl.DataType]],
    ) -> pl.DataFrame:
        """Read rows as one text that SQLite makes, which is quicker than row by row."""
        compiled = query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        cursor = connection.connection.cursor()
        try:
            rows = _read_text(cursor, str(compiled), schema)
            return _read_rows(cursor, str(compiled), schema) if rows is None else rows
        finally:
            cursor.close()

    def summarize_index(self, connection: sa.Connection, table: sa.Table) -> None:
        """Do nothing: rows are found by their key."""

    def measure(self, connection: sa.Connection, *tables: sa.Table) -> None:
        """Do nothing: the migrations have written the statistics that matter."""

    def prefer_indexes(self, connection: sa.Connection) -> None:
        """Do nothing: the rows of a batch are found by their key."""

    def keeps_domains_apart(self) -> bool:
        """Return True: a file has no roles."""
        return True

    def exists(self) -> bool:
        """Return whether the file exists."""
        return self._path.exists()

    def close(self) -> None:
        """Close every connection, the writing one last: afterwards all is in the file itself.

        Readers must not move the log into the file, and the last to close would leave it there.
        """
        self._reader.dispose()
        if not self._has_written:
            self._writer.dispose()
            return
        with self._locked():
            connection = self._writer.raw_connection()
            with suppress(sqlite3.Error):  # a full disk: the log is kept, and nothing is lost
                connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").close()
            connection.close()
            self._writer.dispose()

    @contextmanager
    def _locked(self, wait_seconds_max: float | None = None) -> Iterator[None]:
        """Hold the lock of the database, among threads and among processes.

        Args:
            wait_seconds_max: How long to wait for it, if not as long as usual.

        Raises:
            sqlalchemy.exc.TimeoutError: Another process, which may be frozen, holds it for too
                long.
        """
        wait = LOCK_SECONDS_MAX if wait_seconds_max is None else wait_seconds_max
        end = time.monotonic() + wait
        if not self._lock.acquire(timeout=wait):
            raise _locked_too_long()
        try:
            make_folder(self._path.parent)
            with self._path.with_suffix(".lock").open("w") as file:
                while not _try_lock(file):
                    if time.monotonic() >= end:
                        raise _locked_too_long()
                    time.sleep(LOCK_LOOK_SECONDS)
                if not self._path.exists():  # SQLite would let everybody read it, and its log
                    os.close(os.open(self._path, os.O_CREAT | os.O_WRONLY, PRIVATE_FILE))
                yield
        finally:
            self._lock.release()


Schema = Mapping[str, pl.DataType | type[pl.DataType]]


def _read_text(cursor: Any, query: str, schema: Schema) -> pl.DataFrame | None:  # noqa: ANN401 - of the driver
    """Read rows as lines of JSON arrays, which are lines of CSV but for a few texts.

    Returns:
        The rows; None where they are too many for one text, or a text is not the same in CSV.
    """
    names = ", ".join(f"c{place}" for place in range(len(schema)))
    lines = f"group_concat(json_array(0, {names}, 0), char(10))"
    try:
        cursor.execute(f"WITH found({names}) AS ({query}) SELECT {lines} FROM found")  # noqa: S608 - our names
        (text,) = cursor.fetchone()
    except (sqlite3.DataError, sqlite3.OperationalError):
        return None
    if text is None:
        return pl.DataFrame(schema=dict(schema))
    if "\\" in text:
        text = text.replace('\\"', '""') if "\\\\" not in text else text
    if "\\" in text or '"null"' in text:
        return None
    flags = [name for name, dtype in schema.items() if dtype == pl.Boolean]
    raw = {"[": pl.String} | dict(schema) | dict.fromkeys(flags, pl.Int8) | {"]": pl.String}
    frame = pl.read_csv(text.encode(), has_header=False, schema=raw, null_values=["null"])
    return frame.select(*schema).with_columns(pl.col(flags).cast(pl.Boolean))


def _read_rows(cursor: Any, query: str, schema: Schema) -> pl.DataFrame:  # noqa: ANN401 - of the driver
    """Read rows as the driver gives them: dates are texts."""
    rows = cursor.execute(query).fetchall()
    raw = {
        name: pl.String if dtype == pl.Date else pl.Int8 if dtype == pl.Boolean else dtype
        for name, dtype in schema.items()
    }
    frame = pl.DataFrame(rows, schema=raw, orient="row")
    return frame.with_columns(
        pl.col(name).str.to_date("%Y-%m-%d") if dtype == pl.Date else pl.col(name).cast(dtype)
        for name, dtype in schema.items()
        if raw[name] != dtype
    )


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _locked_too_long() -> sa.exc.TimeoutError:
    return sa.exc.TimeoutError("another process holds the lock of the database")


def _statements(
    table: sa.Table, frame: pl.DataFrame, constants: Mapping[str, int | str]
) -> list[tuple[str, list[Any]]]:
    """Return the statements that insert rows, each with its values."""
    given = [name for name in frame.columns if frame[name].null_count() < frame.height]
    ready = frame.select(given).with_columns(cs.date().cast(pl.String)).to_dict(as_series=False)
    values = list(chain.from_iterable(zip(*ready.values(), strict=True)))
    columns = ", ".join(f'"{name}"' for name in (*constants, *given))
    row = ", ".join([*map(_literal, constants.values()), *("?" * len(given))])
    insert = f'INSERT INTO "{table.name}" ({columns}) VALUES '  # noqa: S608 - our names
    step = ROWS_PER_STATEMENT * len(given)
    parts = [values[start : start + step] for start in range(0, len(values), step)]
    return [(insert + ", ".join([f"({row})"] * (len(part) // len(given))), part) for part in parts]


def _fold(text: str | None) -> str | None:
    return None if text is None else fold(text)


def _literal(value: int | str) -> str:
    return str(int(value)) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def _execute(connection: sa.Connection, statements: Iterable[tuple[str, list[Any]]]) -> None:
    cursor = connection.connection.cursor()
    for statement, values in statements:
        cursor.execute(statement, values)
    cursor.close()


def _engine(url: sa.URL, begin: str, *, pool_size: int, read_only: bool = False) -> sa.Engine:
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
        connection.create_function("fold", 1, _fold, deterministic=True)
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=FAST",  # overwrite deleted data: addresses may contain signatures
            f"cache_size=-{READER_CACHE_KB if read_only else WRITER_CACHE_KB}",
            *(("query_only=ON", "wal_autocheckpoint=0") if read_only else ()),
        ):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
