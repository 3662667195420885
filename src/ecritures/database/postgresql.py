"""PostgreSQL: any number of processes on any number of machines."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from ecritures.model.clock import Clock

POOL_CONNECTIONS = 8
POOL_OVERFLOW_MAX = 24
CONNECT_SECONDS_MAX = 10


class DatabaseClock:
    """The database's clock: machines disagree about the time, and leases must not."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def now(self) -> datetime:
        """Ask the database."""
        with self._engine.connect() as connection:
            moment: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
            return moment


class PostgresqlBackend:
    """A server."""

    is_shared = True

    def __init__(self, url: sa.URL, clock: Clock | None = None) -> None:
        self._engine = sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=POOL_CONNECTIONS,
            max_overflow=POOL_OVERFLOW_MAX,
            pool_pre_ping=True,  # a database that was restarted is found again
            hide_parameters=True,  # an address with its signature may be among them
            connect_args={"connect_timeout": CONNECT_SECONDS_MAX, "application_name": "ecritures"},
        )
        self.clock: Clock = clock or DatabaseClock(self._engine)

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open a connection that changes nothing."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Open a transaction."""
        with self._engine.begin() as connection:
            yield connection

    def insert(
        self,
        table: sa.Table,
        frame: pl.DataFrame,
        constants: Mapping[str, int],
        first: Callable[[sa.Connection], None],
    ) -> None:
        """Insert columns by COPY, in one transaction."""
        if frame.is_empty():
            return
        rows = frame.select(
            *(pl.lit(int(value)).alias(name) for name, value in constants.items()), pl.all()
        )
        # Texts are quoted, so that an empty one is told from null.
        text = rows.write_csv(include_header=False, quote_style="non_numeric")
        columns = ", ".join(f'"{name}"' for name in rows.columns)
        statement = f'COPY "{table.name}" ({columns}) FROM STDIN (FORMAT csv)'
        with self.write() as connection:
            first(connection)
            driver: Any = connection.connection.driver_connection
            with driver.cursor() as cursor, cursor.copy(statement) as copy:
                copy.write(text)

    def exists(self) -> bool:
        """Suppose the server is there; connecting will tell."""
        return True

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
