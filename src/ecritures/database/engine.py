"""Connections to either database, behind one interface.

`read` sees one snapshot and changes nothing; `write` is one transaction, committed at its end. How
the two databases connect, load and find rows is in `dialects`.

On PostgreSQL the server itself keeps the firms apart: each transaction declares its domain, and
sees no row of another; one that declares none sees no row at all.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa

from ecritures.core.errors import EcrituresError
from ecritures.database.dialects.postgresql import (
    EVERY_DOMAIN,
    SCOPE,
    PostgresqlBackend,
    Scope,
    set_scope,
)
from ecritures.database.dialects.sqlite import SqliteBackend

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

    import polars as pl

    from ecritures.core.clock import Clock
    from ecritures.database.dialects.postgresql import TableRows


Guard = Callable[[sa.Connection], None]
SQLITE_DRIVERS = {"", "pysqlite"}


class DatabaseUnavailableError(EcrituresError):
    """The database cannot be opened."""


class Backend(Protocol):
    """What each kind of database provides."""

    clock: Clock
    is_shared: bool

    def read(self, scope: Scope) -> AbstractContextManager[sa.Connection]:
        """Open a connection that changes nothing."""

    def read_long(self, scope: Scope) -> AbstractContextManager[sa.Connection]:
        """Open a connection that changes nothing, and sees no change however long it lasts."""

    def write(
        self, scope: Scope, wait_seconds_max: float | None = None
    ) -> AbstractContextManager[sa.Connection]:
        """Open a transaction, committed at its end and rolled back on any exception."""

    def load(self, scope: Scope) -> AbstractContextManager[sa.Connection]:
        """Open a transaction that may also insert columns in bulk."""

    def insert(
        self,
        scope: Scope,
        rows: Iterable[TableRows],
        constants: Mapping[str, int | str],
        guard: Guard,
    ) -> None:
        """Insert columns in bulk."""

    def insert_few(
        self,
        connection: sa.Connection,
        rows: Iterable[TableRows],
        constants: Mapping[str, int | str],
    ) -> None:
        """Insert columns in a transaction that does more than that."""

    def read_frame(
        self,
        connection: sa.Connection,
        query: sa.Select[Any],
        schema: Mapping[str, pl.DataType | type[pl.DataType]],
    ) -> pl.DataFrame:
        """Read many rows as columns."""

    def summarize_index(self, connection: sa.Connection, table: sa.Table) -> None:
        """Make new rows quick to find."""

    def measure(self, connection: sa.Connection, *tables: sa.Table) -> None:
        """Give tables their first statistics."""

    def prefer_indexes(self, connection: sa.Connection) -> None:
        """Find the rows of one batch by index for the rest of a transaction."""

    def keeps_domains_apart(self) -> bool:
        """Return whether its policies, if it has any, apply to the current role."""

    def exists(self) -> bool:
        """Return whether there is something to connect to."""

    def close(self) -> None:
        """Close every connection."""


class Database:
    """One database, and the clock that goes with it.

    A freshly opened one shows no rows: use `for_domain` or `for_all_domains`.

    Args:
        url: `sqlite:///path` or `postgresql://…`.
        clock: The clock of everything that uses this database. By default the machine's for
            SQLite, and the database's own for PostgreSQL, which several machines share.

    Attributes:
        is_shared: Whether several processes may run imports on it.

    Raises:
        DatabaseUnavailableError: It is not such an address.
    """

    def __init__(self, url: str, clock: Clock | None = None) -> None:
        self.url = _parsed(url)
        self._backend = _backend(self.url, clock)
        self._scope: Scope = None
        self.clock = self._backend.clock
        self.is_shared = self._backend.is_shared

    def __reduce__(self) -> tuple[Callable[..., Database], tuple[str, Scope]]:
        """Pickle as the address and the scope: another process opens connections of its own."""
        return _opened, (self.url.render_as_string(hide_password=False), self._scope)

    def for_domain(self, domain_id: int) -> Database:
        """Return this database as one firm may see it."""
        return self._seen(domain_id)

    def for_all_domains(self) -> Database:
        """Return this database with the rows of all firms: for upkeep and operators."""
        return self._seen(EVERY_DOMAIN)

    def read(self) -> AbstractContextManager[sa.Connection]:
        """Open a connection that changes nothing."""
        return self._backend.read(self._scope)

    def read_long(self) -> AbstractContextManager[sa.Connection]:
        """Open a connection that changes nothing: all its queries see the same moment.

        Nobody waits for it, however long it lasts.
        """
        return self._backend.read_long(self._scope)

    def write(self, wait_seconds_max: float | None = None) -> AbstractContextManager[sa.Connection]:
        """Open a transaction, committed at its end and undone on any exception.

        Args:
            wait_seconds_max: How long to wait for what another transaction holds, if not as long
                as usual.
        """
        return self._backend.write(self._scope, wait_seconds_max)

    def load(self) -> AbstractContextManager[sa.Connection]:
        """Open a transaction that may also insert columns in bulk.

        On PostgreSQL, no policy filters the large tables in it, so queries of them must name the
        firm. Use it for loading only.
        """
        return self._backend.load(self._scope)

    def insert(
        self, rows: Iterable[TableRows], constants: Mapping[str, int | str], guard: Guard
    ) -> None:
        """Insert columns in bulk, in one or several short transactions.

        Args:
            rows: Tables, and columns with the names of theirs; missing columns remain null.
            constants: Columns of one value, `domain_id` among them.
            guard: Called at the beginning of each transaction; an exception stops the insertion.
        """
        self._backend.insert(self._scope, rows, constants, guard)

    def insert_few(
        self,
        connection: sa.Connection,
        rows: Iterable[TableRows],
        constants: Mapping[str, int | str],
    ) -> None:
        """Insert columns in a transaction opened by `load`; it should be short."""
        self._backend.insert_few(connection, rows, constants)

    def read_frame(
        self,
        connection: sa.Connection,
        query: sa.Select[Any],
        schema: Mapping[str, pl.DataType | type[pl.DataType]],
    ) -> pl.DataFrame:
        """Read many rows as columns.

        Args:
            connection: Of this database.
            query: Its columns are those of `schema`, in the same order. Values are written into
                its text: numbers, dates and names of ours only, never what a user gives.
            schema: Names and types.
        """
        return self._backend.read_frame(connection, query, schema)

    def summarize_index(self, connection: sa.Connection, table: sa.Table) -> None:
        """Make new rows of a table of the ledger quick to find, in a transaction of `load`.

        It costs as much as reading them. Other transactions that do the same wait for the end of
        this one, which should be near.
        """
        self._backend.summarize_index(connection, table)

    def measure(self, connection: sa.Connection, *tables: sa.Table) -> None:
        """Give tables of the ledger their first statistics, in a transaction of `load`.

        The server does so by itself a minute later; until then it may choose nested loops.
        """
        self._backend.measure(connection, *tables)

    def prefer_indexes(self, connection: sa.Connection) -> None:
        """Find the rows of one batch by index for the rest of a transaction."""
        self._backend.prefer_indexes(connection)

    def exists(self) -> bool:
        """Return whether the file of the database exists; a server is assumed to."""
        return self._backend.exists()

    def keeps_domains_apart(self) -> bool:
        """Return whether the policies of the database apply to its role; SQLite has none."""
        return self._backend.keeps_domains_apart()

    @property
    def location(self) -> str:
        """Its address, without the password."""
        return self.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Close every connection."""
        self._backend.close()

    def _seen(self, scope: Scope) -> Database:
        seen = object.__new__(type(self))
        seen.__dict__ |= self.__dict__ | {"_scope": scope}
        return seen


@cache
def _open(url: str) -> Database:
    return Database(url)


def _opened(url: str, scope: Scope) -> Database:
    """Return a database that was pickled; this process opens it once."""
    database = _open(url)
    return database if scope is None else database._seen(scope)  # noqa: SLF001 - this module's


@contextmanager
def across_domains(connection: sa.Connection) -> Iterator[None]:
    """Let a few statements of a transaction see every domain."""
    scope = connection.info.get(SCOPE)
    set_scope(connection, EVERY_DOMAIN)
    yield
    set_scope(connection, scope)


def _parsed(url: str) -> sa.URL:
    try:
        return sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError) as error:
        raise _refused_address() from error


def _backend(url: sa.URL, clock: Clock | None) -> Backend:
    kind, _, driver = url.drivername.partition("+")
    if kind == "sqlite" and driver in SQLITE_DRIVERS and url.database:
        return SqliteBackend(url, clock)
    if kind == "postgresql":
        return PostgresqlBackend(url, clock)
    raise _refused_address()


def _refused_address() -> DatabaseUnavailableError:
    """Return the error for an address of no database; it may hold a password: it is not shown."""
    return DatabaseUnavailableError(
        "database-url",
        "L'adresse de la base doit être sqlite:/// suivi d'un fichier, ou postgresql://… ; dans le"
        " nom et le mot de passe, les caractères / # @ % s'écrivent %2F %23 %40 %25.",
        "The database address must be sqlite:/// followed by a file, or postgresql://…; in the"
        " name and the password, the characters / # @ % are written %2F %23 %40 %25.",
    )
