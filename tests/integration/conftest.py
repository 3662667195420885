"""The integration tests that take a database run on both."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from ecritures.core.clock import FakeClock, SystemClock
from ecritures.database import Database
from ecritures.database.migrate import migrate
from ecritures.directory.dossiers import create_dossier
from helpers.ledgers import Books
from helpers.migrated import migrated_sqlite
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


@pytest.fixture
def clock(request):
    """The clock of the database; a module whose tests move the time has a fake one."""
    return FakeClock() if request.node.get_closest_marker("fake_clock") else SystemClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, settings, clock):
    """A migrated database of each kind."""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        database = Database(server.url(server.create_database(server.template)), clock)
    else:
        database = migrated_sqlite(settings, clock)
    yield database.for_all_domains()
    database.close()


@pytest.fixture
def books(database, dossier):
    """The ledger of `dossier`."""
    return Books(database, dossier)


@pytest.fixture
def other_dossier(database, domain):
    """Another dossier of the same firm."""
    return create_dossier(database, domain, code="CEGID004", name="Autre", siren="079555421")
