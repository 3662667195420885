"""What a caller is told while the database does not answer."""

from __future__ import annotations

import pytest
import structlog

from ecritures.config.logs import configure_logs
from ecritures.database import Database
from helpers.loop_calls import BODY, error_of, post
from helpers.ports import free_port
from helpers.running_service import running_service
from helpers.v1_calls import ASKED, call, problem_of

pytestmark = pytest.mark.timing

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
