"""Deliveries are signed as Standard Webhooks says."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime

from ecritures.webhooks.signing import PREFIX, SECRET_BYTES, new_secret, signed_headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = datetime.fromtimestamp(1614265330, UTC)
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = '{"test": 2432232314}'


def test_the_worked_example_of_the_specification():
    assert signed_headers(ID, BODY, [SECRET], NOW) == {
        "webhook-id": ID,
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_while_a_secret_is_replaced_both_sign():
    new = new_secret()
    both = signed_headers(ID, BODY, [new, SECRET], NOW)["webhook-signature"].split(" ")
    assert both == [
        signed_headers(ID, BODY, [secret], NOW)["webhook-signature"] for secret in (new, SECRET)
    ]


def test_a_secret_is_random_and_long():
    one, other = new_secret(), new_secret()
    assert one != other
    assert one.startswith(PREFIX)
    assert len(b64decode(one.removeprefix(PREFIX))) == SECRET_BYTES
