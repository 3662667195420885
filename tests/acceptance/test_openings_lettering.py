"""Openings are carried forward and lines matched, over HTTP and by command."""

from __future__ import annotations

import json

import pytest

from ecritures.config.settings import Settings
from ecritures.database import tables
from helpers.fec import entry, fec, line
from helpers.importing import Importing
from helpers.v1_calls import call, problem_of

DOSSIER = "/v1/dossiers/CEGID003"
CLIENT = {"CompAuxNum": "C1", "CompAuxLib": "Client C1"}
FILE = fec(
    [
        line(1, "411000", "100,00", **CLIENT),
        line(1, "706000", credit="100,00"),
        line(2, "512000", "80,00"),
        line(2, "411000", credit="80,00", **CLIENT),
        *entry(3),
    ]
)


@pytest.fixture
def posted(tmp_path, database, dossier, caller):
    importing = Importing(Settings(data_dir=tmp_path / "runs"), database, dossier, caller)
    importing.post(FILE)


@pytest.fixture
def ask(service, key, posted):  # noqa: ARG001 - the ledger has entries
    def _ask(verb, path, **options):
        return call(service, key, verb, f"{DOSSIER}{path}", **options)

    return _ask


@pytest.fixture
def books(firm, tmp_path):
    """The program, with `FILE` imported."""
    (tmp_path / "f.txt").write_bytes(FILE)
    done = firm("import", "f.txt", "--dossier", "CEGID003", "--json")
    assert json.loads(done.stdout)["status"] == 3
    return lambda *arguments: firm(*arguments, "--dossier", "CEGID003")


def test_the_closing_is_carried_forward_over_http(ask):
    missing = problem_of(ask("POST", "/fiscal-years/2024/carry-forward"))
    assert missing["code"] == "fiscal-year-unknown"
    for year in (2024, 2025):
        days = {"start": f"{year}-01-01", "end": f"{year}-12-31"}
        assert ask("POST", "/fiscal-years", json=days).status_code == 200
    done = ask("POST", "/fiscal-years/2024/carry-forward", json={"detail": True})
    view = done.json()
    assert (done.status_code, view["journal"], view["lines"]) == (200, "AN", 5)
    assert view["fiscalYear"]["start"] == "2025-01-01"
    refused = ask("POST", "/fiscal-years/2024/carry-forward", json={"journal": "VE"})
    assert problem_of(refused)["code"] == "journal-not-of-openings"
    undone = ask("POST", "/fiscal-years/2024/carry-forward/undo", json={"reason": "Trop tôt"})
    assert (undone.status_code, undone.json()["entriesRemoved"]) == (200, 1)
    nothing = ask("POST", "/fiscal-years/2024/carry-forward/undo")
    assert (nothing.status_code, problem_of(nothing)["code"]) == (409, "nothing-carried-forward")


def test_the_closing_is_carried_forward_by_command(books):
    for year in (2024, 2025):
        assert books("fiscal-year", "add", f"{year}-01-01:{year}-12-31").returncode == 0
    done = books("fiscal-year", "carry-forward", "--year", "2024")
    assert (done.returncode, done.stdout) == (
        0,
        "À-nouveaux au 01/01/2025 : 4 lignes dans le journal AN.\n",
    )
    again = books("fiscal-year", "carry-forward", "--year", "2024", "--detail", "--json")
    assert json.loads(again.stdout)["entriesReplaced"] == 1
    assert books("fiscal-year", "carry-forward", "--year", "2025").returncode == 1
    undone = books("fiscal-year", "undo-carry-forward", "--year", "2024")
    assert undone.returncode == 0, undone.stderr
    assert undone.stdout == "À-nouveaux annulés : écritures retirées 1, revenues 1.\n"


def lines_of(database):
    with database.read() as connection:
        found = connection.execute(tables.lines.select().where(tables.lines.c.line.in_((2, 5))))
        return [f"{row.batch_id}:{row.line}" for row in found]


def test_lines_are_matched_over_http(ask, database):
    lines = lines_of(database)
    done = ask("POST", "/lettering", json={"lines": lines})
    group = done.json()["group"]
    assert (done.status_code, group["code"], group["restCents"]) == (200, "AA", 2000)
    assert (group["state"], group["by"], group["lines"]) == ("open", "hand", lines)
    again = ask("POST", "/lettering", json={"lines": lines})
    assert (again.status_code, problem_of(again)["code"]) == (409, "line-matched")
    listed = ask("GET", "/lettering?account=411*&third-party=C1&state=open").json()
    assert (listed["items"], listed["nextCursor"]) == ([group], None)
    assert ask("GET", "/lettering?state=closed").json()["items"] == []
    lifted = ask("DELETE", f"/lettering/{group['id']}")
    assert (lifted.status_code, lifted.json()["group"]) == (200, group)
    assert problem_of(ask("DELETE", "/lettering/AA"))["code"] == "lettering-unknown"


def test_lines_are_matched_by_command(books):
    (event,) = json.loads(books("audit", "--json").stdout)["items"]
    lines = [f"{event['batch']}:{number}" for number in (2, 5)]
    done = books("match", *lines)
    expected = "Lettrage AA : 2 lignes, partiel, reste 20,00 €.\n"
    assert (done.returncode, done.stdout) == (0, expected)
    assert books("match", *lines).returncode == 1
    assert books("match", "x", "y").returncode == 2
    assert " AA " in books("lettering", "--account", "411000").stdout
    lifted = books("unmatch", "AA", "--account", "411000")
    assert (lifted.returncode, lifted.stdout) == (0, "Lettrage AA supprimé : 2 lignes.\n")
