"""Validation, locks, fiscal years and the history of a ledger, over HTTP and by command."""

from __future__ import annotations

import json

import pytest

from ecritures.config.settings import Settings
from helpers.fec import entry, fec
from helpers.importing import Importing
from helpers.v1_calls import call, problem_of

DOSSIER = "/v1/dossiers/CEGID003"
FILE = fec([*entry(1, EcritureDate="20240115"), *entry(2, EcritureDate="20240410")])


@pytest.fixture
def posted(tmp_path, database, dossier, caller):
    importing = Importing(Settings(data_dir=tmp_path / "runs"), database, dossier, caller)
    return importing.post(FILE).id


@pytest.fixture
def ask(service, key):
    def _ask(verb, path, **options):
        return call(service, key, verb, f"{DOSSIER}{path}", **options)

    return _ask


@pytest.fixture
def books(firm, tmp_path):
    """The program, with `FILE` imported."""
    (tmp_path / "f.txt").write_bytes(FILE)
    done = firm("import", "f.txt", "--dossier", "CEGID003", "--json")
    assert done.returncode in {0, 1}
    assert json.loads(done.stdout)["status"] == 3

    def run(*arguments):
        return firm(*arguments, "--dossier", "CEGID003")

    run.import_id = json.loads(done.stdout)["id"]
    run.program = firm
    return run


def test_entries_are_validated_then_reversed_over_http(service, key, posted, ask):
    done = ask("POST", "/validations", json={"until": "2024-03-31"})
    assert (done.status_code, done.json()) == (
        200,
        {
            "dossier": "CEGID003",
            "ledgerRevision": 2,
            "until": "2024-03-31",
            "journals": None,
            "entriesValidated": 1,
        },
    )
    (act,) = ask("GET", "/validations").json()["items"]
    assert (act["ledgerRevision"], act["until"], act["journals"]) == (2, "2024-03-31", None)
    wrong = ask("POST", "/validations", json={"until": "2024-03-31", "journals": ["XX"]})
    assert problem_of(wrong)["code"] == "journal-unknown"
    path = f"/v1/imports/{posted}/undo"
    refused = problem_of(call(service, key, "POST", path))
    assert [(one["kind"], one["count"]) for one in refused["blockers"]] == [("validated", 1)]
    view = call(service, key, "POST", path, json={"definitive": "reverse"}).json()
    assert (view["entriesRemoved"], view["reversalEntries"]) == (1, 1)
    restore = problem_of(call(service, key, "POST", f"/v1/imports/{posted}/restore"))
    assert (restore["code"], restore["blockers"][0]["kind"]) == ("restore-blocked", "reversed")


def test_entries_are_validated_then_reversed_by_command(books):
    done = books("validate", "--until", "2024-03-31")
    assert (done.returncode, done.stdout) == (0, "1 écritures validées jusqu'au 31/03/2024.\n")
    document = json.loads(books("validate", "--until", "2024-03-31", "--json").stdout)
    assert (document["entriesValidated"], document["journals"]) == (0, None)
    refused = books.program("undo", books.import_id, "--json")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["blockers"][0]["kind"] == "validated"
    assert "HA 1" in books.program("undo", books.import_id).stdout
    reversed_ = books.program("undo", books.import_id, "--definitive", "reverse", "--json")
    assert json.loads(reversed_.stdout)["reversalEntries"] == 1
