"""Days that are read one after the other, so that a page reads little more than it shows.

No index gives the lines of a ledger in the order of their dates: several batches hold those of a
day. The totals by month tell which months hold enough lines for a page.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.database.tables import totals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.ledger.read.conditions import Conditions

Days = tuple[date | None, date | None]
GROWTH = 8
"""How many times more lines the next window has, where one did not fill the page."""


def lines_by_month(conditions: Conditions) -> dict[int, int]:
    """Return how many lines each month has that may be wanted, by month as totals name it."""
    of = conditions.totals_table
    table = totals if of is None else of
    count = sa.func.sum(table.c.lines)
    query = (
        sa.select(table.c.month, count)
        .where(*conditions.of_totals(table))
        .group_by(table.c.month)
        .having(count > 0)
        .order_by(table.c.month)
    )
    return {month: int(lines) for month, lines in conditions.snapshot.connection.execute(query)}


def windows(conditions: Conditions, after: date | None, lines: int) -> Iterator[Days]:
    """Yield the days to read, from a day on.

    Args:
        conditions: What is wanted.
        after: The day to begin with; None: the first.
        lines: How many lines the first window should have.
    """
    first = after.year * 100 + after.month if after else 0
    months = [(month, n) for month, n in lines_by_month(conditions).items() if month >= first]
    place = 0
    while place < len(months):
        begin, held = place, 0
        while place < len(months) and (held < lines or place == begin):
            held += months[place][1]
            place += 1
        yield first_day(months[begin][0]), last_day(months[place - 1][0])
        lines *= GROWTH


def first_day(month: int) -> date:
    """Return the first day of a month, as totals name it."""
    return date(month // 100, month % 100, 1)


def last_day(month: int) -> date:
    """Return the last day of a month, as totals name it."""
    return date(month // 100, month % 100, monthrange(month // 100, month % 100)[1])
