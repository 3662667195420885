"""What `/metrics` and the logs tell."""

from __future__ import annotations

import io
import json
import sys

import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families

from ecritures.config.logs import configure_logs
from ecritures.config.settings import Settings
from ecritures.imports.queries import list_attempts
from helpers.fec import entries, fec, line
from helpers.v1_calls import URL, asked, call

pytestmark = pytest.mark.timing


@pytest.fixture
def work(importing):
    """Run an import with what the downloader answers."""

    def run(import_id, *answers):
        importing.answer(*answers, url=URL)
        importing.run(import_id)

    return run


def metrics(service):
    answer = call(service, None, "GET", "/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_an_empty_service_tells_zeros(service):
    found = metrics(service)
    assert found["ecritures_database_up",] == 1
    assert found["ecritures_lines_total",] == 0
    for state in ("waiting", "postponed", "running"):
        assert found["ecritures_queue_imports", state] == 0


def test_the_queue_is_told_by_state(service, key):
    asked(service, key)
    asked(service, key)
    found = metrics(service)
    assert found["ecritures_queue_imports", "waiting"] == 2
    assert found["ecritures_queue_oldest_seconds", "waiting"] > 0


def test_the_work_is_counted_by_its_rows_and_survives_a_restart(
    service, start_service, settings, key, work
):
    good = fec(entries(3, PieceDate=""))
    work(asked(service, key)["id"], good)
    work(asked(service, key)["id"], fec([line(debit="10,00"), line(account="401", credit="9,99")]))
    work(asked(service, key, dryRun=True)["id"], good)
    found = metrics(service)
    assert found["ecritures_lines_total",] == 6
    assert found["ecritures_bytes_total",] == len(good)
    assert found["ecritures_imports_total", "done"] == 2
    assert found["ecritures_imports_total", "error"] == 1
    assert found["ecritures_attempts_total", "done"] == 2
    assert found["ecritures_attempts_total", "refused"] == 1
    assert found["ecritures_anomalies_total", "FEC-OBL-02"] == 12
    assert found["ecritures_anomalies_total", "FEC-ECR-01"] >= 1
    for phase, count in (("download", 3), ("check", 3), ("load", 1), ("publish", 1)):
        assert found["ecritures_phase_seconds_count", phase] == count
        assert found["ecritures_phase_seconds_sum", phase] > 0

    again = metrics(start_service(settings))
    assert again["ecritures_lines_total",] == 6
    assert again["ecritures_anomalies_total", "FEC-OBL-02"] == 12


def test_each_attempt_tells_how_long_its_phases_took(service, key, work, database):
    import_id = asked(service, key)["id"]
    work(import_id, fec(entries(1)))
    (attempt,) = call(service, key, "GET", f"/v1/imports/{import_id}").json()["attempts"]
    assert list(attempt["phaseSeconds"]) == ["download", "check", "load", "publish"]
    assert attempt["phaseSeconds"] == list_attempts(database, import_id)[0].phase_seconds


def test_requests_are_told_by_route_and_status_never_by_what_callers_make_up(service, key):
    import_id = asked(service, key)["id"]
    call(service, key, "GET", f"/v1/imports/{import_id}")
    call(service, key, "GET", "/v1/imports/none")
    call(service, None, "GET", "/made-up")
    call(service, None, "BREW", "/v1/imports")
    found = metrics(service)
    name = "ecritures_http_request_seconds_count"
    assert found[name, "GET", "/v1/imports/{import_id}", "200"] == 1
    assert found[name, "GET", "/v1/imports/{import_id}", "404"] == 1
    assert found[name, "GET", "unknown", "404"] == 1
    assert any(key[:2] == (name, "other") for key in found)
    assert not any("made-up" in part or import_id in part for key in found for part in key)


def test_a_database_that_does_not_answer_is_told(service, database):
    with database.load() as connection:
        connection.exec_driver_sql("ALTER TABLE attempts RENAME TO hidden")
    assert metrics(service)["ecritures_database_up",] == 0


def test_one_grep_follows_a_request_from_http_to_the_ledger(service, key, work, monkeypatch):
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    before = structlog.get_config()
    configure_logs(Settings().log_format, "info")  # no terminal: JSON
    try:
        answer = call(service, key, "POST", "/v1/imports", json={"dossier": "CEGID003", "url": URL})
        work(answer.json()["id"], fec(entries(1)))
    finally:
        structlog.configure(**before)
    lines = [json.loads(text) for text in written.getvalue().splitlines()]
    of_request = [one for one in lines if one.get("request_id") == answer.headers["request-id"]]
    told = {one["event"] for one in of_request}
    assert told == {"request", "import asked for", "attempt begins", "import ended"}
    assert {one["import_id"] for one in of_request if "import_id" in one} == {answer.json()["id"]}
    assert "sig=secret" not in written.getvalue()
