"""The balance with which each account opens on a day, no opening (à-nouveaux) counted twice.

The opening of a day is what the entries of opening of its year say, and the movements of that year
before it. Where a year has no such entries, it is the closing of the year before: computed. The
accounts of classes 6 and 7 begin each year at zero. So entries of opening are never movements.

A day that is in no fiscal year is in its calendar year.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.core.opening_journals import is_opening_code
from ecritures.database.tables import lines, totals
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.read.conditions import Conditions
from ecritures.ledger.read.filters import Filter
from ecritures.ledger.read.journals import Sums, add_up, merge
from ecritures.ledger.read.windows import first_day, last_day, lines_by_month

if TYPE_CHECKING:
    from ecritures.directory.dossiers import Dossier
    from ecritures.ledger.read.snapshot import Snapshot

OF_RESULT = ("6", "7")
"""The classes of accounts that begin each year at zero."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How a ledger opens.

    Attributes:
        day: The first day of what is read; None: there is nothing to read.
        year: First and last day of its year.
        base: First and last day of the last year that has entries of opening, up to that one;
            None: there is none.
    """

    day: date | None
    year: tuple[date, date] | None = None
    base: tuple[date, date] | None = None

    @property
    def is_computed(self) -> bool:
        """Whether the year has no entries of opening: its opening is the closing before it."""
        return self.base != self.year


def find_opening(snapshot: Snapshot, start: date | None) -> Opening:
    """Return how a ledger opens on a day; None: on the first day of its first year."""
    if start is None:
        months = lines_by_month(Conditions(snapshot, Filter()))
        if not months:
            return Opening(None)
        start = year_of(snapshot.dossier, last_day(min(months)))[0]
        start = min(start, first_day(min(months)))
        year = year_of(snapshot.dossier, last_day(min(months)))
    else:
        year = year_of(snapshot.dossier, start)
    held = [year_of(snapshot.dossier, last_day(month)) for month in _opening_months(snapshot)]
    return Opening(start, year, max((one for one in held if one <= year), default=None))


def year_of(dossier: Dossier, day: date) -> tuple[date, date]:
    """Return the first and the last day of the fiscal year of a day, else of its calendar year."""
    for year in dossier.fiscal_years:
        if year.start <= day <= year.end:
            return year.start, year.end
    return date(day.year, 1, 1), date(day.year, 12, 31)


def opening_sums(snapshot: Snapshot, wanted: Filter, opening: Opening) -> Sums:
    """Return what each account opens with, by its number: lines, debit and credit.

    Args:
        snapshot: The ledger.
        wanted: Which lines; its days do not matter.
        opening: As returned by `find_opening`.
    """
    if opening.day is None or opening.year is None:
        return {}
    before = opening.day - timedelta(days=1)
    begin = opening.base[0] if opening.base else None
    all_years = _by_account(snapshot, movements_of(snapshot, wanted), begin, before)
    this_year = all_years
    if begin != opening.year[0]:
        this_year = _by_account(snapshot, movements_of(snapshot, wanted), opening.year[0], before)
    written = (
        _by_account(snapshot, _openings_of(snapshot, wanted), *opening.base) if opening.base else {}
    )
    of_result = _of_result(snapshot)
    parts = [
        {number: sums for number, sums in all_years.items() if number not in of_result},
        {number: sums for number, sums in this_year.items() if number in of_result},
        {
            number: sums
            for number, sums in written.items()
            if number not in of_result or not opening.is_computed
        },
    ]
    return merge(parts)


def movements_of(snapshot: Snapshot, wanted: Filter) -> Filter | None:
    """Return a filter without the journals of openings; None: nothing is left."""
    return _with_journals(snapshot, wanted, of_openings=False)


def _openings_of(snapshot: Snapshot, wanted: Filter) -> Filter | None:
    return _with_journals(snapshot, wanted, of_openings=True)


def _with_journals(snapshot: Snapshot, wanted: Filter, *, of_openings: bool) -> Filter | None:
    if not snapshot.opening_journals:
        return None if of_openings else wanted
    codes = [code for code, _ in snapshot.names(CodeKind.JOURNAL).values()]
    chosen = tuple(
        code
        for code in codes
        if is_opening_code(code) is of_openings and (not wanted.journals or code in wanted.journals)
    )
    return replace(wanted, journals=chosen) if chosen else None


def _by_account(snapshot: Snapshot, wanted: Filter | None, start: date | None, end: date) -> Sums:
    if wanted is None or (start is not None and end < start):
        return {}
    conditions = Conditions(snapshot, replace(wanted, start=start, end=end))
    return add_up(conditions, totals.c.account_id, lines.c.account_id)


def _of_result(snapshot: Snapshot) -> set[int]:
    named = snapshot.names(CodeKind.ACCOUNT)
    return {number for number, (code, _) in named.items() if code.startswith(OF_RESULT)}


def _opening_months(snapshot: Snapshot) -> list[int]:
    """Return the months that have entries of opening."""
    if not snapshot.opening_journals:
        return []
    query = (
        sa.select(totals.c.month)
        .where(
            *Conditions(snapshot, Filter()).of_totals(),
            totals.c.journal_id.in_(snapshot.opening_journals),
        )
        .group_by(totals.c.month)
        .having(sa.func.sum(totals.c.lines) > 0)
    )
    return list(snapshot.connection.execute(query).scalars())
