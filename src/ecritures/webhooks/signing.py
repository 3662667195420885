"""Signatures of Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 of a delivery."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """Return a new secret: `whsec_` and 32 random bytes in base64."""
    return PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(
    delivery_id: str, body: str, signers: Iterable[str], now: datetime
) -> dict[str, str]:
    """Return the three headers of a delivery.

    Args:
        delivery_id: The same each time it is sent.
        body: What is sent.
        signers: The secrets; while one is being replaced, both.
        now: When it is sent.
    """
    timestamp = int(now.timestamp())
    signed = f"{delivery_id}.{timestamp}.{body}".encode()
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(secret, signed) for secret in signers),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = b64decode(secret.removeprefix(PREFIX))
    return "v1," + b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
