"""The database: its tables, its connections, its migrations."""

from ecritures.database.engine import Database, across_domains

__all__ = ["Database", "across_domains"]
