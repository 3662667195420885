"""Imports on the product's own API, over a real connection."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

import pytest

from ecritures.core.sentences import Sentence
from ecritures.database.tables import anomalies, imports
from ecritures.imports import state
from ecritures.imports.request import Status
from ecritures.rules.catalogue import RULES
from helpers.transitions import claim_import
from helpers.v1_calls import ASKED, SIRET, URL, asked, call, problem_of

if TYPE_CHECKING:
    from ecritures.database import Database


def test_asking_for_an_import_gives_202_and_where_to_follow_it(service, key):
    answer = call(service, key, "POST", "/v1/imports", json=ASKED | {"dryRun": True})
    assert answer.status_code == 202
    assert len(service.woken) == 1
    followed = call(service, key, "GET", answer.headers["location"])
    view = followed.json()
    assert view == answer.json()
    assert {
        "kind": "fec", "domain": "CABINET1", "dossier": "CEGID003", "status": 1, "dryRun": True,
        "phase": "waiting", "lines": 0, "anomalyCount": 0, "anomalyCounts": {}, "attempts": [],
        "message": None, "conforming": None, "importable": None, "endedAt": None, "model": None,
        "siret": SIRET, "report": {},
    }.items() <= view.items()  # fmt: skip
    assert view["source"] == {
        "kind": "url", "name": "079555421FEC20241231.txt", "bytes": None, "sha256": None,
        "contentSha256": None,
    }  # fmt: skip
    assert view["nextAttemptAt"] == view["createdAt"]


def test_the_address_of_a_file_is_never_shown(service, key):
    import_id = asked(service, key)["id"]
    for path in ("/v1/imports", f"/v1/imports/{import_id}"):
        assert "secret" not in call(service, key, "GET", path).text


def test_the_secret_of_an_address_is_not_echoed_by_a_refusal(service, key):
    for body in (ASKED | {"url": 3, "sig": "secret"}, ASKED | {"siret": "1"}, ASKED | {"x": URL}):
        answer = call(service, key, "POST", "/v1/imports", json=body)
        assert answer.status_code == 422
        assert "secret" not in answer.text


def test_attempts_and_the_reason_of_an_end_are_told(service, key, database):
    import_id = asked(service, key)["id"]
    mine = claim_import(database, import_id)
    assert mine is not None
    why = Sentence("file-empty", "Le fichier est vide.", "The file is empty.")
    with database.write() as connection:
        now = database.clock.now()
        state.finish(
            connection, mine, status=Status.ENDED_WITH_ERROR, outcome="refused", now=now,
            message=why,
        )  # fmt: skip
    view = call(service, key, "GET", f"/v1/imports/{import_id}").json()
    assert (view["status"], view["message"], view["messageCode"]) == (4, why.fr, why.code)
    assert view["nextAttemptAt"] is None
    assert view["endedAt"] is not None
    [attempt] = view["attempts"]
    assert (attempt["number"], attempt["outcome"], attempt["message"]) == (1, "refused", why.fr)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": URL}, "body.dossier"),
        (ASKED | {"url": ""}, "body.url"),
        (ASKED | {"format": "pdf"}, "body.format"),
        (ASKED | {"dryRun": "yes"}, "body.dryRun"),
        (ASKED | {"unknown": 1}, "body.unknown"),
        (ASKED | {"dossier": "A\x00"}, "body.dossier"),
        ([], "body"),
    ],
)
def test_a_wrong_field_is_named(service, key, body, field):
    problem = problem_of(call(service, key, "POST", "/v1/imports", json=body))
    assert (problem["status"], problem["code"]) == (422, "request-invalid")
    assert [error["field"] for error in problem["errors"]] == [field]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"dossier": "INCONNU"}, "dossier-unknown"),
        ({"url": None}, "source-missing"),
        ({"uri": "a/x.txt"}, "source-ambiguous"),
        ({"siret": "07955542100028"}, "siret-invalid"),
        ({"siret": "35600000000048"}, "siret-unknown"),
    ],
)
def test_a_request_that_cannot_be_accepted_is_a_problem(service, key, more, code):
    answer = call(service, key, "POST", "/v1/imports", json=ASKED | more)
    assert (answer.status_code, problem_of(answer)["code"]) == (422, code)
    assert not service.woken


def test_a_list_is_walked_page_by_page_newest_first(service, key):
    ids = [asked(service, key)["id"] for _ in range(5)][::-1]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = call(
            service, key, "GET", "/v1/imports", params={"limit": 2, "cursor": cursor}
        ).json()
        assert len(page["items"]) <= 2
        seen += [item["id"] for item in page["items"]]
        cursor = page["nextCursor"]
    assert seen == ids


def test_a_list_is_filtered_by_dossier_and_status(service, key, database):
    first, second = asked(service, key)["id"], asked(service, key)["id"]
    claim_import(database, first)

    def ids(**params: Any) -> list[str]:
        page = call(service, key, "GET", "/v1/imports", params=params).json()
        return [item["id"] for item in page["items"]]

    assert ids(status=2) == [first]
    assert ids(status=1, dossier="CEGID003") == [second]
    assert ids(dossier="INCONNU") == []


def _cursor(parts: Any) -> str:
    return urlsafe_b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        _cursor([]),
        _cursor([1]),
        _cursor(None),
        _cursor(["a", "b"]),
        _cursor(["0001-01-01T00:00:00+23:59", "b"]),
        _cursor(["2026-01-01", "\ud800"]),
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(service, key, cursor):
    answer = call(service, key, "GET", "/v1/imports", params={"cursor": cursor})
    assert (answer.status_code, problem_of(answer)["code"]) == (422, "cursor-invalid")


def _with_anomalies(database: Database, import_id: str, code: str, lines: int) -> None:
    mine = claim_import(database, import_id)
    assert mine is not None
    rows = [
        {"import_id": import_id, "attempt": mine.attempt, "ordinal": line, "code": code,
         "domain_id": mine.domain_id,
         "line": line + 2, "column": "Debit", "value": "1,2,3", "expected": None, "entry": None}
        for line in range(lines)
    ]  # fmt: skip
    with database.write() as connection:
        connection.execute(anomalies.insert(), rows)
        connection.execute(
            imports.update()
            .where(imports.c.id == import_id)
            .values(anomaly_count=5000, report={"anomalyCounts": {code: 5000}})
        )


def test_anomalies_are_paged_with_exact_totals_and_sentences(service, key, database):
    import_id = asked(service, key)["id"]
    code, rule = next(iter(RULES.items()))
    _with_anomalies(database, import_id, code, 3)
    path = f"/v1/imports/{import_id}/anomalies"
    page = call(service, key, "GET", path, params={"limit": 2}).json()
    assert (page["anomalyCount"], page["anomalyCounts"]) == (5000, {code: 5000})
    assert [item["line"] for item in page["items"]] == [2, 3]
    first = page["items"][0]
    assert (first["severity"], first["blocking"]) == (str(rule.severity), rule.blocks)
    assert first["message"]
    assert first["remedy"]
    rest = call(
        service, key, "GET", path, params={"cursor": page["nextCursor"], "lang": "en"}
    ).json()
    assert ([item["line"] for item in rest["items"]], rest["nextCursor"]) == ([4], None)
    assert rest["items"][0]["message"] != first["message"]
    forged = call(service, key, "GET", path, params={"cursor": _cursor([10**30])})
    assert problem_of(forged)["code"] == "cursor-invalid"
