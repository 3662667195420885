"""The database: its tables, its connections, its migrations."""

from ecritures.database.engine import Database, across_domains, limit_lock_wait

__all__ = ["Database", "across_domains", "limit_lock_wait"]
