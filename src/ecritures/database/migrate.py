"""Bring a database to the schema of this version."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from ecritures.database.dialects.postgresql import OWNER_ROLE
from ecritures.database.engine import DatabaseUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.database.engine import Database


POSTGRESQL_MIN = 15
"""The first version whose views read with the rights of whoever asks."""

_ROLE_ERRORS = (psycopg.errors.InvalidParameterValue, psycopg.errors.InsufficientPrivilege)
_BEFORE_MIGRATING = (
    "SELECT pg_advisory_xact_lock(4303741)",  # one process migrates at a time; the others wait
    "SET LOCAL lock_timeout = '4s'",  # fail rather than wait for the lock of a table
    "SET LOCAL statement_timeout = '60s'",
)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "ecritures.database:migrations")
    return config


def migrate(database: Database) -> None:
    """Apply the migrations that are missing, all in one transaction.

    Raises:
        DatabaseUnavailableError: Another version created the database, or the server is too old
            or lacks the role that owns the tables.
    """
    config = _config()
    require_recent_server(database)
    require_known_revision(database)
    with _owner_required(), database.for_all_domains().load() as connection:
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


def require_known_revision(database: Database) -> None:
    """Refuse a database whose revision no migration of this version leads on from.

    Raises:
        DatabaseUnavailableError: Another version made it.
    """
    current = schema_revision(database)[0] if database.exists() else None
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    if current is None or current in {script.revision for script in scripts}:
        return
    raise DatabaseUnavailableError(
        "database-of-another-version",
        f"La base est à la révision {current}, que cette version ne connaît pas : reprenez la"
        " version d'Écritures qui l'a mise à niveau, ou, pour revenir en arrière, la sauvegarde"
        " faite avant.",
        f"The database is at revision {current}, which this version does not know: run the version"
        " of Écritures that upgraded it or, to go back, restore the backup made before.",
    )


def require_recent_server(database: Database) -> None:
    """Refuse a server of PostgreSQL before `POSTGRESQL_MIN`.

    Raises:
        DatabaseUnavailableError: It is older.
    """
    if not database.is_shared:
        return
    with database.read() as connection:
        version = int((connection.dialect.server_version_info or (0,))[0])
    if version < POSTGRESQL_MIN:
        raise DatabaseUnavailableError(
            "database-server-old",
            f"Le serveur est PostgreSQL {version} : il faut la version {POSTGRESQL_MIN} ou une"
            " plus récente.",
            f"The server is PostgreSQL {version}: version {POSTGRESQL_MIN} or later is needed.",
        )


@contextmanager
def _owner_required() -> Iterator[None]:
    try:
        yield
    except sa.exc.DBAPIError as error:
        if not isinstance(error.orig, _ROLE_ERRORS) or OWNER_ROLE not in str(error.orig):
            raise
        raise DatabaseUnavailableError(
            "database-owner-role",
            f"Le rôle de la base ne peut pas devenir {OWNER_ROLE}, à qui sont les tables :"
            " créez les rôles comme deploy/database.sh.",
            f"The database role cannot become {OWNER_ROLE}, which owns the tables:"
            " create the roles as deploy/database.sh does.",
        ) from error
