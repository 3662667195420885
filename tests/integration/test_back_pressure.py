"""Too much at once: said so, with the moment to come back."""

from __future__ import annotations

from ecritures.config.settings import Settings
from helpers import loop_calls
from helpers.v1_calls import ASKED, call, problem_of


def ask(service, key):
    return call(service, key, "POST", "/v1/imports", json=ASKED)


def other_file(number):
    return loop_calls.BODY | {"URL": f"{loop_calls.URL}{number}"}


def test_a_full_queue_of_a_domain_is_429_on_both_faces(start_service, settings, key, other_key):
    service = start_service(Settings(data_dir=settings.data_dir, domain_queue_imports_max=2))
    assert ask(service, key).status_code == 202
    assert "error" not in loop_calls.post(service, key, other_file(1)).json()

    refused = ask(service, key)
    assert problem_of(refused)["code"] == "domain-queue-full"
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")
    refused = loop_calls.post(service, key, other_file(2))
    assert loop_calls.error_of(refused)["code"] == "domain-queue-full"
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "30")

    body = ASKED | {"dossier": "AUTRE"}
    assert call(service, other_key, "POST", "/v1/imports", json=body).status_code == 202


def test_a_full_queue_is_429_for_every_domain(start_service, settings, key, other_key):
    service = start_service(Settings(data_dir=settings.data_dir, queue_imports_max=1))
    assert ask(service, key).status_code == 202
    body = ASKED | {"dossier": "AUTRE"}
    refused = call(service, other_key, "POST", "/v1/imports", json=body)
    assert problem_of(refused)["code"] == "queue-full"


def test_joining_a_request_that_waits_needs_no_room(start_service, settings, key):
    service = start_service(Settings(data_dir=settings.data_dir, queue_imports_max=1))
    assert loop_calls.asked(service, key) == loop_calls.asked(service, key)


def test_a_disk_almost_full_is_503_on_both_faces(start_service, settings, key):
    service = start_service(Settings(data_dir=settings.data_dir, disk_free_bytes_min=1 << 50))
    refused = ask(service, key)
    assert problem_of(refused)["code"] == "disk-low"
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "60")
    refused = loop_calls.post(service, key, loop_calls.BODY)
    assert loop_calls.error_of(refused)["code"] == "disk-low"
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "60")
    assert call(service, key, "GET", "/v1/imports").status_code == 200


def test_a_key_that_asks_too_often_is_429_and_the_others_are_not(
    start_service, settings, key, other_key
):
    limited = Settings(
        data_dir=settings.data_dir, requests_per_second_max=0.01, requests_burst_max=2
    )
    service = start_service(limited)
    statuses = [call(service, key, "GET", "/v1/imports").status_code for _ in range(2)]
    assert statuses == [200, 200]
    refused = call(service, key, "GET", "/v1/imports")
    assert problem_of(refused)["code"] == "too-many-requests"
    assert 1 <= int(refused.headers["retry-after"]) <= 100
    assert loop_calls.post(service, key, loop_calls.BODY).status_code == 429
    assert call(service, other_key, "GET", "/v1/imports").status_code == 200
