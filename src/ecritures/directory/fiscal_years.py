"""The fiscal years of a dossier: named, measured, one after the other."""

from __future__ import annotations

from calendar import monthrange
from datetime import timedelta
from typing import TYPE_CHECKING

from ecritures.core.errors import NotFoundError, RefusedRequestError

if TYPE_CHECKING:
    from datetime import date

    from ecritures.directory.dossiers import Dossier, FiscalYear

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


def _month_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
