"""The program, as the acceptance tests run it."""

from __future__ import annotations

import shutil

import pytest

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
