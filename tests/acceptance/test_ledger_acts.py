"""Validation, locks, fiscal years and the history of a ledger, over HTTP and by command."""

from __future__ import annotations

import json

import anyio
import pytest

from ecritures.api.app import create_app
from ecritures.config.settings import Settings
from ecritures.database import tables
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
    assert (done.returncode, done.stdout) == (0, "1 écriture validée jusqu'au 31/03/2024.\n")
    document = json.loads(books("validate", "--until", "2024-03-31", "--json").stdout)
    assert (document["entriesValidated"], document["journals"]) == (0, None)
    refused = books.program("undo", books.import_id, "--json")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["blockers"][0]["kind"] == "validated"
    assert "HA 1" in books.program("undo", books.import_id).stdout
    reversed_ = books.program("undo", books.import_id, "--definitive", "reverse", "--json")
    assert json.loads(reversed_.stdout)["reversalEntries"] == 1


def test_a_period_is_locked_and_unlocked_over_http(service, key, posted, ask):
    locked = ask("POST", "/locks", json={"until": "2024-12-31", "reason": "TVA déclarée"}).json()
    assert (locked["lockedThrough"], locked["closedThrough"]) == ("2024-12-31", None)
    assert problem_of(ask("POST", "/locks", json={"until": "2024-12-31"}))["status"] == 409
    undone = problem_of(call(service, key, "POST", f"/v1/imports/{posted}/undo"))
    assert undone["blockers"][0]["kind"] == "locked"
    assert ask("DELETE", "/locks").status_code == 422
    lifted = ask("DELETE", "/locks", params={"reason": "Facture oubliée"}).json()
    assert (lifted["lockedThrough"], ask("GET", "/locks").json()) == (None, lifted)
    assert call(service, key, "POST", f"/v1/imports/{posted}/undo").status_code == 200


@pytest.mark.usefixtures("posted")
def test_a_fiscal_year_is_added_closed_and_reopened_over_http(ask):
    added = ask("POST", "/fiscal-years", json={"start": "2024-01-01", "end": "2024-12-31"})
    assert added.json()["fiscalYear"]["state"] == "open"
    closed = ask("POST", "/fiscal-years/2024/close").json()
    assert closed["fiscalYear"] == {
        "start": "2024-01-01",
        "end": "2024-12-31",
        "state": "closed",
        "closed": True,
    }
    assert ask("POST", "/fiscal-years/2024-01-01/reopen").status_code == 200
    refused = problem_of(ask("POST", "/fiscal-years/2024/close", json={"final": True}))
    assert (refused["code"], refused["blockers"][0]["kind"]) == ("closing-blocked", "drafts")
    final = ask("POST", "/fiscal-years/2024/close", json={"final": True, "validate": True}).json()
    assert (final["fiscalYear"]["state"], final["entriesValidated"]) == ("final", 2)
    assert problem_of(ask("POST", "/fiscal-years/2024/reopen"))["code"] == "fiscal-year-final"
    assert problem_of(ask("POST", "/fiscal-years/2023/reopen"))["status"] == 404
    assert [one["state"] for one in ask("GET", "/fiscal-years").json()["items"]] == ["final"]
    assert ask("GET", "/locks").json()["closedThrough"] == "2024-12-31"


def test_periods_are_locked_and_years_closed_by_command(books):
    assert "jusqu'au 31/03/2024" in books("lock", "--until", "2024-03-31").stdout
    assert books("lock", "--until", "2024-03-31").returncode == 1
    lifted = books("unlock", "--reason", "Facture oubliée", "--json")
    assert json.loads(lifted.stdout)["lockedThrough"] is None
    added = books("fiscal-year", "add", "2024-01-01:2025-06-30")
    assert (added.returncode, "18 mois" in added.stdout) == (0, True)
    assert "peut être rouvert" in books("fiscal-year", "close", "2025").stdout
    assert books("fiscal-year", "reopen", "2025").returncode == 0
    refused = books("fiscal-year", "close", "2025", "--final", "--json")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["blockers"][0] | {"entries": []} == {
        "kind": "drafts",
        "count": 2,
        "entries": [],
    }
    final = books("fiscal-year", "close", "2025", "--final", "--validate", "--json")
    assert json.loads(final.stdout)["fiscalYear"]["state"] == "final"
    assert books("fiscal-year", "reopen", "2025").returncode == 1
    assert books("fiscal-year", "close", "2030").returncode == 2


def test_the_history_tells_who_when_and_why_over_http(service, key, posted, ask):
    call(service, key, "POST", f"/v1/imports/{posted}/undo", json={"reason": "Mauvais exercice"})
    call(service, key, "POST", f"/v1/imports/{posted}/restore")
    ask("POST", "/validations", json={"until": "2024-12-31"})
    reversal = {"definitive": "reverse"}
    call(service, key, "POST", f"/v1/imports/{posted}/undo", json=reversal)
    page = ask("GET", "/audit", params={"limit": 4}).json()
    kinds = [one["kind"] for one in page["items"]]
    assert kinds == ["reversed", "validated", "restored", "undone"]
    assert (page["ledgerRevision"], page["head"]) == (5, page["items"][0]["digest"])
    assert page["items"][0]["details"]["reversalEntries"] == 2
    assert [one["importId"] for one in page["items"]] == [posted, None, posted, posted]
    undone = page["items"][-1]
    assert (undone["by"], undone["reason"]) == (key.partition(":")[0], "Mauvais exercice")
    assert undone["file"] == "079555421FEC20241231.txt"
    last = ask("GET", "/audit", params={"cursor": page["nextCursor"]}).json()
    assert ([one["kind"] for one in last["items"]], last["nextCursor"]) == (["published"], None)


def test_the_history_is_told_by_command(books):
    books.program("undo", books.import_id, "--reason", "Mauvais exercice")
    lines = books("audit").stdout.splitlines()
    assert len(lines) == 3
    assert all(word in lines[1] for word in ("annulé", "exploitant", "f.txt", "Mauvais exercice"))
    document = json.loads(books("audit", "--json", "--limit", "1").stdout)
    assert [one["importId"] for one in document["items"]] == [books.import_id]


def test_a_ledger_is_verified_over_http(database, posted, ask):
    head = ask("GET", "/audit").json()["head"]
    view = ask("GET", "/verify", params={"expect-head": head}).json()
    assert view == {
        "dossier": "CEGID003",
        "intact": True,
        "ledgerRevision": 1,
        "head": head,
        "events": 1,
        "lines": 4,
        "firstBreak": None,
        "purged": [],
        "withoutDigests": [],
    }
    with database.write() as connection:
        connection.execute(tables.totals.update().values(debit_cents=1))
    broken = ask("GET", "/verify", params={"full": True}).json()
    assert (broken["intact"], broken["firstBreak"]["code"]) == (False, "totals-differ")
    assert broken["firstBreak"]["revision"] == 1
    assert ask("GET", "/verify", params={"expect-head": "?"}).status_code == 422
    assert posted


def test_a_ledger_is_verified_by_command(books):
    done = books("verify", "--lang", "en")
    assert (done.returncode, done.stdout.splitlines()[0]) == (
        0,
        "The ledger is intact. Events verified: 1; lines: 4.",
    )
    refused = books("verify", "--expect-head", "0" * 64, "--json")
    view = json.loads(refused.stdout)
    assert (refused.returncode, view["firstBreak"]["code"]) == (1, "head-unknown")
    told = books("verify", "--expect-head", "0" * 64)
    assert "L'empreinte attendue n'est celle d'aucun événement" in told.stdout


def test_a_verification_ends_when_its_caller_has_gone(settings, database, posted, key):
    app = create_app(settings, database, wake=lambda: None)
    sent = []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    path = f"{DOSSIER}/verify"
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"x-apikey", key.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    anyio.run(app, scope, receive, send)
    assert posted
    assert sent == []
