"""The same request, sent again."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from ecritures.app.idempotency import forget_answers
from ecritures.config.settings import Settings
from ecritures.core.clock import FakeClock
from ecritures.database import tables
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import create_key
from ecritures.formats.layouts.builtin import builtin_document
from ecritures.imports import state as claims
from ecritures.imports.queries import get_import
from ecritures.imports.request import Status
from helpers import loop_calls
from helpers.transitions import claim_import
from helpers.v1_calls import ASKED, asked, call, problem_of

pytestmark = pytest.mark.timing

HEADERS = {"Idempotency-Key": "4f1c-one"}


@pytest.fixture
def database(database):
    """A database whose time stands still."""
    database.clock = FakeClock()
    return database


def ask(service, key, body=ASKED, headers=HEADERS):
    return call(service, key, "POST", "/v1/imports", json=body, headers=headers)


def imports(database):
    with database.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(tables.imports)).scalar()


def test_the_same_key_and_body_get_the_same_answer(service, key, database):
    first, second = ask(service, key), ask(service, key)

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.content == second.content
    assert first.headers["location"] == second.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert imports(database) == 1


def test_the_answer_is_replayed_even_when_the_queue_is_full(start_service, settings, key):
    service = start_service(Settings(data_dir=settings.data_dir, queue_imports_max=1))
    first = ask(service, key)
    assert ask(service, key).content == first.content
    assert ask(service, key, headers={}).status_code == 429


def test_the_same_key_with_another_body_is_a_conflict(service, key, database):
    ask(service, key)
    problem = problem_of(ask(service, key, ASKED | {"dryRun": True}))
    assert (problem["status"], problem["code"]) == (409, "idempotency-conflict")
    assert imports(database) == 1


def test_the_same_key_on_another_route_is_a_conflict(service, key):
    ask(service, key)
    body = {"code": "MANON001", "siren": "552100554"}
    answer = call(service, key, "POST", "/v1/dossiers", json=body, headers=HEADERS)
    assert problem_of(answer)["code"] == "idempotency-conflict"


def test_keys_of_two_domains_have_nothing_in_common(service, key, other_key, database):
    assert ask(service, key).status_code == 202
    assert ask(service, other_key, ASKED | {"dossier": "AUTRE"}).status_code == 202
    assert imports(database) == 2


def test_a_refused_request_may_be_mended_under_its_key(service, key):
    assert ask(service, key, ASKED | {"dossier": "RIEN"}).status_code == 422
    assert ask(service, key).status_code == 202


def test_twins_at_the_same_moment_act_once(service, key, database):
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(ask(service, key))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [202] * 6
    assert len({answer.content for answer in answers}) == 1
    assert imports(database) == 1


def test_a_key_is_forgotten_after_its_hours(service, key, database):
    ask(service, key)
    database.clock.advance(timedelta(hours=23))
    assert ask(service, key).headers["idempotency-replayed"] == "true"
    database.clock.advance(timedelta(hours=2))
    assert ask(service, key, ASKED | {"dryRun": True}).status_code == 202


def test_the_housekeeping_removes_old_answers(service, key, database):
    ask(service, key)
    for before, left in ((timedelta(0), 1), (timedelta(seconds=1), 0)):
        forget_answers(database, database.clock.now() + before)
        with database.read() as connection:
            assert len(connection.execute(sa.select(tables.idempotency_keys)).all()) == left


@pytest.mark.parametrize("wrong", ["", "é".encode().decode("latin-1"), "x" * 256, "a b"])
def test_a_key_that_is_not_one_is_refused(service, key, wrong):
    answer = ask(service, key, headers={"Idempotency-Key": wrong.encode("latin-1")})
    assert problem_of(answer)["code"] == "request-invalid"


def test_a_dossier_is_created_once(service, key):
    body = {"code": "MANON001", "siren": "552100554"}
    first, second = (
        call(service, key, "POST", "/v1/dossiers", json=body, headers=HEADERS) for _ in range(2)
    )
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second.headers["location"] == "/v1/dossiers/MANON001"
    again = call(service, key, "POST", "/v1/dossiers", json=body)
    assert problem_of(again)["code"] == "dossier-exists"


def test_an_import_is_cancelled_once(service, key):
    path = f"/v1/imports/{asked(service, key)['id']}/cancel"
    first, second = (call(service, key, "POST", path, headers=HEADERS) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content
    assert first.json()["messageCode"] == "import-cancelled"
    assert "location" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"
    assert problem_of(call(service, key, "POST", path))["code"] == "import-ended"


def test_an_import_is_tried_again_once(service, key, database):
    import_id = asked(service, key)["id"]
    path = f"/v1/imports/{import_id}/retry"
    first = call(service, key, "POST", path, headers=HEADERS)
    database.clock.advance(timedelta(minutes=1))
    second = call(service, key, "POST", path, headers=HEADERS)
    assert (first.status_code, first.content) == (200, second.content)
    assert get_import(database, import_id).due_at == database.clock.now() - timedelta(minutes=1)


def test_a_key_of_one_change_is_not_one_of_another(service, key):
    first, second = (f"/v1/imports/{asked(service, key)['id']}" for _ in range(2))
    assert call(service, key, "POST", f"{first}/retry", headers=HEADERS).status_code == 200
    for path in (f"{first}/cancel", f"{second}/retry"):
        answer = call(service, key, "POST", path, headers=HEADERS)
        assert problem_of(answer)["code"] == "idempotency-conflict"


def test_a_refused_change_may_be_asked_again_under_its_key(service, key):
    path = f"/v1/imports/{asked(service, key)['id']}/cancel"
    call(service, key, "POST", path)
    for _ in range(2):
        refused = call(service, key, "POST", path, headers=HEADERS)
        assert problem_of(refused)["code"] == "import-ended"


def test_a_model_is_kept_once(service, key):
    def keep(title):
        document = builtin_document("csv") | {"name": "Export à moi – 2", "title": title}
        body = {"document": document}
        return call(service, key, "POST", "/v1/models", json=body, headers=HEADERS)

    first, second = keep("Mien"), keep("Mien")
    assert (first.status_code, first.content) == (201, second.content)
    assert second.headers["idempotency-replayed"] == "true"
    kept = call(service, key, "GET", first.headers["location"]).json()
    assert kept["document"] == first.json()["document"]
    assert problem_of(keep("Autre"))["code"] == "idempotency-conflict"


def test_a_trial_has_one_answer(service, key):
    def attempt(content):
        body = {"model": "csv", "content": content}
        return call(service, key, "POST", "/v1/models/try", json=body, headers=HEADERS)

    first, second = attempt("a;b"), attempt("a;b")
    assert (first.status_code, first.content) == (200, second.content)
    assert second.headers["idempotency-replayed"] == "true"
    assert problem_of(attempt("c;d"))["code"] == "idempotency-conflict"


def test_every_post_of_the_product_takes_a_key(service):
    described = call(service, None, "GET", "/openapi.json").json()
    without = [
        path
        for path, item in described["paths"].items()
        if path.startswith("/v1/") and "post" in item
        and all(one["name"] != "Idempotency-Key" for one in item["post"].get("parameters", ()))
    ]  # fmt: skip
    assert without == []


def test_a_key_that_may_touch_less_is_not_given_the_answer(service, key, database, domain):
    create_dossier(database, domain, code="MANON001", name="", siren="552100554")
    limited = create_key(database, domain, ["MANON001"])
    assert ask(service, key).status_code == 202
    assert problem_of(ask(service, limited))["code"] == "idempotency-conflict"


def test_files_sent_by_twins_leave_one_in_the_storage(service, key, settings):
    def send():
        answers.append(
            call(
                service, key, "POST", "/v1/imports", headers=HEADERS,
                data={"dossier": "CEGID003"}, files={"file": ("one.txt", b"one")},
            )
        )  # fmt: skip

    answers = []
    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({answer.content for answer in answers}) == 1
    stored = [path for path in (settings.data_dir / "storage").rglob("*") if path.is_file()]
    assert len(stored) == 1


def test_a_file_sent_twice_under_one_key_is_one_import(service, key, database):
    def send(content):
        return call(
            service, key, "POST", "/v1/imports", headers=HEADERS,
            data={"dossier": "CEGID003"}, files={"file": ("079555421FEC20241231.txt", content)},
        )  # fmt: skip

    assert send(b"one").content == send(b"one").content
    assert problem_of(send(b"two"))["code"] == "idempotency-conflict"
    assert imports(database) == 1


def test_a_loop_request_sent_again_joins_the_one_that_has_not_ended(service, key, database):
    first = loop_calls.asked(service, key)
    assert loop_calls.asked(service, key) == first
    other = loop_calls.post(service, key, loop_calls.BODY | {"SIRET": loop_calls.SIRET})
    assert other.json()["accountingImportRequestId"] == first  # the main one, named or not
    assert call(service, key, "GET", f"/v1/imports/{first}").json()["requestedTimes"] == 3
    assert set(loop_calls.status(service, key, first).json()) >= {"_id", "status"}
    assert imports(database) == 1


def test_a_loop_request_for_another_file_is_another_import(service, key, database):
    loop_calls.asked(service, key)
    loop_calls.post(service, key, loop_calls.BODY | {"URL": loop_calls.URL + "2"})
    assert imports(database) == 2


def test_a_loop_request_after_the_end_is_another_import(service, key, database):
    first = loop_calls.asked(service, key)
    claim = claim_import(database, first)
    assert loop_calls.asked(service, key) == first
    with database.write() as connection:
        claims.finish(
            connection, claim, status=Status.DONE, outcome="done", now=database.clock.now()
        )
    assert loop_calls.asked(service, key) != first


def test_a_loop_request_after_the_window_is_another_import(service, key, database):
    first = loop_calls.asked(service, key)
    database.clock.advance(timedelta(seconds=601))
    assert loop_calls.asked(service, key) != first
    assert get_import(database, first).requested_times == 1


def test_joining_can_be_turned_off(start_service, settings, key):
    service = start_service(Settings(data_dir=settings.data_dir, duplicate_window_seconds=0))
    assert loop_calls.asked(service, key) != loop_calls.asked(service, key)


def test_loop_twins_at_the_same_moment_are_one_import(service, key, database):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(loop_calls.asked(service, key)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert get_import(database, found[0]).requested_times == 6


LOOP_BODY = loop_calls.BODY


def ask_as_loop(service, key, body=LOOP_BODY, headers=HEADERS, route=loop_calls.IMPORT):
    return call(service, key, "POST", route, json=body, headers=headers)


def test_a_loop_request_with_a_key_has_one_answer_also_after_its_import_has_ended(
    service, key, database
):
    first = ask_as_loop(service, key)
    assert first.status_code == 200
    assert "idempotency-replayed" not in first.headers
    import_id = first.json()["accountingImportRequestId"]
    mine = claim_import(database, import_id)
    with database.write() as connection:
        now = database.clock.now()
        claims.finish(connection, mine, status=Status.DONE, outcome="done", now=now)

    second = ask_as_loop(service, key)

    assert (second.status_code, second.content) == (200, first.content)
    assert second.headers["idempotency-replayed"] == "true"
    assert imports(database) == 1
    other = ask_as_loop(service, key, headers={"Idempotency-Key": "another"})
    assert other.json()["accountingImportRequestId"] != import_id


def test_the_key_of_a_loop_request_is_not_that_of_another_one(service, key):
    ask_as_loop(service, key)
    perso = LOOP_BODY | {"MODELE": "quadra"}
    for answer in (
        ask_as_loop(service, key, LOOP_BODY | {"SIRET": loop_calls.SIRET}),
        ask_as_loop(service, key, perso, route="/loop-api-publiques/importPerso"),
    ):
        assert answer.status_code == 409
        assert loop_calls.error_of(answer)["code"] == "idempotency-conflict"
    assert problem_of(ask(service, key))["code"] == "idempotency-conflict"


def test_a_refused_loop_request_may_be_mended_under_its_key(service, key):
    assert ask_as_loop(service, key, LOOP_BODY | {"codeIbs": "RIEN"}).status_code == 400
    assert ask_as_loop(service, None).status_code == 401
    assert ask_as_loop(service, key).status_code == 200


@pytest.mark.parametrize("wrong", ["", "é".encode().decode("latin-1"), "x" * 256, "a b"])
def test_a_loop_request_with_a_key_that_is_not_one_is_refused(service, key, wrong):
    answer = ask_as_loop(service, key, headers={"Idempotency-Key": wrong.encode("latin-1")})
    assert answer.status_code == 400
    assert loop_calls.error_of(answer)["code"] == "idempotency-key-invalid"


def test_loop_twins_at_the_same_moment_act_once(service, key, database):
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(ask_as_loop(service, key))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [200] * 6
    assert len({answer.content for answer in answers}) == 1
    assert imports(database) == 1
