"""Search in a ledger: words of labels, documents and numbers, an amount, an account, a day."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from ecritures.core.folding import fold
from ecritures.database.paging import Key, Page, make_page
from ecritures.ledger.read.conditions import Conditions
from ecritures.ledger.read.filter_texts import FilterError, amounts_of
from ecritures.ledger.read.filters import CodePattern
from ecritures.ledger.read.line_rows import page_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.ledger.read.filters import Filter
    from ecritures.ledger.read.line_rows import Line
    from ecritures.ledger.read.snapshot import Snapshot

LINES_AT_ONCE = 1000
_ACCOUNT = re.compile(r"[1-9][0-9A-Z]{2,}")
_DAY = re.compile(r"(?P<day>[0-9]{1,2})[/.](?P<month>[0-9]{1,2})[/.](?P<year>[0-9]{4})")


def page_found(
    snapshot: Snapshot, wanted: Filter, text: str, limit: int, after: Key | None = None
) -> Page[Line]:
    """Return a page of the lines with all words of a text, or its amount, account or day.

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
    """Return what a text may mean: words, and an amount, an account or a day."""
    words = tuple(dict.fromkeys(fold(text).split()))
    readings = [replace(wanted, anywhere=words)]
    if not wanted.amounts:
        with suppress(FilterError):  # it is no amount
            readings.append(replace(wanted, amounts=(amounts_of(text),)))
    account = text.strip().upper()
    if not wanted.accounts and _ACCOUNT.fullmatch(account):
        readings.append(replace(wanted, accounts=(CodePattern(account),)))
    day = _day(text.strip())
    if day and (wanted.start or day) <= day <= (wanted.end or day):
        readings.append(replace(wanted, start=day, end=day))
    return readings


def _day(text: str) -> date | None:
    """Return the day that a text is: `15/01/2026`, `2026-01-15`."""
    found = _DAY.fullmatch(text)
    with suppress(ValueError):
        if found:
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
        return date.fromisoformat(text)
    return None
