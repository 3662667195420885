"""`ecritures user`: the people who sign in to the pages, administered by commands."""

from __future__ import annotations

import json
import subprocess

import pytest

from ecritures.config.settings import Settings
from ecritures.database import Database
from ecritures.directory.sign_in import sign_in
from helpers.people import ATTEMPTS, NETWORK, PASSWORD
from helpers.program import COMMAND, Program

EMAIL = "claire@x.example"


@pytest.fixture
def user(tmp_path):
    program = Program(tmp_path, {"ECRITURES_DATA_DIR": str(tmp_path)})
    program("domain", "create", "CABINET1")
    created = ("dossier", "create", "D1", "--domain", "CABINET1", "--siren", "079555421")
    assert program(*created, "--name", "Lumen").returncode == 0
    return lambda *arguments: program("user", *arguments)


def shown(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def set_password(folder, password):
    return subprocess.run(
        [*COMMAND, "user", "set-password", EMAIL, "--json"],
        cwd=folder, env=Program(folder, {"ECRITURES_DATA_DIR": str(folder)}).environment,
        input=password, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_person_is_added_assigned_disabled_and_enabled(user):
    made = shown(user("create", EMAIL, "--role", "collaborator", "--domain", "CABINET1", "--json"))
    assert made["invitation"]["url"].startswith("http://127.0.0.1:8000/invitation/")
    assert (made["dossiers"], made["hasPassword"]) == ([], False)
    assert shown(user("assign", EMAIL, "--dossier", "D1", "--json"))["dossiers"] == ["D1"]
    reader = shown(user("assign", EMAIL, "--role", "reader", "--all-dossiers", "--json"))
    assert (reader["role"], reader["dossiers"]) == ("reader", None)
    assert shown(user("disable", EMAIL, "--json"))["disabled"] is True
    assert "désactivé" in user("list", "--lang", "fr").stdout
    assert shown(user("enable", EMAIL, "--json"))["disabled"] is False
    [listed] = shown(user("list", "--domain", "CABINET1", "--json"))
    assert (listed["email"], listed["role"]) == (EMAIL, "reader")
    again = shown(user("invite", EMAIL, "--json"))["invitation"]
    assert again["url"] != made["invitation"]["url"]


def test_an_operator_is_of_no_domain(user):
    made = shown(user("create", EMAIL, "--role", "operator", "--json"))
    assert (made["domain"], made["role"]) == (None, "operator")
    for arguments in (("operator", "--domain", "CABINET1"), ("reader",)):
        refused = user("create", "other@x.example", "--role", *arguments)
        assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)


def test_a_password_is_read_from_standard_input_and_lets_in(user, tmp_path):
    user("create", EMAIL, "--role", "administrator", "--domain", "CABINET1")
    assert set_password(tmp_path, "short\n").returncode == 2
    assert shown(set_password(tmp_path, f"{PASSWORD}\n")) == {"email": EMAIL, "passwordSet": True}
    database = Database(Settings(data_dir=tmp_path).effective_database_url).for_all_domains()
    assert sign_in(database, EMAIL, PASSWORD, NETWORK, ATTEMPTS).user_id
    database.close()


def test_no_password_is_an_argument(user):
    for command in ("create", "set-password", "invite"):
        assert "--password" not in user(command, "--help").stdout


def test_an_address_that_several_firms_know_needs_the_domain(user, tmp_path):
    Program(tmp_path, {"ECRITURES_DATA_DIR": str(tmp_path)})("domain", "create", "CABINET2")
    for domain in ("CABINET1", "CABINET2"):
        shown(user("create", EMAIL, "--role", "reader", "--domain", domain, "--json"))
    ambiguous = user("disable", EMAIL)
    assert ambiguous.returncode == 2
    assert "CABINET1, CABINET2" in ambiguous.stderr
    assert shown(user("disable", EMAIL, "--domain", "CABINET2", "--json"))["domain"] == "CABINET2"


@pytest.mark.parametrize("arguments", [
    ("invite", "nobody@x.example"),
    ("disable", EMAIL, "--domain", "NONE"),
    ("create", "nobody", "--role", "reader", "--domain", "CABINET1"),
    ("create", EMAIL, "--role", "queen", "--domain", "CABINET1"),
    ("assign", EMAIL, "--all-dossiers", "--dossier", "D1"),
])  # fmt: skip
def test_what_cannot_be_is_refused(user, arguments):
    refused = user(*arguments)
    assert refused.returncode == 2
    assert refused.stdout == ""
