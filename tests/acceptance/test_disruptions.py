"""Disruptions, as callers and operators are reported of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from ecritures.app.actions.maintenance import end_maintenance, start_maintenance
from helpers.loop_calls import STATUS
from helpers.v1_calls import asked, call, problem_of

ROUTE = "/v1/disruptions"
TOMORROW = datetime.now().astimezone().replace(second=0, microsecond=0) + timedelta(days=1)


def test_a_caller_reads_them_page_by_page(service, key, database):
    for reason in ("one", "two"):
        start_maintenance(database, reason)
        end_maintenance(database)
    start_maintenance(database, "three", datetime.now(UTC) + timedelta(hours=1))
    import_id = asked(service, key)["id"]

    found, cursor = [], None
    while True:
        query = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = call(service, key, "GET", ROUTE, params=query).json()
        found += page["items"]
        if (cursor := page["nextCursor"]) is None:
            break
    assert [one["reason"] for one in found] == ["three", "two", "one"]
    assert {
        "kind": "planned", "endedAt": None, "host": None, "reasonEn": "three", "importsDelayed": 1,
    }.items() <= found[0].items()  # fmt: skip
    assert found[0]["until"] > found[0]["startedAt"]
    assert [one["importsDelayed"] for one in found[1:]] == [0, 0]

    view = call(service, key, "GET", f"/v1/imports/{import_id}").json()
    assert (view["status"], view["messageCode"]) == (1, "under-maintenance")
    listed = call(service, key, "GET", "/v1/imports").json()["items"]
    assert listed == [view]


def test_another_firm_counts_its_own_imports(service, key, other_key, database):
    start_maintenance(database, "upgrade")
    asked(service, key)
    (one,) = call(service, other_key, "GET", ROUTE).json()["items"]
    assert one["importsDelayed"] == 0


def test_the_loop_compatible_status_says_why_an_import_waits(service, key, database):
    import_id = asked(service, key)["id"]
    query = {"accountingImportRequestId": import_id}
    start_maintenance(database, "upgrade")
    told = call(service, key, "GET", STATUS, params=query).json()
    assert told["status"] == 1
    assert told["message"] == "Le service est en maintenance (upgrade) : l’import attend."
    end_maintenance(database)
    told = call(service, key, "GET", STATUS, params=query).json()
    assert (told["status"], told["message"]) == (1, None)


def test_a_key_and_a_cursor_of_the_list_are_needed(service, key):
    assert problem_of(call(service, None, "GET", ROUTE))["status"] == 401
    answer = call(service, key, "GET", ROUTE, params={"cursor": "W10"})
    assert problem_of(answer)["code"] == "cursor-invalid"


def told(done, code):
    assert (done.returncode, done.stdout) == (code, "")
    (sentence,) = done.stderr.splitlines()
    return sentence


def test_an_operator_announces_maintenance_and_ends_it(firm):
    begun = firm(
        "maintenance",
        "start",
        "--until",
        f"{TOMORROW:%Y-%m-%dT%H:%M}",
        "--reason",
        "essai",
        "--json",
    )
    assert json.loads(begun.stdout)["reason"] == "essai"
    (one,) = json.loads(firm("disruptions", "--json").stdout)["items"]
    assert (one["kind"], one["endedAt"]) == ("planned", None)
    assert datetime.fromisoformat(one["until"]) == TOMORROW
    shown = firm("disruptions").stdout
    assert "essai" in shown
    assert "en cours" in shown
    assert "essai" in firm("doctor").stdout

    (firm.folder / "a.txt").write_text("JournalCode")
    told(firm("import", "a.txt", "--dossier", "CEGID003"), 1)
    assert firm("maintenance", "end").returncode == 0
    assert "maintenance" in told(firm("maintenance", "end"), 1)
    assert firm("import", "a.txt", "--dossier", "CEGID003", "--json").stdout


@pytest.mark.parametrize(
    "until",
    [
        "2020-01-01T00:00",
        "tomorrow",
        "",
        "2030-13-01T00:00",
        "0001-01-01T00:00",
        "9999-12-31T23:59",
    ],
)
def test_an_end_that_has_passed_or_is_no_moment_is_told_in_a_sentence(firm, until):
    told(firm("maintenance", "start", "--until", until, "--reason", "essai"), 2)
    assert json.loads(firm("disruptions", "--json").stdout)["items"] == []


def test_without_disruptions_nothing_is_listed(firm):
    assert firm("disruptions").stdout == "Aucune interruption.\n"


def test_the_doctor_tells_that_no_worker_runs(firm):
    done = firm("doctor", "--json")
    found = {one["name"]: one["state"] for one in json.loads(done.stdout)["checks"]}
    assert done.returncode == 0
    assert (found["workers"], found["disruptions"]) == ("remark", "ok")
