"""Who may call the product's own API, and how it refuses."""

from __future__ import annotations

import uuid

import pytest

from ecritures.core.rights import ALL_RIGHTS, Right
from ecritures.directory.keys import create_key
from helpers.v1_calls import ASKED, asked, call, problem_of


def test_nothing_of_one_domain_is_visible_to_another(service, key, other_key):
    import_id = asked(service, key)["id"]
    for path in (
        f"/v1/imports/{import_id}",
        f"/v1/imports/{import_id}/anomalies",
        f"/v1/imports/{import_id}/difference",
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
        ("PATCH", "/v1/dossiers/x"),
        ("PATCH", "/v1/domains/x"),
        ("POST", "/v1/webhooks"),
    ],
)
def test_every_route_wants_a_key_before_it_reads_anything(service, key, verb, path):
    assert key
    for credential in (None, "a:b", key + "x"):
        answer = call(service, credential, verb, path, content=b"{")
        assert (answer.status_code, problem_of(answer)["code"]) == (401, "key-refused")
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("right", "verb", "path"),
    [
        ("read", "GET", "/v1/imports"),
        ("read", "GET", "/v1/dossiers/CEGID003/balance"),
        ("import", "POST", "/v1/imports"),
        ("import", "POST", "/v1/imports/x/cancel"),
        ("import", "POST", "/v1/models/try"),
        ("administer", "POST", "/v1/models"),
        ("administer", "POST", "/v1/dossiers"),
    ],
)
def test_a_key_without_the_right_is_told_which_one_it_lacks(
    service, database, domain, dossier, right, verb, path
):
    assert dossier.code == "CEGID003"
    limited = create_key(database, domain, rights=ALL_RIGHTS - {Right(right)})
    body = {"json": {"whatever": 1}} if verb == "POST" else {}
    answer = call(service, limited, verb, path, **body)
    assert (answer.status_code, problem_of(answer)["code"]) == (403, "right-missing")
    assert f"« {right} »" in problem_of(answer)["detail"]


def test_an_answer_is_not_repeated_to_a_key_with_other_rights(service, database, domain, key):
    headers = {"idempotency-key": "one"}
    answer = call(service, key, "POST", "/v1/imports", json=ASKED, headers=headers)
    assert answer.status_code == 202
    importer = create_key(database, domain, rights=[Right.IMPORT])
    other = call(service, importer, "POST", "/v1/imports", json=ASKED, headers=headers)
    assert (other.status_code, problem_of(other)["code"]) == (409, "idempotency-conflict")


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
