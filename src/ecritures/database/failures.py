"""Tell a failing database from bad data, for callers that must not import SQLAlchemy."""

from __future__ import annotations

import sqlite3

import psycopg
import sqlalchemy as sa

DatabaseError = sa.exc.SQLAlchemyError
"""Any failure of the database or of the connection to it."""

_LOST_TRANSACTION = (
    *(psycopg.errors.IdleInTransactionSessionTimeout, psycopg.errors.TransactionTimeout),
    psycopg.errors.ReadOnlySqlTransaction,  # the server has become a standby
)
"""The server ended the transaction, though nothing is wrong with what was asked."""
_RESULT = 0xFF  # the upper bits of SQLite's code are details


def is_database_down(error: Exception) -> bool:
    """Return whether the database, its disk or the connection failed: a retry may succeed."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if isinstance(cause, sqlite3.OperationalError):
        return getattr(cause, "sqlite_errorcode", 0) & _RESULT != sqlite3.SQLITE_ERROR
    lost = psycopg.OperationalError, sa.exc.TimeoutError, *_LOST_TRANSACTION
    return isinstance(cause, lost)


def is_bad_data(error: Exception) -> bool:
    """Return whether the database rejects the data: a retry would fail again."""
    return isinstance(error, sa.exc.DataError | sa.exc.IntegrityError)


def is_locked(error: Exception) -> bool:
    """Return whether another transaction held a row for too long."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    return isinstance(cause, psycopg.errors.LockNotAvailable)


def is_unstorable(error: Exception) -> bool:
    """Return whether a value cannot be stored, such as a NUL in a text."""
    return isinstance(error, sa.exc.DataError)


_NOT_AS_IT_SHOULD_BE = (
    *(psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable),
    *(psycopg.errors.UndefinedColumn, psycopg.errors.InvalidSchemaName),
)


def is_operational(error: Exception) -> bool:
    """Return whether the database cannot be opened or reached, or is not as it should be.

    It may be no database at all, be damaged, lack a table, or forbid one to its role.
    """
    if type(error) is sa.exc.DatabaseError:  # SQLite's for a file that is damaged, or is none
        return True
    if isinstance(error, sa.exc.ProgrammingError):
        return isinstance(error.orig, _NOT_AS_IT_SHOULD_BE)
    kinds = sa.exc.OperationalError | sa.exc.InterfaceError | sa.exc.InternalError
    return isinstance(error, kinds | sa.exc.TimeoutError)
