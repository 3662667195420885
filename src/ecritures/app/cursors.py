"""Cursors: the key of the last row of a page, as an opaque text."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ecritures.core.errors import RefusedRequestError

if TYPE_CHECKING:
    from ecritures.database.paging import Key, Page
    from ecritures.ledger.read.filters import Filter

DAY_MIN = "1000"
INTEGER_MAX = 1 << 63  # what a database can hold


def next_cursor(page: Page[Any]) -> str | None:
    """Return the cursor of the page that follows; None after the last page."""
    return write_cursor(page.next_key) if page.next_key is not None else None


def write_cursor(key: Key) -> str:
    """Return a key as a cursor."""
    parts = [part.isoformat() if isinstance(part, date) else part for part in key]
    return urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_cursor(cursor: str | None, *kinds: type) -> Key | None:
    """Return the key that a cursor stands for; None for the first page.

    Args:
        cursor: Sent by the caller.
        kinds: The type of each part of the key: `str`, `int`, `date` or `datetime`.

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


def refuse_cursor(cursor: str | None) -> None:
    """Refuse a cursor beside a form of file, which has every row.

    Raises:
        RefusedRequestError: There is one.
    """
    if cursor:
        raise RefusedRequestError(
            "cursor-of-file",
            "cursor et as ne vont pas ensemble : un fichier contient toutes les lignes. Retirez"
            " l'un des deux.",
            "cursor and as do not go together: a file contains every row. Leave one of them out.",
        )


class PinnedKey(NamedTuple):
    """A filter with its revision, if a cursor gave one, and the key to go on after."""

    wanted: Filter
    after: Key | None


@dataclass(frozen=True, slots=True)
class Pin:
    """What the pages of one read of a ledger have in common.

    Attributes:
        revision: Of the ledger: all pages are read at it, whatever is imported meanwhile.
        digest: Of the filter (see `Filter.digest`).
    """

    revision: int
    digest: str


def next_pinned_cursor(page: Page[Any], pin: Pin) -> str | None:
    """Return the cursor of the page that follows; None after the last page."""
    if page.next_key is None:
        return None
    return write_cursor((pin.revision, pin.digest, *page.next_key))


def read_pinned_cursor(cursor: str | None, wanted: Filter, read: str, *kinds: type) -> PinnedKey:
    """Return the filter at the revision that a cursor is of, and the key to go on after.

    Args:
        cursor: Sent by the caller; None for the first page.
        wanted: The filter of this request.
        read: The name of the list.
        kinds: The type of each part of the key.

    Raises:
        RefusedRequestError: It is not a cursor of this list, or not of this filter.
    """
    found = read_cursor(cursor, int, str, *kinds)
    if found is None:
        return PinnedKey(wanted, None)
    revision, digest, *key = found
    if digest != wanted.digest(read) or wanted.revision not in {None, revision}:
        raise RefusedRequestError(
            "cursor-other-filter",
            "Ce curseur est celui d'une autre lecture : gardez les mêmes filtres d'une page à"
            " l'autre, ou recommencez sans curseur.",
            "This cursor is that of another reading: keep the same filters from page to page, or"
            " start again without a cursor.",
        )
    return PinnedKey(replace(wanted, revision=revision), tuple(key))


def _part(part: Any, kind: type) -> str | int | date:  # noqa: ANN401 - any JSON value
    if kind is datetime and isinstance(part, str):
        return datetime.fromisoformat(part).astimezone(UTC)
    if kind is date and isinstance(part, str) and part >= DAY_MIN:
        return date.fromisoformat(part)
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
