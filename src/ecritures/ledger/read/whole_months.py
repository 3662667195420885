"""Days as whole months, which totals answer, and what is left, which lines do."""

from __future__ import annotations

from calendar import monthrange
from typing import TYPE_CHECKING, NamedTuple

from ecritures.ledger.totals import month_of

if TYPE_CHECKING:
    from datetime import date


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
        first = month_of(start) if start.day == 1 else _next(month_of(start))
        if start.day != 1:
            others.append((start, _last_day(start) if end is None else min(end, _last_day(start))))
    if end is not None:
        is_whole = end == _last_day(end)
        last = month_of(end) if is_whole else _previous(month_of(end))
        if not is_whole and (start is None or start <= end.replace(day=1)):
            others.append((end.replace(day=1), end))
    if first is not None and last is not None and last < first:
        return None, others
    return Months(first, last), others


def _last_day(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _next(month: int) -> int:
    return month + 1 if month % 100 < 12 else month + 89  # noqa: PLR2004 - months of a year


def _previous(month: int) -> int:
    return month - 1 if month % 100 > 1 else month - 89
