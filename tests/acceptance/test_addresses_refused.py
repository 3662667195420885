"""Addresses that cannot be one are refused when they are given, not a day later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ecritures.imports import state as states
from ecritures.imports.queries import get_import
from ecritures.imports.request import Status
from helpers.loop_calls import BODY, error_of, post, status
from helpers.transitions import claim_import
from helpers.v1_calls import ASKED, asked, call, problem_of

WRONG = [
    ("nonsense", "download-address-invalid"),
    ("/etc/passwd", "download-address-invalid"),
    ("http://127.0.0.1:99999/x", "download-address-invalid"),
    ("ftp://files.example/x.txt", "download-scheme-refused"),
]


@pytest.mark.parametrize(("url", "code"), WRONG)
def test_they_are_refused_on_both_faces(service, key, url, code):
    answer = post(service, key, BODY | {"URL": url})
    assert (answer.status_code, error_of(answer)["code"]) == (400, code)
    answer = call(service, key, "POST", "/v1/imports", json=ASKED | {"url": url})
    assert (problem_of(answer)["status"], problem_of(answer)["code"]) == (422, code)


def test_the_messages_of_the_vendor_come_first(service, key):
    answer = post(service, key, BODY | {"URL": "nonsense", "SIRET": "1"})
    assert error_of(answer)["code"] == "siret-invalid"


def test_an_address_that_expires_soon_is_told_until_the_import_is_done(service, key, database):
    soon = datetime.now(UTC) + timedelta(hours=1)
    url = f"https://x.example/f.txt?sv=2020-08-04&sp=r&sig=S&se={soon:%Y-%m-%dT%H:%M:%SZ}"
    import_id = post(service, key, BODY | {"URL": url}).json()["accountingImportRequestId"]
    assert "dans moins de 24 heures" in status(service, key, import_id).json()["message"]
    mine = claim_import(database, import_id)
    assert status(service, key, import_id).json()["message"]
    with database.write() as connection:
        now = database.clock.now()
        states.finish(connection, mine, status=Status.DONE, outcome="done", now=now)
    assert status(service, key, import_id).json()["message"] is None
    assert get_import(database, import_id).warnings


def test_a_control_character_in_the_name_of_a_file_is_dropped(service, key):
    view = asked(service, key, url="https://x.example/a%00b.txt")
    assert view["source"]["name"] == "ab.txt"
