"""The integration tests that take a database run on both."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from ecritures.database import Database
from ecritures.database.migrate import migrate
from helpers.postgresql import postgresql_server


@pytest.fixture(scope="session")
def postgresql():
    """A server, with a migrated database to copy."""
    folder = Path(tempfile.mkdtemp(prefix="ecritures-postgresql-"))
    folder.chmod(0o755)
    try:
        with postgresql_server(folder / "cluster") as server:
            server.template = server.create_database()
            database = Database(server.url(server.template))
            migrate(database)
            database.close()
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, settings):
    """A migrated database of each kind."""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        database = Database(server.url(server.create_database(server.template)))
    else:
        database = Database(settings.effective_database_url)
        migrate(database)
    yield database.for_all_domains()
    database.close()
