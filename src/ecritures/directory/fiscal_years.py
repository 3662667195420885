"""The fiscal years of a dossier: named, measured, one after the other."""

from __future__ import annotations

from calendar import monthrange
from datetime import timedelta
from typing import TYPE_CHECKING

from ecritures.core.errors import NotFoundError, RefusedRequestError
from ecritures.directory.dossiers import FiscalYear

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from ecritures.directory.dossiers import Dossier

MONTHS_MAX = 24
MONTHS_USUAL = 12
LAST_YEAR = 2999


def find_year(dossier: Dossier, name: str) -> FiscalYear:
    """Return a fiscal year by its first day, or by the year in which it alone ends.

    Raises:
        NotFoundError: There is none.
        RefusedRequestError: Several end in that year.
    """
    years = dossier.fiscal_years
    found = [year for year in years if year.start.isoformat() == name] or [
        year for year in years if f"{year.end:%Y}" == name
    ]
    if not found:
        raise NotFoundError(
            "fiscal-year-unknown",
            f"Le dossier {dossier.code} n'a pas d'exercice « {name} » : donnez son premier jour, ou"
            " l'année où il finit.",
            f"Dossier {dossier.code} has no fiscal year “{name}”: give its first day, or the year"
            " in which it ends.",
        )
    if len(found) > 1:
        raise RefusedRequestError(
            "fiscal-year-ambiguous",
            f"Plusieurs exercices finissent en {name} : donnez le premier jour, comme"
            f" {found[0].start}.",
            f"Several fiscal years end in {name}: give the first day, as in {found[0].start}.",
        )
    return found[0]


def checked_day(day: date) -> date:
    """Return the last day of a year or a lock: days after it must exist.

    Raises:
        RefusedRequestError: It is too far in the future.
    """
    if day.year > LAST_YEAR:
        raise RefusedRequestError(
            "day-too-late",
            f"La date {day} dépasse l'année {LAST_YEAR}.",
            f"The date {day} is after the year {LAST_YEAR}.",
        )
    return day


def year_before(dossier: Dossier, year: FiscalYear) -> FiscalYear | None:
    """Return the last fiscal year that ends before another begins."""
    earlier = [one for one in dossier.fiscal_years if one.end < year.start]
    return max(earlier, key=lambda one: one.end, default=None)


def year_after(dossier: Dossier, year: FiscalYear) -> FiscalYear | None:
    """Return the first fiscal year that begins after another ends."""
    later = [one for one in dossier.fiscal_years if one.start > year.end]
    return min(later, key=lambda one: one.start, default=None)


def months_of(start: date, end: date) -> int:
    """Return how many months two days span, both included; a month begun counts."""
    months = 0
    while months <= MONTHS_MAX and _month_later(start, months) <= end:
        months += 1
    return months


def days_between(before: FiscalYear, after: FiscalYear) -> tuple[date, date] | None:
    """Return the first and the last day between two fiscal years; None: they follow each other."""
    first, last = before.end + timedelta(days=1), after.start - timedelta(days=1)
    return (first, last) if first <= last else None


def years_to_cover(dossier: Dossier, days: Iterable[date]) -> list[FiscalYear]:
    """Return the fiscal years that a dossier lacks to have one for each day.

    They are of twelve months, next to those there are; a shorter one fills a gap. A dossier without
    any fiscal year lacks none: it takes every day.
    """
    known = sorted(dossier.fiscal_years, key=lambda year: year.start)
    missing: list[FiscalYear] = []
    for day in sorted(days) if known else ():
        while not any(year.start <= day <= year.end for year in known):
            new = _year_towards(known, day)
            missing.append(new)
            known = sorted([*known, new], key=lambda year: year.start)
    return sorted(missing, key=lambda year: year.start)


def _year_towards(known: Sequence[FiscalYear], day: date) -> FiscalYear:
    """Return the year after the last one that ends before a day, or before the first one."""
    one = timedelta(days=1)
    earlier = [year for year in known if year.end < day]
    if not earlier:
        start = _month_later(known[0].start, -MONTHS_USUAL)
        return FiscalYear(start, known[0].start - one)
    start = earlier[-1].end + one
    ends = [_month_later(start, MONTHS_USUAL) - one]
    ends += [year.start - one for year in known if year.start > start]
    return FiscalYear(start, min(ends))


def _month_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
