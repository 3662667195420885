"""Databases, at less cost: copies of one that was migrated, and statements compiled once."""

from __future__ import annotations

import atexit
from functools import cache
from pathlib import Path
from shutil import copyfile, rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.database import Database
from ecritures.database.migrate import migrate

if TYPE_CHECKING:
    from ecritures.config.settings import Settings
    from ecritures.core.clock import Clock

COMPILED = {}
"""Dialect and compiled statements of the first database of each kind."""


@sa.event.listens_for(sa.Engine, "engine_connect")
def _compile_once(connection: sa.Connection) -> None:
    """Compile each statement once for all databases of a kind: each test has one of its own."""
    own = connection.dialect, {}  # a dictionary: nothing falls out of it
    shared = COMPILED.setdefault(connection.dialect.name, own)
    connection.dialect, connection.engine._compiled_cache = shared


def migrated_sqlite(settings: Settings, clock: Clock | None = None) -> Database:
    """Open a new database, migrated, where settings say."""
    database = Database(settings.effective_database_url, clock)
    path = Path(str(database.url.database))
    path.parent.mkdir(parents=True, exist_ok=True)
    copyfile(_template(), path)
    return database


@cache
def _template() -> Path:
    folder = Path(mkdtemp(prefix="ecritures-template-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    path = folder / "template.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path
