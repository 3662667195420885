"""The product's own API, over a real connection."""

from __future__ import annotations

import json
import uuid
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

import pytest

from ecritures.checks.catalogue import RULES
from ecritures.database.tables import anomalies, imports
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import create_key
from ecritures.imports import claim
from ecritures.model.imports import Status
from ecritures.model.sentences import Sentence

if TYPE_CHECKING:
    import httpx2
    from tests.conftest import RunningService

    from ecritures.database import Database

SIRET = "07955542100027"
URL = "https://stockage.example/c/079555421FEC20241231.txt?sv=2020-08-04&sig=secret"
ASKED = {"dossier": "CEGID003", "url": URL}


def call(
    service: RunningService, key: str | None, verb: str, path: str, **options: Any
) -> httpx2.Response:
    with service.client(key) as client:
        return client.request(verb, path, **options)


def asked(service: RunningService, key: str, **more: Any) -> dict[str, Any]:
    answer = call(service, key, "POST", "/v1/imports", json=ASKED | more)
    assert answer.status_code == 202
    view: dict[str, Any] = answer.json()
    return view


def problem_of(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert {"type", "title", "code", "detail", "detailEn", "instance"} <= set(problem)
    return problem


# ── Imports ──────────────────────────────────────────────────────────────────────────────────


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
    mine = claim.begin(database, import_id)
    assert mine is not None
    why = Sentence("file-empty", "Le fichier est vide.", "The file is empty.")
    with database.write() as connection:
        now = database.clock.now()
        claim.end(
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
        ({"dossier": "CEGID003"}, "body.url"),
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
    claim.begin(database, first)

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
    mine = claim.begin(database, import_id)
    assert mine is not None
    rows = [
        {"import_id": import_id, "attempt": mine.attempt, "ordinal": line, "code": code,
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


# ── Dossiers ─────────────────────────────────────────────────────────────────────────────────

NEW = {
    "code": "MANON001",
    "name": "Manon",
    "siren": "552100554",
    "fiscalYears": [{"start": "2024-01-01", "end": "2024-12-31"}],
}


def test_a_dossier_is_created_shown_and_listed(service, key):
    answer = call(service, key, "POST", "/v1/dossiers", json=NEW)
    assert answer.status_code == 201
    shown = call(service, key, "GET", answer.headers["location"]).json()
    year = {"start": "2024-01-01", "end": "2024-12-31", "closed": False}
    assert shown == answer.json() == {**NEW, "sirets": [], "fiscalYears": [year]}
    page = call(service, key, "GET", "/v1/dossiers", params={"limit": 1}).json()
    assert [item["code"] for item in page["items"]] == ["CEGID003"]
    rest = call(service, key, "GET", "/v1/dossiers", params={"cursor": page["nextCursor"]}).json()
    assert ([item["code"] for item in rest["items"]], rest["nextCursor"]) == (["MANON001"], None)


def test_a_dossier_that_exists_is_a_conflict(service, key):
    body = NEW | {"code": "CEGID003"}
    answer = call(service, key, "POST", "/v1/dossiers", json=body)
    assert (answer.status_code, problem_of(answer)["code"]) == (409, "dossier-exists")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"code": "a b"}, "code-invalid"),
        ({"siren": "123456789"}, "siren-invalid"),
        ({"sirets": ["07955542100027"]}, "siret-invalid"),
        ({"fiscalYears": [{"start": "2024-01-01", "end": "2023-01-01"}]}, "fiscal-years-invalid"),
        ({"fiscalYears": [{"start": "2024-02-30", "end": "2024-12-31"}]}, "request-invalid"),
        ({"name": 3}, "request-invalid"),
    ],
)
def test_a_dossier_that_cannot_be_is_refused(service, key, more, code):
    answer = call(service, key, "POST", "/v1/dossiers", json=NEW | more)
    assert (answer.status_code, problem_of(answer)["code"]) == (422, code)


def test_a_key_linked_to_certain_dossiers_sees_only_them_and_creates_none(
    service, key, database, domain
):
    create_dossier(database, domain, code="MANON001", name="Manon", siren="552100554")
    limited = create_key(database, domain, ["MANON001"])
    hidden = asked(service, key)["id"]
    listed = call(service, limited, "GET", "/v1/dossiers").json()["items"]
    assert [item["code"] for item in listed] == ["MANON001"]
    assert call(service, limited, "GET", "/v1/imports").json()["items"] == []
    assert call(service, limited, "GET", f"/v1/imports/{hidden}").status_code == 404
    assert call(service, limited, "GET", "/v1/dossiers/CEGID003").status_code == 403
    assert call(service, limited, "GET", "/v1/dossiers/CEGID003/balance").status_code == 403
    assert call(service, limited, "POST", "/v1/imports", json=ASKED).status_code == 403
    assert call(service, limited, "POST", "/v1/dossiers", json=NEW).status_code == 403


def test_the_balance_of_a_new_dossier_is_empty(service, key):
    path = "/v1/dossiers/CEGID003/balance"
    answer = call(service, key, "GET", path, params={"from": "2024-01-01"})
    assert answer.json() == {
        "dossier": "CEGID003", "from": "2024-01-01", "to": None, "accounts": [],
        "debitCents": 0, "creditCents": 0,
    }  # fmt: skip
    wrong = call(service, key, "GET", path, params={"to": "2024-13-01"})
    assert problem_of(wrong)["errors"][0]["field"] == "query.to"


# ── Around ───────────────────────────────────────────────────────────────────────────────────


def test_nothing_of_one_domain_is_visible_to_another(service, key, other_key):
    import_id = asked(service, key)["id"]
    for path in (
        f"/v1/imports/{import_id}",
        f"/v1/imports/{import_id}/anomalies",
        "/v1/dossiers/CEGID003",
        "/v1/dossiers/CEGID003/balance",
    ):
        hidden = call(service, other_key, "GET", path)
        absent = call(
            service, other_key, "GET",
            path.replace(import_id, str(uuid.uuid4())).replace("CEGID003", "INCONNU"),
        )  # fmt: skip
        assert hidden.status_code == absent.status_code == 404
        assert problem_of(hidden)["code"] == problem_of(absent)["code"]
    assert call(service, other_key, "GET", "/v1/imports").json()["items"] == []
    params = {"dossier": "CEGID003"}
    assert call(service, other_key, "GET", "/v1/imports", params=params).json()["items"] == []
    dossiers = call(service, other_key, "GET", "/v1/dossiers").json()["items"]
    assert [item["code"] for item in dossiers] == ["AUTRE"]
    refused = call(service, other_key, "POST", "/v1/imports", json=ASKED)
    assert (refused.status_code, problem_of(refused)["code"]) == (422, "dossier-unknown")


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", "/v1/imports"),
        ("GET", "/v1/imports/x"),
        ("GET", "/v1/imports/x/anomalies"),
        ("POST", "/v1/imports"),
        ("GET", "/v1/dossiers"),
        ("POST", "/v1/dossiers"),
        ("GET", "/v1/dossiers/x"),
        ("GET", "/v1/dossiers/x/balance"),
    ],
)
def test_every_route_wants_a_key_before_it_reads_anything(service, key, verb, path):
    assert key
    for credential in (None, "a:b", key + "x"):
        answer = call(service, credential, verb, path, content=b"{")
        assert (answer.status_code, problem_of(answer)["code"]) == (401, "key-refused")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_key_may_come_as_a_bearer(service, key):
    with service.client(authorization=f"bearer {key}") as client:
        assert client.get("/v1/dossiers").status_code == 200


@pytest.mark.parametrize(
    ("verb", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "route-unknown"),
        ("GET", "/v1/nowhere", 404, "route-unknown"),
        ("GET", "/docs/static/../docs.py", 404, "route-unknown"),
        ("DELETE", "/v1/imports", 405, "method-not-allowed"),
        ("POST", "/docs", 405, "method-not-allowed"),
    ],
)
def test_every_refusal_is_a_problem(service, verb, path, status, code):
    answer = call(service, None, verb, path)
    assert (answer.status_code, problem_of(answer)["code"]) == (status, code)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 422, "request-invalid"),
        (b"\xff", 400, "body-unreadable"),
        (b"[" * 200_000, 400, "body-unreadable"),
        (b"", 422, "request-invalid"),
        (b" " * 10_000_000, 413, "body-too-large"),
    ],
)
def test_an_unreadable_body_is_a_problem(service, key, content, status, code):
    headers = {"content-type": "application/json"}
    answer = call(service, key, "POST", "/v1/imports", content=content, headers=headers)
    assert (answer.status_code, problem_of(answer)["code"]) == (status, code)


@pytest.mark.parametrize("path", ["/v1/imports", "/v1/dossiers"])
@pytest.mark.parametrize(
    "content",
    [
        rb'{"\ud800": 1}',
        rb'{"dossier": "\ud800", "url": "\udfff"}',
        rb'{"code": "\ud800", "name": "\ud800", "siren": "\ud800", "sirets": ["\ud800"]}',
        rb'{"code": "A", "siren": "079555421", "name": "\u0000"}',
        rb'{"code": "A", "siren": "079555421", "fiscalYears": [{"start": 1e300, "end": NaN}]}',
        b'{"dossier": ' + b"9" * 10_000 + b"}",
    ],
)
def test_characters_that_are_not_text_are_refused(service, key, path, content):
    headers = {"content-type": "application/json"}
    answer = call(service, key, "POST", path, content=content, headers=headers)
    assert answer.status_code in {400, 422}
    assert problem_of(answer)["detail"]


def test_an_unforeseen_error_is_a_problem_that_tells_nothing(service, key, database):
    with database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE imports RENAME TO hidden_imports")
    answer = call(service, key, "GET", "/v1/imports")
    assert (answer.status_code, problem_of(answer)["code"]) == (500, "internal-error")
    assert "no such table" not in answer.text


def test_health_tells_whether_the_service_can_work(service, database):
    assert call(service, None, "GET", "/healthz").json() == {"status": "ok"}
    assert call(service, None, "GET", "/readyz").json() == {"status": "ok", "database": "ok"}
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'other'")
    answer = call(service, None, "GET", "/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "other-version")
