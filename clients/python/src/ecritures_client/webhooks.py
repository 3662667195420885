"""Checks the signature of a delivery, as Standard Webhooks describes it."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

from ecritures_client.errors import SignatureError

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "whsec_"
VERSION = "v1,"
TOLERANCE_SECONDS = 300


def verify_webhook(
    headers: Mapping[str, str],
    body: bytes,
    secret: str,
    *,
    tolerance: float = TOLERANCE_SECONDS,
    now: float | None = None,
) -> dict[str, Any]:
    """Return the event of a delivery: `type`, `timestamp` and `data`.

    Args:
        headers: As received; the case of their names does not matter.
        body: As received, byte for byte.
        secret: What the service has given when the endpoint was registered: `whsec_…`.
        tolerance: How many seconds the delivery may be older or younger than now.
        now: The present time, as `time.time()` has it.

    Raises:
        SignatureError: The service has not sent it, or not now.
    """
    given = {name.lower(): value for name, value in headers.items()}
    delivery, sent_at = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    signed = f"{delivery}.{sent_at}.".encode() + body
    key = b64decode(secret.removeprefix(PREFIX))
    expected = VERSION + b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    signatures = given.get("webhook-signature", "").split()
    matches = [hmac.compare_digest(one.encode(), expected.encode()) for one in signatures]
    if not any(matches):
        message = "no signature of this delivery was made with this secret"
        raise SignatureError(message)
    age = abs((time.time() if now is None else now) - _seconds(sent_at))
    if age > tolerance:
        message = f"this delivery was signed {age:.0f} seconds ago, or will be"
        raise SignatureError(message)
    event: dict[str, Any] = json.loads(body)
    return event


def _seconds(text: str) -> float:
    if not text.isascii() or not text.isdecimal():
        message = "the time of this delivery is not a number of seconds"
        raise SignatureError(message)
    return float(text)
