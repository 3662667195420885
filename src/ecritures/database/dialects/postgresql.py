"""PostgreSQL: any number of processes on any number of machines."""

from __future__ import annotations

import io
import time
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

import polars as pl
import psycopg
import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from ecritures.core.clock import Clock

POOL_CONNECTIONS = 8
POOL_OVERFLOW_MAX = 24
IDLE_SECONDS_MAX = 1.0  # a connection idle for longer is tested before use
CONNECT_SECONDS_MAX = 10
OWNER_ROLE = "ecritures_owner"
"""Owns the tables. The login role assumes it for a whole transaction, to migrate or to COPY."""

EVERY_DOMAIN: Final = "*"
SCOPE = "scope"
Scope = int | Literal["*"] | None
"""The domain that a transaction is for; None: no row is seen."""

TableRows = tuple[sa.Table, pl.DataFrame]
"""Rows of a table."""


def set_scope(connection: sa.Connection, scope: Scope) -> None:
    """Declare the domain of the rest of a transaction, for the policies of the tables.

    `SET LOCAL` ends with the transaction: a connection goes back to the pool seeing nothing.
    """
    if scope is not None and connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_set_local(scope))
    connection.info[SCOPE] = scope


def _set_local(scope: int | Literal["*"]) -> str:
    said = scope if scope == EVERY_DOMAIN else int(scope)
    return f"SET LOCAL ecritures.domain = '{said}'"


LIMITS = "SET LOCAL lock_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = '60s'"
"""For each transaction: it waits for no lock, and holds none, while another process is frozen."""

KEEPALIVES = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # milliseconds
}
"""Notice within about a minute that the server, or its network, is gone."""

SERVER_KEEPALIVES = (
    "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3; "
    "SET tcp_user_timeout = '60s'"
)
"""Have the server notice the same of this machine, and release its locks."""

CLOCK_SECONDS = 1.0  # drift is negligible over this time


class DatabaseClock:
    """The database's clock: machines disagree about the time, and leases must not.

    It is read now and then; in between, this machine adds the seconds elapsed. A machine that
    counts too slowly sees an earlier time, so its leases are shorter and its imports due later:
    none is taken from it, or by it, too early.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._asked: tuple[datetime, float] | None = None

    def now(self) -> datetime:
        """Return the database's time."""
        asked, counted = self._asked, time.monotonic()
        if asked is None or counted - asked[1] >= CLOCK_SECONDS:
            with self._engine.connect() as connection:
                moment = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
            asked = self._asked = moment, counted
        return asked[0] + timedelta(seconds=counted - asked[1])


class PostgresqlBackend:
    """A server."""

    is_shared = True

    def __init__(self, url: sa.URL, clock: Clock | None = None) -> None:
        self._engine = sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=POOL_CONNECTIONS,
            max_overflow=POOL_OVERFLOW_MAX,
            hide_parameters=True,  # an address with its signature may be among them
            connect_args={
                "connect_timeout": CONNECT_SECONDS_MAX,
                "application_name": "ecritures",
                **KEEPALIVES,
                "autocommit": True,  # transactions are begun below
            },
        )
        _ask_for_keepalives(self._engine)
        _try_idle_connections(self._engine)
        self.clock: Clock = clock or DatabaseClock(self._engine)

    @contextmanager
    def read(self, scope: Scope) -> Iterator[sa.Connection]:
        """Open a connection that changes nothing."""
        # Committed although nothing changed: on ROLLBACK, the driver drops its prepared statements.
        with self.write(scope) as connection:
            yield connection

    @contextmanager
    def read_long(self, scope: Scope) -> Iterator[sa.Connection]:
        """Open a connection that changes nothing, and sees one snapshot."""
        said = [] if scope is None else [_set_local(scope)]
        snapshot = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
        with self._begin([snapshot, *said]) as connection:
            connection.info[SCOPE] = scope
            yield connection

    @contextmanager
    def write(self, scope: Scope, wait_seconds_max: float | None = None) -> Iterator[sa.Connection]:
        """Open a transaction."""
        with self._begin([] if scope is None else [_set_local(scope)]) as connection:
            if wait_seconds_max is not None:
                wait = f"SET LOCAL lock_timeout = {round(wait_seconds_max * 1000)}"
                connection.exec_driver_sql(wait)
            connection.info[SCOPE] = scope
            yield connection

    @contextmanager
    def load(self, scope: Scope) -> Iterator[sa.Connection]:
        """Open a transaction as the owner: COPY is refused on a table whose policies apply.

        The policies of the large tables do not apply to their owner; all others do, being forced.
        """
        said = [] if scope is None else [_set_local(scope)]
        with self._begin([f"SET LOCAL ROLE {OWNER_ROLE}", *said]) as connection:
            connection.info[SCOPE] = scope
            yield connection

    @contextmanager
    def _begin(self, statements: list[str]) -> Iterator[sa.Connection]:
        with self._engine.begin() as connection:
            begin = "; ".join(("BEGIN", *statements, LIMITS))
            connection.exec_driver_sql(begin, execution_options={"no_parameters": True})
            yield connection

    def insert(
        self,
        scope: Scope,
        rows: Iterable[TableRows],
        constants: Mapping[str, int | str],
        guard: Callable[[sa.Connection], None],
    ) -> None:
        """Insert columns by COPY, all in one transaction."""
        ready = _ready(rows, constants)
        with self.load(scope) as connection:
            guard(connection)
            self._copy(connection, ready, constants)

    def insert_few(
        self,
        connection: sa.Connection,
        rows: Iterable[TableRows],
        constants: Mapping[str, int | str],
    ) -> None:
        """Insert columns by COPY."""
        self._copy(connection, _ready(rows, constants), constants)

    def _copy(
        self, connection: sa.Connection, ready: Iterable[_Csv], constants: Mapping[str, int | str]
    ) -> None:
        # No policy checks these rows, so the program does.
        if connection.info[SCOPE] not in (EVERY_DOMAIN, constants["domain_id"]):
            message = "rows of another domain"
            raise AssertionError(message)
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor:
            for table, columns, text in ready:
                with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN (FORMAT csv)') as copy:
                    copy.write(text)

    def read_frame(
        self,
        connection: sa.Connection,
        query: sa.Select[Any],
        schema: Mapping[str, pl.DataType | type[pl.DataType]],
    ) -> pl.DataFrame:
        """Read rows by COPY: faster than row by row, and policies apply all the same."""
        compiled = query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        driver: Any = connection.connection.driver_connection
        text = io.BytesIO()
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY ({compiled}) TO STDOUT (FORMAT csv)") as copy,
        ):
            for part in copy:
                text.write(part)
        if not text.tell():
            return pl.DataFrame(schema=dict(schema))
        text.seek(0)
        flags = [name for name, dtype in schema.items() if dtype == pl.Boolean]
        raw = dict(schema) | dict.fromkeys(flags, pl.String)
        frame = pl.read_csv(text, has_header=False, schema=raw)
        return frame.with_columns(pl.col(flags) == "t") if flags else frame

    def summarize_index(self, connection: sa.Connection, table: sa.Table) -> None:
        """Add new pages to the index of page ranges; until then, every query reads all of them."""
        query = sa.text(
            "SELECT brin_summarize_new_values(indexrelid) FROM pg_index "
            "JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam "
            "WHERE amname = 'brin' AND indrelid = CAST(:table AS regclass)"
        )
        connection.execute(query, {"table": table.name}).all()

    def measure(self, connection: sa.Connection, *tables: sa.Table) -> None:
        """Analyze tables that never were: without statistics, the planner uses nested loops."""
        rows = sa.text("SELECT reltuples FROM pg_class WHERE oid = CAST(:table AS regclass)")
        for table in tables:
            if connection.execute(rows, {"table": table.name}).scalar_one() < 0:
                connection.exec_driver_sql(f"ANALYZE {table.name}")

    def prefer_indexes(self, connection: sa.Connection) -> None:
        """Find the rows of one batch by index for the rest of the transaction.

        Without statistics, as after a first load, the server would scan the whole table. Starting
        parallel workers takes longer than reading a thousand lines.
        """
        connection.exec_driver_sql(
            "SET LOCAL enable_seqscan = off; SET LOCAL max_parallel_workers_per_gather = 0",
            execution_options={"no_parameters": True},
        )

    def keeps_domains_apart(self) -> bool:
        """Return whether the role is subject to policies: no superuser, no BYPASSRLS, no owner.

        A member that inherits from the owner counts as the owner, and sees every line.
        """
        escapes = (
            "SELECT rolsuper OR rolbypassrls OR EXISTS (SELECT FROM pg_roles AS owner WHERE "
            "owner.rolname = :owner AND pg_has_role(current_user, owner.oid, 'USAGE')) "
            "FROM pg_roles WHERE rolname = current_user"
        )
        with self._engine.connect() as connection:
            return not connection.execute(sa.text(escapes), {"owner": OWNER_ROLE}).scalar_one()

    def exists(self) -> bool:
        """Assume that the server is there; connecting will show."""
        return True

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def _ask_for_keepalives(engine: sa.Engine) -> None:
    @sa.event.listens_for(engine, "connect")
    def _ask(connection: Any, _record: object) -> None:  # noqa: ANN401 - of the driver
        connection.execute(SERVER_KEEPALIVES)


def _try_idle_connections(engine: sa.Engine) -> None:
    """Reconnect after a restart of the database, without a ping before each transaction."""

    @sa.event.listens_for(engine, "checkin")
    def _note(_connection: object, record: Any) -> None:  # noqa: ANN401 - a record of the pool
        record.info["idle_since"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def _try(connection: Any, record: Any, _proxy: object) -> None:  # noqa: ANN401 - of the driver
        since = record.info.get("idle_since")
        if since is None or time.monotonic() - since < IDLE_SECONDS_MAX:
            return
        try:
            connection.execute("")
        except psycopg.Error as error:
            raise sa.exc.InvalidatePoolError from error


_Csv = tuple[str, str, str]
"""A table, the names of columns, and their values."""


def _ready(rows: Iterable[TableRows], constants: Mapping[str, int | str]) -> list[_Csv]:
    return [(table.name, *_csv(frame, constants)) for table, frame in rows if frame.height]


def _csv(frame: pl.DataFrame, constants: Mapping[str, int | str]) -> tuple[str, str]:
    """Return the names of columns, and their values; constants are repeated on each line."""
    columns = ", ".join(f'"{name}"' for name in (*constants, *frame.columns))
    rows = frame.select(*(pl.lit(value).alias(name) for name, value in constants.items()), pl.all())
    # Texts are quoted, to tell an empty text from null.
    return columns, rows.write_csv(include_header=False, quote_style="non_numeric")
