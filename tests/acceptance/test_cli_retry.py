"""`ecritures retry` and `ecritures cancel`."""

from __future__ import annotations

import gzip
import json

import pytest

from ecritures.cli.support.sample import SAMPLE_NAME, sample_bytes
from helpers.faulty_server import FaultyServer, status, whole


@pytest.fixture
def program_settings():
    return {
        "ECRITURES_ALLOW_PRIVATE_ADDRESSES": "true",
        "ECRITURES_ABSENT_GRACE_SECONDS": "0",
    }


@pytest.fixture
def failed(firm):
    """The id of an import whose file was not there."""
    with FaultyServer() as server:
        address = (
            server.serve(f"/{SAMPLE_NAME}", status(404)) + "?sv=1&se=2026-01-01&sp=r&sig=SECRET"
        )
        done = firm("import", address, "--dossier", "CEGID003", "--json")
    assert done.returncode == 1
    assert "SECRET" not in done.stdout + done.stderr
    return json.loads(done.stdout)["id"]


def test_an_import_that_failed_is_tried_again_then_cancelled(firm, failed):
    again = json.loads(firm("retry", failed, "--json").stdout)
    assert (again["id"], again["status"], again["message"]) == (failed, 1, None)
    assert again["nextAttemptAt"]
    assert "prochaine tentative" in firm("status", failed).stdout

    cancelled = firm("cancel", failed)
    assert (cancelled.returncode, "arrêté" in cancelled.stdout) == (0, True)
    refused = firm("retry", failed)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)


def test_an_import_that_is_done_is_neither_tried_again_nor_cancelled(firm):
    with FaultyServer() as server:
        address = server.serve(f"/{SAMPLE_NAME}", whole(sample_bytes()))
        done = firm("import", address, "--dossier", "CEGID003", "--json")
    import_id = json.loads(done.stdout)["id"]
    for command in ("retry", "cancel"):
        assert firm(command, import_id).returncode == 1


def test_an_archive_of_this_machine_is_imported(firm, tmp_path):
    packed = tmp_path / f"{SAMPLE_NAME}.gz"
    packed.write_bytes(gzip.compress(sample_bytes()))
    done = firm("import", str(packed), "--dossier", "CEGID003", "--json")
    assert (done.returncode, json.loads(done.stdout)["lines"]) == (0, 300)


@pytest.mark.parametrize("command", ["retry", "cancel"])
def test_an_unknown_import_is_told_with_2(firm, command):
    assert firm(command, "5d0f8c1e-6f0c-4f0e-9f35-0e9c4a1f2b3c").returncode == 2
