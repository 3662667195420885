"""Search in a ledger: words of labels, documents and numbers of entries, or an amount."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from ecritures.core.folding import fold
from ecritures.database.paging import Key, Page, make_page
from ecritures.ledger.read.conditions import Conditions
from ecritures.ledger.read.filter_texts import FilterError, amounts_of
from ecritures.ledger.read.line_rows import page_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.ledger.read.filters import Filter
    from ecritures.ledger.read.line_rows import Line
    from ecritures.ledger.read.snapshot import Snapshot

LINES_AT_ONCE = 1000


def page_found(
    snapshot: Snapshot, wanted: Filter, text: str, limit: int, after: Key | None = None
) -> Page[Line]:
    """Return a page of the lines that have all words of a text, or the amount that it is.

    Args:
        snapshot: The ledger.
        wanted: Only among these lines.
        text: What is looked for.
        limit: How many.
        after: The key of the last line of the page before: date, batch, line.
    """
    held: dict[Key, Line] = {}
    for one in _readings(wanted, text):
        for line in page_lines(Conditions(snapshot, one), limit + 1, after).items:
            held[line.key] = line
    return make_page([held[key] for key in sorted(held)], limit, lambda one: one.key)


def stream_found(snapshot: Snapshot, wanted: Filter, text: str) -> Iterator[Line]:
    """Yield all of them, in bounded memory."""
    page = page_found(snapshot, wanted, text, LINES_AT_ONCE)
    yield from page.items
    while page.next_key is not None:
        page = page_found(snapshot, wanted, text, LINES_AT_ONCE, page.next_key)
        yield from page.items


def _readings(wanted: Filter, text: str) -> list[Filter]:
    """Return what a text may mean: words, and an amount."""
    words = tuple(dict.fromkeys(fold(text).split()))
    readings = [replace(wanted, anywhere=words)]
    if not wanted.amounts:
        with suppress(FilterError):  # it is no amount
            readings.append(replace(wanted, amounts=(amounts_of(text),)))
    return readings
