"""The signature of deliveries, as the service makes it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from ecritures.webhooks.signing import new_secret, signed_headers
from ecritures_client import SignatureError, verify_webhook

NOW = datetime(2026, 1, 31, 8, tzinfo=UTC)
BODY = json.dumps({"type": "import.ended", "data": {"status": 3}})
SECRET, OTHER = new_secret(), new_secret()


def verified(headers, body=BODY, secret=SECRET, seconds=0.0, **more):
    return verify_webhook(headers, body.encode(), secret, now=NOW.timestamp() + seconds, **more)


@pytest.fixture
def headers():
    return signed_headers("msg_1", BODY, [SECRET], NOW)


def test_a_delivery_of_the_service_is_its_event(headers):
    assert verified(headers)["type"] == "import.ended"
    assert verified({name.title(): value for name, value in headers.items()})


def test_either_secret_is_good_while_one_is_being_replaced():
    both = signed_headers("msg_1", BODY, [OTHER, SECRET], NOW)
    assert verified(both)
    assert verified(both, secret=OTHER)


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": "1769846401"},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1,é"},
    ],
)
def test_a_changed_header_is_refused(headers, change):
    with pytest.raises(SignatureError):
        verified(headers | change)


def test_a_changed_body_another_secret_or_no_header_is_refused(headers):
    for one, body, secret in (
        (headers, BODY + " ", SECRET),
        (headers, BODY, OTHER),
        ({}, BODY, SECRET),
    ):
        with pytest.raises(SignatureError):
            verified(one, body, secret)


@pytest.mark.parametrize("seconds", [301, -301])
def test_a_delivery_of_another_time_is_refused(headers, seconds):
    with pytest.raises(SignatureError, match="seconds"):
        verified(headers, seconds=seconds)
    assert verified(headers, seconds=seconds, tolerance=600)
    assert verified(headers, seconds=seconds * 299 // 301)


def test_a_time_that_is_no_number_is_refused():
    signed = signed_headers("msg_1", BODY, [SECRET], NOW)
    with pytest.raises(SignatureError):
        verified(signed | {"webhook-timestamp": "now"})
