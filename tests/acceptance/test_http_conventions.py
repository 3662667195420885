"""What HTTP asks of every address: HEAD, Allow, encodings, numbers of requests."""

from __future__ import annotations

import json

import pytest

from helpers.loop_calls import BODY, IMPORT
from helpers.v1_calls import asked, call, problem_of
from helpers.waiting import wait_until


@pytest.mark.parametrize(
    "path",
    [
        "/healthz",
        "/readyz",
        "/docs",
        "/openapi.json",
        "/metrics",
        "/docs/static/docs.js",
        "/v1/imports",
    ],
)
def test_head_is_get_without_the_body(service, key, path):
    with service.client(key, **{"accept-encoding": "identity"}) as client:
        head, full = client.head(path), client.get(path)
    assert (head.status_code, full.status_code, head.content) == (200, 200, b"")
    assert head.headers["content-type"] == full.headers["content-type"]
    assert head.headers["content-length"].isdecimal()


def test_head_of_a_deposit_says_whether_a_file_is_there(service, key):
    with service.client(key, **{"accept-encoding": "identity"}) as client:
        given = client.get("/loop-api-publiques/getFileUrlDeposit", params={"filename": "x.txt"})
        address = given.json()["depositUrl"]
        assert client.head(address).status_code == 404
        client.put(address, content=b"x")
        head = client.head(address)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, "1", b"")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/dossiers", "GET, POST, HEAD"),
        ("/v1/imports", "GET, POST, HEAD"),
        ("/v1/models", "GET, POST, HEAD"),
        ("/v1/models/try", "GET, POST, HEAD"),  # a model may have this name
        ("/v1/imports/x/cancel", "POST"),
        ("/deposits/x", "GET, PUT, HEAD"),
        ("/healthz", "GET, HEAD"),
        ("/docs", "GET, HEAD"),
        ("/loop-api-publiques/importFEC", "POST"),
        ("/loop-api-publiques/getstatus", "GET, HEAD"),
    ],
)
def test_a_wrong_verb_is_told_every_right_one(service, path, allowed):
    answer = call(service, None, "PATCH", path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    if allowed == "POST":
        assert call(service, None, "HEAD", path).status_code == 405


@pytest.mark.parametrize(
    ("accepted", "compressed"),
    [("gzip;q=0", False), ("identity", False), ("GZIP", True), ("*", True), ("gzip", True)],
)
def test_answers_are_compressed_for_those_who_accept_it(service, accepted, compressed):
    with service.client(**{"accept-encoding": accepted}) as client:
        answer = client.get("/openapi.json")
    assert (answer.headers.get("content-encoding") == "gzip") is compressed
    assert answer.json()["openapi"]


def logged(capsys, expected: str) -> str:
    """Return the log up to the request expected: it is logged after its answer is sent."""
    log = []
    wait_until(lambda: log.append(capsys.readouterr().out) or expected in "".join(log))
    return "".join(log)


@pytest.mark.parametrize("name", ["x-request-id", "x-correlation-id"])
def test_the_callers_own_number_is_logged_and_sent_back(service, key, name, capsys):
    with service.client(key, **{name: "order-42/7"}) as client:
        answer = client.post(IMPORT, json=BODY)
    assert answer.headers["x-correlation-id"] == "order-42/7"
    assert answer.headers["x-request-id"] == answer.headers["request-id"].replace("-", "")
    assert "client_request_id=order-42/7" in logged(capsys, f"path={IMPORT}")


@pytest.mark.parametrize("number", ["a b", "x" * 129, "é".encode(), ""])
def test_a_number_that_cannot_be_logged_is_ignored(service, number, capsys):
    with service.client(**{"x-request-id": number}) as client:
        answer = client.get("/healthz")
    assert answer.status_code == 200
    assert "x-correlation-id" not in answer.headers
    assert "client_request_id" not in logged(capsys, "path=/healthz")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/v1/imports?createdAfter=2026-01-01", "createdAfter"),
        ("/v1/dossiers?page=2", "page"),
        ("/v1/models?x", "x"),
        ("/v1/dossiers/CEGID003/balance?From=2026-01-01", "From"),
    ],
)
def test_an_unknown_parameter_is_refused_by_its_name(service, key, path, field):
    problem = problem_of(call(service, key, "GET", path))
    assert (problem["status"], problem["code"]) == (422, "request-invalid")
    [error] = problem["errors"]
    assert error["field"] == f"query.{field}"
    assert error["message"] == "Ce paramètre n'est pas connu."


def test_a_parameter_given_twice_is_refused(service, key):
    problem = problem_of(call(service, key, "GET", "/v1/imports?status=1&limit=1&status=3"))
    assert problem["status"] == 422
    [error] = problem["errors"]
    assert (error["field"], error["message"]) == (
        "query.status",
        "Ce paramètre est donné plusieurs fois.",
    )


def test_a_parameter_of_a_post_is_checked_too(service, key):
    answer = call(service, key, "POST", "/v1/imports?dryrun=true", content=json.dumps({}))
    assert problem_of(answer)["errors"][0]["field"] == "query.dryrun"
    assert call(service, key, "GET", f"/v1/imports/{asked(service, key)['id']}").status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/dossiers/%00", 404),
        ("/v1/dossiers/A%0AB/balance", 404),
        ("/v1/imports/%00", 404),
        ("/v1/models/%00", 404),
        ("/v1/models/a%7F/versions/1", 404),
        ("/loop-api-publiques/getstatus/%00", 404),
        ("/v1/imports?dossier=%00", 422),
        ("/v1/imports?cursor=%00", 422),
        ("/loop-api-publiques/compte?codeDossier=%00", 400),
        ("/loop-api-publiques/getstatus?accountingImportRequestId=%00", 400),
        ("/loop-api-publiques/getFileUrlDeposit?filename=%00.txt", 400),
    ],
)
def test_a_control_character_in_an_address_is_refused(service, key, path, status):
    answer = call(service, key, "GET", path)
    assert answer.status_code == status
    assert ("route-unknown" in answer.text) is (status == 404)  # before anything is looked up
