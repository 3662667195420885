"""Bring a database to the schema of this version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

if TYPE_CHECKING:
    from ecritures.database.engine import Database


_BEFORE_MIGRATING = (
    "SET LOCAL lock_timeout = '4s'",  # rather fail than hold up the service behind a lock
    "SET LOCAL statement_timeout = '60s'",
    "SELECT pg_advisory_xact_lock(4303741)",  # one process migrates at a time
)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "ecritures.database:migrations")
    return config


def migrate(database: Database) -> None:
    """Apply the migrations that are missing, all in one transaction."""
    config = _config()
    with database.for_all_domains().write() as connection:
        if database.is_shared:
            for statement in _BEFORE_MIGRATING:
                connection.exec_driver_sql(statement)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def schema_revision(database: Database) -> tuple[str | None, str | None]:
    """Return the revision of the database and the one this version wants."""
    with database.read() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory.from_config(_config()).get_current_head()
