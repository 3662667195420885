"""What the layers of tests share: a database, its people, and the service, really running."""

from __future__ import annotations

import gc
import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

import hypothesis
import pytest
import structlog

from ecritures.config.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ecritures.database import Database
    from ecritures.directory.domains import Domain
    from ecritures.directory.dossiers import Dossier
    from ecritures.directory.keys import Caller
    from helpers.azurite import Container
    from helpers.importing import Importing
    from helpers.running_service import RunningService

hypothesis.settings.register_profile("untimed", deadline=None)  # a busy machine is no bug
hypothesis.settings.load_profile("untimed")

os.environ.setdefault("POLARS_NO_PARTITION", "1")  # as `ecritures.cli.main` does

SIREN = "079555421"
SIRET = "07955542100027"


def pytest_collection_finish() -> None:
    """Spare each later collection of garbage the tests themselves, which are many and stay."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _logs() -> None:
    """Log with plain tracebacks, as the program does: others take seconds to draw."""
    *processors, _ = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )
    structlog.configure(processors=[*processors, plain])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, allow_private_addresses=True)


@pytest.fixture(scope="session")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real storage server of Azure's kind."""
    from helpers.azurite import azurite

    with azurite(tmp_path_factory.mktemp("azurite")) as server:
        yield server.endpoint


@pytest.fixture
def container(azure: str) -> Container:
    """A container of one's own."""
    from helpers.azurite import new_container

    return new_container(azure)


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    from helpers.migrated import migrated_sqlite

    database = migrated_sqlite(settings).for_all_domains()
    yield database
    database.close()


@pytest.fixture
def domain(database: Database) -> Domain:
    from ecritures.directory.domains import create_domain

    return create_domain(database, "CABINET1")


@pytest.fixture
def dossier(database: Database, domain: Domain) -> Dossier:
    from ecritures.directory.dossiers import create_dossier

    return create_dossier(
        database, domain, code="CEGID003", name="Atelier Lumen", siren=SIREN, sirets=[SIRET]
    )


@pytest.fixture
def key(database: Database, domain: Domain, dossier: Dossier) -> str:
    """A key of the whole domain of `dossier`."""
    from ecritures.directory.keys import create_key

    assert dossier.domain_id == domain.id
    return create_key(database, domain)


@pytest.fixture
def other_key(database: Database) -> str:
    """A key of another domain, which has a dossier of the same SIREN under another code."""
    from ecritures.directory.domains import create_domain
    from ecritures.directory.dossiers import create_dossier
    from ecritures.directory.keys import create_key

    other = create_domain(database, "CABINET2")
    create_dossier(database, other, code="AUTRE", name="Autre", siren=SIREN, sirets=[SIRET])
    return create_key(database, other)


@pytest.fixture
def start_service(database: Database) -> Iterator[Callable[[Settings], RunningService]]:
    """Start the service with settings of one's own."""
    from helpers.running_service import running_service

    with ExitStack() as running:
        yield lambda settings: running.enter_context(running_service(settings, database))


@pytest.fixture
def service(
    settings: Settings, start_service: Callable[[Settings], RunningService]
) -> RunningService:
    return start_service(settings)


@pytest.fixture
def caller(database: Database, key: str) -> Caller:
    """Who `key` is."""
    from ecritures.directory.authentication import authenticate

    return authenticate(database, key)


@pytest.fixture
def importing(tmp_path: Path, database: Database, dossier: Dossier, caller: Caller) -> Importing:
    """Submit and run imports into `dossier`."""
    from helpers.importing import Importing

    return Importing(Settings(data_dir=tmp_path / "runs"), database, dossier, caller)
