"""Cursors: the key of the last row of a page, as an opaque text."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ecritures.core.errors import RefusedRequestError

if TYPE_CHECKING:
    from ecritures.database.paging import Key, Page

INTEGER_MAX = 1 << 63  # what a database can hold


def next_cursor(page: Page[Any]) -> str | None:
    """Return the cursor of the page that follows; None after the last page."""
    return write_cursor(page.next_key) if page.next_key is not None else None


def write_cursor(key: Key) -> str:
    """Return a key as a cursor."""
    parts = [part.isoformat() if isinstance(part, datetime) else part for part in key]
    return urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, *kinds: type) -> Key | None:
    """Return the key that a cursor stands for; None for the first page.

    Args:
        cursor: Sent by the caller.
        kinds: The type of each part of the key: `str`, `int` or `datetime`.

    Raises:
        RefusedRequestError: It is not a cursor of this list.
    """
    if not cursor:
        return None
    try:
        parts = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(parts, list):
            raise _refused()
        return tuple(_part(part, kind) for part, kind in zip(parts, kinds, strict=True))
    except (ValueError, OverflowError, RecursionError):
        raise _refused() from None


def _part(part: Any, kind: type) -> str | int | datetime:  # noqa: ANN401 - any JSON value
    if kind is datetime and isinstance(part, str):
        return datetime.fromisoformat(part).astimezone(UTC)
    if isinstance(part, kind):
        if isinstance(part, str) and part.isprintable():
            return part
        if isinstance(part, int) and not isinstance(part, bool) and abs(part) < INTEGER_MAX:
            return part
    raise _refused()


def _refused() -> RefusedRequestError:
    return RefusedRequestError(
        "cursor-invalid",
        "Le curseur n'est pas un de ceux que le service a donnés.",
        "The cursor is not one that the service returned.",
    )
