"""Days as whole months, which totals answer, and what is left, which lines do."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from ecritures.ledger.survey import month_of


class Months(NamedTuple):
    """The first and the last of some months, as totals name them; None: no limit."""

    first: int | None
    last: int | None


def split_days(
    start: date | None, end: date | None
) -> tuple[Months | None, list[tuple[date, date]]]:
    """Return the whole months between two days, if there are any, and the periods left.

    Args:
        start: The first day; None: no limit.
        end: The last day; None: no limit.
    """
    if start is not None and end is not None and end < start:
        return None, []
    first, last, others = None, None, []
    if start is not None:
        begin = start if start.day == 1 else next_month(start)
        first = month_of(begin)
        if start.day != 1:
            before = begin - timedelta(days=1)
            others.append((start, before if end is None else min(end, before)))
    if end is not None:
        is_whole = (end + timedelta(days=1)).day == 1
        last = month_of(end if is_whole else end.replace(day=1) - timedelta(days=1))
        if not is_whole and (start is None or start <= end.replace(day=1)):
            others.append((end.replace(day=1), end))
    if first is not None and last is not None and last < first:
        return None, others
    return Months(first, last), others


def next_month(day: date) -> date:
    """Return the first day of the month after that of a day."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
