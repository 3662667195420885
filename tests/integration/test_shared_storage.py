"""Several processes on one database: those that would lose files are refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from helpers.ports import free_port
from helpers.program import Program

if TYPE_CHECKING:
    import subprocess

pytestmark = pytest.mark.timing

SECONDS_MAX = 60


@pytest.fixture
def machine(tmp_path, postgresql):
    """Return a machine: a folder of its own, and the one database."""
    url = postgresql.url(postgresql.create_database(postgresql.template))

    def make(name: str, **settings: str) -> Program:
        (tmp_path / name).mkdir()
        return Program(tmp_path / name, {"ECRITURES_DATABASE_URL": url} | settings)

    return make


@pytest.fixture
def serving(machine):
    """The first machine, serving."""
    service = machine("first").start("serve", "--port", str(free_port()), "--json")
    try:
        assert service.stdout.readline()
        yield service
    finally:
        stop(service)


def stop(service: subprocess.Popen[str]) -> None:
    service.terminate()
    service.communicate(timeout=SECONDS_MAX)


@pytest.mark.usefixtures("serving")
@pytest.mark.parametrize("command", [("serve", "--port", "0"), ("worker",)])
def test_a_process_with_a_storage_of_its_own_is_refused(machine, command):
    second = machine("second")
    done = second(*command)
    assert (done.returncode, done.stdout) == (1, "")
    (sentence,) = done.stderr.splitlines()
    assert "ECRITURES_STORAGE_URL" in sentence
    checks = json.loads(second("doctor", "--json").stdout)["checks"]
    (line,) = (one for one in checks if one["name"] == "workers")
    assert (line["state"], line["text"]) == ("wrong", sentence)


@pytest.mark.usefixtures("serving")
def test_a_process_with_another_secret_is_refused(machine, tmp_path):
    storage = str(tmp_path / "first" / "data" / "storage")
    done = machine("second", ECRITURES_STORAGE_URL=storage)("worker")
    assert done.returncode == 1
    assert "ECRITURES_DEPOSIT_SECRET" in done.stderr


def test_a_storage_may_be_replaced_when_nobody_runs(machine, serving):
    stop(serving)
    other = machine("second").start("serve", "--port", str(free_port()), "--json")
    assert other.stdout.readline()
    stop(other)
    assert other.returncode == 0
