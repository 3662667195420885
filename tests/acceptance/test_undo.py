"""Undo and restore, over HTTP and by command."""

from __future__ import annotations

import json
from datetime import date

import pytest

from ecritures.cli.support.sample import SAMPLE_NAME, sample_bytes
from helpers.ledgers import Books
from helpers.v1_calls import asked, call, problem_of

UNKNOWN = "5d0f8c1e-6f0c-4f0e-9f35-0e9c4a1f2b3c"


@pytest.fixture
def posted(importing):
    return importing.post(sample_bytes()).id


def test_an_import_is_undone_and_restored_over_http(service, key, posted):
    path = f"/v1/imports/{posted}"
    done = call(service, key, "POST", f"{path}/undo", json={"reason": "Mauvais exercice"})
    assert done.status_code == 200
    view = done.json()
    assert view["id"] == posted
    assert view["entriesRemoved"] > 0
    assert {"ledgerRevision": 2, "entriesRestored": 0, "reversalEntries": 0}.items() <= view.items()
    seen = call(service, key, "GET", path).json()
    assert (seen["status"], seen["undone"]["reason"]) == (3, "Mauvais exercice")
    assert seen["undone"]["by"] == key.partition(":")[0]
    balance = call(service, key, "GET", "/v1/dossiers/CEGID003/balance").json()
    assert balance["debitCents"] == 0

    again = problem_of(call(service, key, "POST", f"{path}/undo"))
    assert (again["status"], again["code"]) == (409, "already-undone")
    back = call(service, key, "POST", f"{path}/restore").json()
    assert back["entriesRestored"] == view["entriesRemoved"]
    assert call(service, key, "GET", path).json()["undone"] is None
    assert problem_of(call(service, key, "POST", f"{path}/restore"))["code"] == "not-undone"


def test_the_same_request_with_a_key_is_answered_once_more(service, key, posted):
    path, headers = f"/v1/imports/{posted}/undo", {"Idempotency-Key": "once"}
    first = call(service, key, "POST", path, headers=headers)
    second = call(service, key, "POST", path, headers=headers)
    assert (first.json(), second.status_code) == (second.json(), 200)
    assert second.headers["idempotency-replayed"] == "true"


def test_a_refusal_lists_what_prevents_it(service, key, posted, database, dossier):
    Books(database, dossier).set_dossier(locked_through=date(2099, 12, 31))
    problem = problem_of(call(service, key, "POST", f"/v1/imports/{posted}/undo"))
    assert (problem["status"], problem["code"]) == (409, "undo-blocked")
    (blocker,) = problem["blockers"]
    assert (blocker["kind"], len(blocker["entries"])) == ("locked", min(blocker["count"], 100))
    assert set(blocker["entries"][0]) == {"id", "journal", "number", "date"}
    assert problem["message"] == problem["detail"]


def test_what_is_not_there_or_has_not_posted_is_told(service, key, other_key, posted):
    waiting = asked(service, key)["id"]
    cancelled = asked(service, key)["id"]
    assert call(service, key, "POST", f"/v1/imports/{cancelled}/cancel").status_code == 200
    for act in ("undo", "restore"):
        assert call(service, key, "POST", f"/v1/imports/{UNKNOWN}/{act}").status_code == 404
        assert call(service, other_key, "POST", f"/v1/imports/{posted}/{act}").status_code == 404
        problem = problem_of(call(service, key, "POST", f"/v1/imports/{waiting}/{act}"))
        assert (problem["status"], problem["code"]) == (409, "import-not-ended")
        problem = problem_of(call(service, key, "POST", f"/v1/imports/{cancelled}/{act}"))
        assert (problem["status"], problem["code"]) == (409, "import-posted-nothing")
    body = {"definitive": "perhaps"}
    assert call(service, key, "POST", f"/v1/imports/{posted}/undo", json=body).status_code == 422


def test_the_commands_undo_and_restore(firm, tmp_path):
    (tmp_path / SAMPLE_NAME).write_bytes(sample_bytes())
    done = firm("import", SAMPLE_NAME, "--dossier", "CEGID003", "--json")
    import_id = json.loads(done.stdout)["id"]
    undone = firm("undo", import_id, "--reason", "Mauvais dossier", "--json")
    assert undone.returncode == 0
    assert json.loads(undone.stdout)["entriesRemoved"] > 0
    assert "Mauvais dossier" in firm("status", import_id).stdout
    assert json.loads(firm("balance", "--dossier", "CEGID003", "--json").stdout)["accounts"] == []

    again = firm("undo", import_id, "--json")
    assert (again.returncode, json.loads(again.stdout)["code"]) == (1, "already-undone")
    restored = firm("restore", import_id)
    assert (restored.returncode, "Import rétabli" in restored.stdout) == (0, True)
    assert "Import annulé" in firm("undo", import_id).stdout


@pytest.mark.parametrize("command", ["undo", "restore"])
def test_an_unknown_import_is_told_with_2(firm, command):
    assert firm(command, UNKNOWN).returncode == 2
