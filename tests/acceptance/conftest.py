"""The program, as the acceptance tests run it."""

from __future__ import annotations

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


@pytest.fixture
def firm(ecritures):
    """The same, with a domain and a dossier made."""
    assert ecritures("domain", "create", "CABINET1").returncode == 0
    made = ecritures(
        *("dossier", "create", "CEGID003", "--domain", "CABINET1", "--name", "Atelier Lumen"),
        *("--siren", "079555421", "--siret", "07955542100027"),
    )
    assert made.returncode == 0
    return ecritures
