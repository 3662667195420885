"""Pages by cursor: an opaque text that says where the last one ended."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated

from fastapi import Query

from ecritures.core.errors import RefusedRequestError

PAGE_ITEMS_MAX = 1000
INTEGER_MAX = 1 << 63  # what a database can hold

Cursor = Annotated[str | None, Query(description="`nextCursor` de la page précédente.")]
Limit = Annotated[int, Query(ge=1, le=PAGE_ITEMS_MAX, description="Taille de la page.")]


def write_cursor(*parts: str | int) -> str:
    """Return a cursor holding these parts."""
    return urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_cursor(cursor: str, *kinds: type) -> list[str | int]:
    """Return the parts of a cursor.

    Args:
        cursor: What the caller gave.
        kinds: The type of each part.

    Raises:
        RefusedRequestError: It is not a cursor of this list.
    """
    try:
        parts = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        parts = None
    if (
        not isinstance(parts, list)
        or [type(part) for part in parts] != list(kinds)
        or not all(_is_storable(part) for part in parts)
    ):
        raise cursor_refused()
    return parts


def _is_storable(part: str | int) -> bool:
    return part.isprintable() if isinstance(part, str) else abs(part) < INTEGER_MAX


def cursor_refused() -> RefusedRequestError:
    """Return the refusal of a cursor that the service did not write."""
    return RefusedRequestError(
        "cursor-invalid",
        "Le curseur n'est pas un de ceux que le service a donnés.",
        "The cursor is not one that the service gave.",
    )
