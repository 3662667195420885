"""What is on the disk: readable by its user alone, and complete after a clean stop."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat

import pytest

from ecritures.cli.support.sample import SAMPLE_NAME, sample_bytes
from helpers.ports import free_port

pytestmark = pytest.mark.timing

SECONDS_MAX = 60


@pytest.fixture
def stopped(firm):
    """The data folder of a service that has run, and has been stopped."""
    (firm.folder / SAMPLE_NAME).write_bytes(sample_bytes())
    service = firm.start("serve", "--port", str(free_port()), "--json")
    try:
        assert service.stdout.readline()  # it is ready
        assert firm("import", SAMPLE_NAME, "--dossier", "CEGID003").returncode < 2
    finally:
        service.terminate()
        service.communicate(timeout=SECONDS_MAX)
    assert service.returncode == 0
    return firm.folder / "data"


def test_the_database_alone_is_the_ledger(firm, stopped, tmp_path):
    copy = tmp_path / "restored" / "ecritures.db"
    copy.parent.mkdir()
    shutil.copy(stopped / "ecritures.db", copy)
    before, after = (
        json.loads(firm("balance", "--dossier", "CEGID003", "--json", **more).stdout)
        for more in ({}, {"ECRITURES_DATA_DIR": str(copy.parent)})
    )
    assert before == after
    assert before["debitCents"] > 0
    assert not (stopped / "ecritures.db-wal").exists()


def test_what_a_command_writes_is_in_the_database_when_it_ends(firm):
    path = firm.folder / "data" / "ecritures.db"
    assert firm("domain", "create", "CABINET2").returncode == 0
    with sqlite3.connect(f"file:{path}?immutable=1", uri=True) as connection:
        found = connection.execute("SELECT code FROM domains ORDER BY code").fetchall()
    connection.close()
    assert found == [("CABINET1",), ("CABINET2",)]


def test_nobody_else_may_read_it(stopped):
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [stopped, *stopped.rglob("*")]}
    assert {path.name for path, mode in modes.items() if path.is_dir() and mode & 0o077} == set()
    told = {path.name for path, mode in modes.items() if mode & 0o077 and path.stat().st_size}
    assert told == set()


def test_a_folder_of_the_operator_keeps_its_rights_and_the_doctor_tells(ecritures):
    data = ecritures.folder / "data"
    data.mkdir()
    data.chmod(0o755)
    assert ecritures("domain", "create", "CABINET1").returncode == 0
    assert stat.S_IMODE(data.stat().st_mode) == 0o755
    assert stat.S_IMODE((data / "ecritures.db").stat().st_mode) == 0o600
    checks = json.loads(ecritures("doctor", "--json").stdout)["checks"]
    (line,) = (one for one in checks if one["name"] == "data")
    assert (line["state"], os.fspath(data) in line["text"]) == ("remark", True)
