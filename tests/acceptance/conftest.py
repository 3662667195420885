"""The program, as the acceptance tests run it."""

from __future__ import annotations

import shutil
from contextlib import ExitStack

import pytest

from ecritures.core.rights import Role
from ecritures.imports.dependencies import Dependencies
from ecritures.imports.execution.attempt import run_import
from ecritures.imports.queries import ImportFilter, list_imports
from helpers.pages import reader
from helpers.people import add_person, enter
from helpers.program import Program


@pytest.fixture
def program_settings():
    """Settings that the tests of a module choose for the program."""
    return {}


@pytest.fixture
def ecritures(tmp_path, program_settings):
    """Run the real program in an empty folder, on a data folder of its own."""
    return Program(tmp_path, {"ECRITURES_DATA_DIR": str(tmp_path / "data")} | program_settings)


@pytest.fixture(scope="session")
def made_firm(tmp_path_factory):
    """A data folder with a domain and a dossier."""
    folder = tmp_path_factory.mktemp("firm")
    ecritures = Program(folder, {"ECRITURES_DATA_DIR": str(folder / "data")})
    assert ecritures("domain", "create", "CABINET1").returncode == 0
    made = ecritures(
        *("dossier", "create", "CEGID003", "--domain", "CABINET1", "--name", "Atelier Lumen"),
        *("--siren", "079555421", "--siret", "07955542100027"),
    )
    assert made.returncode == 0
    return folder / "data"


@pytest.fixture
def firm(ecritures, made_firm):
    """The same, with a domain and a dossier made."""
    shutil.copytree(made_firm, ecritures.settings["ECRITURES_DATA_DIR"])
    return ecritures


@pytest.fixture
def run(settings, database, domain):
    """Run every import that waits, as the runner does."""
    deps = Dependencies.over(settings, database.for_domain(domain.id))

    def run_all():
        for one in list_imports(database, None, ImportFilter(), 50).items:
            run_import(deps, one.id)

    return run_all


@pytest.fixture
def enter_as(service, database, domain, dossier):
    """Open a browser of somebody with a role, signed in."""
    assert dossier.code == "CEGID003"
    with ExitStack() as opened:

        def enter_with(role, dossiers=None):
            email = f"{'claire' if dossiers is None else 'lea'}@example.com"
            add_person(database, domain, email, role, dossiers)
            one = opened.enter_context(reader(service))
            one.carry(enter(database.for_all_domains(), email))
            return one

        yield enter_with


@pytest.fixture
def claire(enter_as):
    return enter_as(Role.ADMINISTRATOR)


@pytest.fixture
def preview(claire, run):
    """Send a file, let it be previewed, and return the address of its import."""

    def send(content, name="079555421FEC20241231.txt", **fields):
        form = {"csrf_token": claire.token("/imports/new"), "dossier": "CEGID003"} | fields
        answer = claire.client.post("/imports/new", data=form, files={"file": (name, content)})
        assert answer.status_code == 303, answer.text
        run()
        return answer.headers["location"]

    return send


@pytest.fixture
def post(claire, preview, run):
    """Preview a file and import it; return the address of its import."""

    def send(content, **fields):
        address = preview(content, **fields)
        assert claire.send(f"{address}/preview", f"{address}/confirm").status_code == 303
        run()
        return address

    return send
