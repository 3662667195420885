"""Connections to either database, behind one face.

`read` sees one state and changes nothing; `write` is one transaction, committed at its end. What
the two databases do differently stands in `sqlite.py` and `postgresql.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import sqlalchemy as sa

from ecritures.database.postgresql import PostgresqlBackend
from ecritures.database.sqlite import SqliteBackend
from ecritures.model.errors import EcrituresError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager

    import polars as pl

    from ecritures.model.clock import Clock


First = Callable[[sa.Connection], None]


class DatabaseUnavailableError(EcrituresError):
    """The database cannot be opened."""


class Backend(Protocol):
    """What a kind of database has to offer."""

    clock: Clock
    is_shared: bool

    def read(self) -> AbstractContextManager[sa.Connection]:
        """Open a connection that changes nothing."""

    def write(self) -> AbstractContextManager[sa.Connection]:
        """Open a transaction, committed at its end and undone on any exception."""

    def insert(
        self, table: sa.Table, frame: pl.DataFrame, constants: Mapping[str, int], first: First
    ) -> None:
        """Insert columns in bulk."""

    def exists(self) -> bool:
        """Tell whether there is something to connect to."""

    def close(self) -> None:
        """Close every connection."""


class Database:
    """One database, and the clock that goes with it.

    Args:
        url: `sqlite:///path` or `postgresql://…`.
        clock: What tells the time to everything that uses this database. By default the machine's
            for SQLite, and the database's own for PostgreSQL, which several machines share.

    Attributes:
        is_shared: Whether several processes may run imports on it.
    """

    def __init__(self, url: str, clock: Clock | None = None) -> None:
        self.url = sa.make_url(url)
        self._backend = _backend(self.url, clock)
        self.clock = self._backend.clock
        self.is_shared = self._backend.is_shared

    def read(self) -> AbstractContextManager[sa.Connection]:
        """Open a connection that changes nothing."""
        return self._backend.read()

    def write(self) -> AbstractContextManager[sa.Connection]:
        """Open a transaction, committed at its end and undone on any exception."""
        return self._backend.write()

    def insert(
        self, table: sa.Table, frame: pl.DataFrame, constants: Mapping[str, int], first: First
    ) -> None:
        """Insert columns in bulk, in one or several short transactions.

        Args:
            table: The table; its columns that are missing here stay null.
            frame: Columns named as those of the table.
            constants: Integer columns of one value.
            first: Done at the beginning of each transaction; an exception of it stops all.
        """
        self._backend.insert(table, frame, constants, first)

    def exists(self) -> bool:
        """Tell whether there is something to connect to: a file, or a server, which always is."""
        return self._backend.exists()

    @property
    def location(self) -> str:
        """Where it is, without any password."""
        return self.url.render_as_string(hide_password=True)

    def close(self) -> None:
        """Close every connection."""
        self._backend.close()


def _backend(url: sa.URL, clock: Clock | None) -> Backend:
    kind = url.get_backend_name()
    if kind == "sqlite" and url.database:
        return SqliteBackend(url, clock)
    if kind == "postgresql":
        return PostgresqlBackend(url, clock)
    raise DatabaseUnavailableError(
        "database-url",
        "L'adresse de la base doit être sqlite:/// suivi d'un fichier, ou postgresql://….",
        "The database address must be sqlite:/// and a file, or postgresql://….",
    )
