"""Cursors: opaque, and never trusted."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime

import pytest

from ecritures.app.cursors import next_cursor, read_cursor, write_cursor
from ecritures.core.errors import RefusedRequestError
from ecritures.database.paging import Page

MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)


def encoded(value):
    return urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    ("key", "kinds"), [((MOMENT, "an-id"), (datetime, str)), ((7,), (int,)), (("C1",), (str,))]
)
def test_a_cursor_gives_its_key_back(key, kinds):
    assert read_cursor(write_cursor(key), *kinds) == key


@pytest.mark.parametrize("cursor", [None, ""])
def test_no_cursor_is_the_first_page(cursor):
    assert read_cursor(cursor, str) is None


def test_the_last_page_has_no_cursor():
    assert next_cursor(Page([1])) is None
    assert next_cursor(Page([1], (1,))) == write_cursor((1,))


@pytest.mark.parametrize(
    ("cursor", "kinds"),
    [
        ("not base64!", (str,)),
        (encoded("a text"), (str,)),
        (encoded(["two", "parts"]), (str,)),
        (encoded([]), (str,)),
        (encoded([1]), (str,)),
        (encoded(["1"]), (int,)),
        (encoded([True]), (int,)),
        (encoded([1 << 63]), (int,)),
        (encoded(["\x00"]), (str,)),
        (encoded(["yesterday"]), (datetime,)),
        (encoded([1]), (datetime,)),
        (encoded(["0001-01-01T00:00:00+14:00"]), (datetime,)),
    ],
)
def test_a_cursor_that_the_service_did_not_write_is_refused(cursor, kinds):
    with pytest.raises(RefusedRequestError) as refused:
        read_cursor(cursor, *kinds)
    assert refused.value.sentence.code == "cursor-invalid"
