"""Tell a database that fails from one that is given bad data, without naming its library."""

from __future__ import annotations

import sqlite3

import psycopg
import sqlalchemy as sa

DatabaseError = sa.exc.SQLAlchemyError
"""Any failure of the database or of the way to it."""

_RESULT = 0xFF  # the rest of SQLite's code says more about it


def is_database_down(error: Exception) -> bool:
    """Tell whether the database, its disk or the way there failed: the same may succeed later."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if isinstance(cause, sqlite3.OperationalError):
        return getattr(cause, "sqlite_errorcode", 0) & _RESULT != sqlite3.SQLITE_ERROR
    return isinstance(cause, psycopg.OperationalError | sa.exc.TimeoutError)


def is_bad_data(error: Exception) -> bool:
    """Tell whether the database rejects what it was given: the same would fail again."""
    return isinstance(error, sa.exc.DataError | sa.exc.IntegrityError)


def is_operational(error: Exception) -> bool:
    """Tell whether the database cannot be opened or reached, or lacks what is asked for."""
    return isinstance(error, sa.exc.OperationalError)
