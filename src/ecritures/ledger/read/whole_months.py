"""Days as whole months and years, which totals answer, and what is left, which lines do."""

from __future__ import annotations

from calendar import monthrange
from typing import TYPE_CHECKING, NamedTuple

from ecritures.ledger.totals import month_of

if TYPE_CHECKING:
    from datetime import date

HALF_MONTH = 15
JANUARY, DECEMBER = 1, 12


class Months(NamedTuple):
    """The first and the last of some months, as totals name them; None: no limit."""

    first: int | None
    last: int | None


class Years(NamedTuple):
    """The first and the last of some calendar years; None: no limit."""

    first: int | None
    last: int | None


class Days(NamedTuple):
    """Some days of a month; `sign`: -1 where a whole month is counted and they are too many."""

    first: date
    last: date
    sign: int = 1


def split_days(start: date | None, end: date | None) -> tuple[Months | None, list[Days]]:
    """Return the whole months between two days, if there are any, and what else to count.

    Of a month that is counted in part, that is the part or the rest, whichever has fewer days.

    Args:
        start: The first day; None: no limit.
        end: The last day; None: no limit.
    """
    if start is not None and end is not None:
        if end < start:
            return None, []
        is_part = start.day != 1 or end != _last_day(end)
        if month_of(start) == month_of(end) and is_part:
            return None, [Days(start, end)]
    first, others = _from(start) if start is not None else (None, [])
    last, more = _until(end) if end is not None else (None, [])
    if first is not None and last is not None and last < first:
        return None, others + more
    return Months(first, last), others + more


def split_months(months: Months) -> tuple[Years | None, list[Months]]:
    """Return the whole years among some months, if there are any, and the other months."""
    first, last = months
    start = None if first is None else first // 100 + (first % 100 > JANUARY)
    end = None if last is None else last // 100 - (last % 100 < DECEMBER)
    if start is not None and end is not None and end < start:
        return None, [months]
    others = []
    if first is not None and first % 100 > JANUARY:
        others.append(Months(first, first // 100 * 100 + DECEMBER))
    if last is not None and last % 100 < DECEMBER:
        others.append(Months(last // 100 * 100 + JANUARY, last))
    return Years(start, end), others


def _from(start: date) -> tuple[int, list[Days]]:
    """Return the first month that is counted whole, and what else to count."""
    before = start.day - 1
    if not before:
        return month_of(start), []
    if before <= HALF_MONTH:
        return month_of(start), [Days(start.replace(day=1), start.replace(day=before), -1)]
    return _next(month_of(start)), [Days(start, _last_day(start))]


def _until(end: date) -> tuple[int, list[Days]]:
    """Return the last month that is counted whole, and what else to count."""
    month_end = _last_day(end)
    after = month_end.day - end.day
    if not after:
        return month_of(end), []
    if after <= HALF_MONTH:
        return month_of(end), [Days(end.replace(day=end.day + 1), month_end, -1)]
    return _previous(month_of(end)), [Days(end.replace(day=1), end)]


def _last_day(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _next(month: int) -> int:
    return month + 1 if month % 100 < DECEMBER else month + 89


def _previous(month: int) -> int:
    return month - 1 if month % 100 > JANUARY else month - 89
