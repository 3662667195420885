"""The database: its tables, its connections, its migrations."""

from ecritures.database.engine import Database

__all__ = ["Database"]
