"""A command that its machine or its database stops says so in a sentence, with an exit code."""

from __future__ import annotations

import shlex
import sqlite3
import subprocess

import pytest

from helpers.ports import free_port
from helpers.program import COMMAND

FILE = "079555421FEC20241231.txt"
COMMANDS = [("serve",), ("domain", "list"), ("history",), ("import", FILE, "--dossier", "D")]


def run(ecritures, *command, **more):
    (ecritures.folder / FILE).write_text("JournalCode")
    return ecritures(*command, **{"ECRITURES_PORT": str(free_port())} | more)


def told(done, code):
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    (sentence,) = done.stderr.splitlines()
    return sentence


@pytest.mark.parametrize("command", COMMANDS)
def test_a_data_folder_that_cannot_be(ecritures, command):
    place = ecritures.folder / "a-file"
    place.write_text("")
    sentence = told(run(ecritures, *command, ECRITURES_DATA_DIR=str(place / "data")), 3)
    assert str(place) in sentence


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_is_none(ecritures, command):
    path = ecritures.folder / "some.db"
    path.write_text("This is the text of a letter. " * 100)
    assert told(run(ecritures, *command, ECRITURES_DATABASE_URL=f"sqlite:///{path}"), 3)


@pytest.mark.parametrize("command", [*COMMANDS, ("worker",)])
@pytest.mark.parametrize("url", ["postgresql://x@127.0.0.1:{}/x", "postgresql://x@h:port/x", "x"])
def test_a_database_that_is_not_there(ecritures, command, url):
    assert told(run(ecritures, *command, ECRITURES_DATABASE_URL=url.format(free_port())), 3)


@pytest.mark.parametrize("command", [*COMMANDS, ("doctor",)])
def test_a_database_of_a_newer_version(firm, command):
    path = firm.folder / "data" / "ecritures.db"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    done = run(firm, *command)
    said = done.stdout if command == ("doctor",) else told(done, 3)
    assert "9999" in said
    assert "sauvegarde" in said
    assert "met à niveau" not in said


def test_a_host_that_is_none(ecritures):
    sentence = told(run(ecritures, "serve", ECRITURES_HOST="none.invalid"), 1)
    assert "Unknown error" not in sentence


def test_a_reader_that_has_read_enough_is_no_failure(ecritures):
    command = f"{shlex.join(COMMAND)} check --rules | head -n 1"
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=ecritures.folder,
        env=ecritures.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (len(done.stdout.splitlines()), done.stderr) == (1, "")
