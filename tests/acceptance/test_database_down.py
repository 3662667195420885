"""What a caller is reported while the database does not answer."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
import structlog

from ecritures.config.logs import configure_logs
from ecritures.database import Database
from ecritures.directory.domains import create_domain
from ecritures.directory.keys import create_key
from helpers.loop_calls import BODY, error_of, post
from helpers.ports import free_port
from helpers.running_service import running_service
from helpers.v1_calls import ASKED, call, problem_of
from helpers.waiting import GUARD_SECONDS

pytestmark = pytest.mark.timing

THREADS = 39  # one less than there are: the service must still authenticate
KEY = "0" * 24 + ":" + "x" * 43


@pytest.fixture
def logs():
    """Log as the program does: structlog left alone takes seconds to draw what was raised."""
    before = structlog.get_config()
    configure_logs("json", "info")
    yield
    structlog.configure(**before)


@pytest.fixture
def service(settings, logs):  # noqa: ARG001 - it logs
    port = free_port()
    with running_service(settings, Database(f"postgresql://x@127.0.0.1:{port}/x")) as service:
        yield service


def test_it_is_told_to_come_back_on_the_loop_compatible_routes(service):
    answer = post(service, KEY, BODY)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert error_of(answer)["code"] == "database-unavailable"
    assert "base de données" in error_of(answer)["message"]


def test_it_is_told_to_come_back_on_v1(service):
    answer = call(service, KEY, "POST", "/v1/imports", json=ASKED)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert problem_of(answer)["code"] == "database-unavailable"


def test_a_value_that_no_check_foresaw_and_it_cannot_keep_is_refused(
    start_service, settings, database, monkeypatch
):
    def refuse(*_arguments):
        raise sa.exc.DataError("", {}, ValueError())

    monkeypatch.setattr("ecritures.api.v1.dossiers.show_dossiers", refuse)
    owner = create_key(database, create_domain(database, "CABINET9"))
    answer = call(start_service(settings), owner, "GET", "/v1/dossiers")
    assert (answer.status_code, problem_of(answer)["code"]) == (422, "value-unstorable")


def test_health_is_answered_while_every_thread_waits_for_the_database(
    start_service, settings, database, monkeypatch
):
    begun, over = threading.Semaphore(0), threading.Event()

    def wait(*_arguments):
        begun.release()
        over.wait(GUARD_SECONDS)
        return []

    monkeypatch.setattr("ecritures.api.v1.dossiers.show_dossiers", wait)
    service = start_service(settings)
    owner = create_key(database, create_domain(database, "CABINET9"))
    asking = [
        threading.Thread(target=call, args=(service, owner, "GET", "/v1/dossiers"))
        for _ in range(THREADS)
    ]
    for one in asking:
        one.start()
    assert all(begun.acquire(timeout=GUARD_SECONDS) for _ in range(THREADS))
    try:
        assert call(service, None, "GET", "/healthz").json() == {"status": "ok"}
    finally:
        over.set()
        for one in asking:
            one.join()
