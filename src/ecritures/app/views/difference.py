"""What an import does to each entry, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired

from typing_extensions import TypedDict

from ecritures.app.cursors import next_cursor

if TYPE_CHECKING:
    from ecritures.imports.read import difference


class DifferenceItem(TypedDict):
    """One entry. `line`: its first one in the file; `entry`: that of the ledger.

    `before` is the entry of the ledger that it changes, `after` the one that was posted.
    """

    change: str
    journal: str
    number: str
    date: str | None
    line: NotRequired[int]
    entry: NotRequired[str]
    before: NotRequired[str]
    after: NotRequired[str]


class DifferencePage(TypedDict):
    """A page of entries, and how many there are by what becomes of them."""

    counts: dict[str, int]
    items: list[DifferenceItem]
    nextCursor: str | None


def difference_page(found: difference.DifferencePage) -> DifferencePage:
    """Return a page of a difference as JSON."""
    return {
        "counts": found.counts,
        "items": [DifferenceItem(**item) for item in found.page.items],  # type: ignore[typeddict-item]
        "nextCursor": next_cursor(found.page),
    }
