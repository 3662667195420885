"""What the layers of tests share: a database, its people, and the service, really running."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx2
import pytest
import uvicorn

from ecritures.api.app import create_app
from ecritures.database import Database
from ecritures.database.migrate import migrate
from ecritures.directory.domains import Domain, create_domain
from ecritures.directory.dossiers import Dossier, create_dossier
from ecritures.directory.keys import Caller, authenticate, create_key
from ecritures.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SIREN = "079555421"
SIRET = "07955542100027"


@dataclass
class RunningService:
    """The service behind a real port. `woken` counts the calls to the runner."""

    url: str
    database: Database
    woken: list[None] = field(default_factory=list)

    @contextmanager
    def client(self, key: str | None = None, **headers: str) -> Iterator[httpx2.Client]:
        given = ({"x-apikey": key} if key else {}) | headers
        with httpx2.Client(base_url=self.url, headers=given, trust_env=False) as client:
            yield client


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, allow_private_addresses=True)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.effective_database_url)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def domain(database: Database) -> Domain:
    return create_domain(database, "CABINET1")


@pytest.fixture
def dossier(database: Database, domain: Domain) -> Dossier:
    return create_dossier(
        database, domain, code="CEGID003", name="Atelier Lumen", siren=SIREN, sirets=[SIRET]
    )


@pytest.fixture
def key(database: Database, domain: Domain, dossier: Dossier) -> str:
    """A key of the whole domain of `dossier`."""
    assert dossier.domain_id == domain.id
    return create_key(database, domain)


@pytest.fixture
def other_key(database: Database) -> str:
    """A key of another domain, which has a dossier of the same SIREN under another code."""
    other = create_domain(database, "CABINET2")
    create_dossier(database, other, code="AUTRE", name="Autre", siren=SIREN, sirets=[SIRET])
    return create_key(database, other)


@pytest.fixture
def start_service(database: Database) -> Iterator[Callable[[Settings], RunningService]]:
    """Start the service with settings of one's own."""
    with ExitStack() as running:
        yield lambda settings: running.enter_context(_running(settings, database))


@pytest.fixture
def service(
    settings: Settings, start_service: Callable[[Settings], RunningService]
) -> RunningService:
    return start_service(settings)


@contextmanager
def _running(settings: Settings, database: Database) -> Iterator[RunningService]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        service = RunningService(f"http://127.0.0.1:{listening.getsockname()[1]}", database)
        app = create_app(settings, database, lambda: service.woken.append(None))
        config = uvicorn.Config(app, log_config=None, access_log=False, ws="none", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield service
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def caller(database: Database, key: str) -> Caller:
    """Who `key` is."""
    return authenticate(database, key)
