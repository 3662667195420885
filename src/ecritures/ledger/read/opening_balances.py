"""The balance with which each account opens on a day, no opening (à-nouveaux) counted twice.

The opening of a day is what the entries of opening of its year say, and the movements of that year
before it. Where a year has no such entries, it is the closing of the year before: computed. The
accounts of classes 6 and 7 begin each year at zero. So entries of opening are never movements.

A day that is in no fiscal year is in its calendar year, as far as no fiscal year has part of it. In
a dossier without fiscal years, a year begins on the first day of a month that has an entry of
opening.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from ecritures.core.opening_journals import is_opening_journal
from ecritures.database.tables import lines
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.openings.opening_years import year_among
from ecritures.ledger.read.conditions import Conditions
from ecritures.ledger.read.filters import Filter
from ecritures.ledger.read.opening_days import opening_days
from ecritures.ledger.read.sums import add_up, merge
from ecritures.ledger.read.windows import first_day, last_day, lines_by_month

if TYPE_CHECKING:
    from ecritures.directory.dossiers import FiscalYear
    from ecritures.ledger.read.snapshot import Snapshot
    from ecritures.ledger.read.sums import Sums

FIRST_DAY = date(1, 2, 1)
LAST_DAY = date(9999, 11, 30)
"""No limits: the days around them are dates, too."""
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
        is_first: Whether no line is dated before it.
    """

    day: date | None
    year: tuple[date, date] | None = None
    base: tuple[date, date] | None = None
    is_first: bool = False

    @property
    def is_computed(self) -> bool:
        """Whether the year has no entries of opening: its opening is the closing before it."""
        return self.base != self.year


def find_opening(snapshot: Snapshot, start: date | None, end: date | None = None) -> Opening:
    """Return how a ledger opens on a day; None: on the first day of its first year.

    What begins before the first entry of the ledger opens with the first year of the ledger, unless
    it ends before that year.
    """
    held = opening_days(snapshot)
    years = Years(snapshot.dossier.fiscal_years, held)
    bases = sorted({years.of(day) for day in held})
    if start is None:
        return _at_first_year(snapshot, years, bases)
    year = years.of(start)
    if bases and year < bases[0]:
        first = _at_first_year(snapshot, years, bases)
        if first.year and year < first.year and (end is None or end >= first.year[0]):
            return replace(first, day=first.year[0])
    return Opening(start, year, max((one for one in bases if one <= year), default=None))


def _at_first_year(snapshot: Snapshot, years: Years, bases: list[tuple[date, date]]) -> Opening:
    months = lines_by_month(Conditions(snapshot, Filter()))
    if not months:
        return Opening(None)
    first = _first_day(snapshot, years, min(months))
    year = years.of(first)
    base = max((one for one in bases if one <= year), default=None)
    day = first if year[0] == FIRST_DAY else min(year[0], first)
    return Opening(day, year, base, is_first=True)


def _first_day(snapshot: Snapshot, years: Years, month: int) -> date:
    """Return a day of the year of the first line, which is in a month."""
    start, end = first_day(month), last_day(month)
    if years.of(start) == years.of(end):
        return start
    wanted = Conditions(snapshot, Filter(start=start, end=end))
    first: date | None = snapshot.connection.execute(
        wanted.select_lines(sa.func.min(lines.c.day))
    ).scalar()
    return first or start


class Years:
    """The years of a ledger: fiscal years; without any, each opening begins one."""

    def __init__(self, fiscal_years: tuple[FiscalYear, ...], openings: list[date]) -> None:
        self._fiscal_years, self._openings = fiscal_years, sorted(openings)

    def of(self, day: date) -> tuple[date, date]:
        """Return the first and the last day of the year of a day."""
        if self._fiscal_years or not self._openings:
            return year_among(self._fiscal_years, day)
        starts = [one for one in self._openings if one <= day]
        later = [one for one in self._openings if one > day]
        if starts:
            end = later[0] - timedelta(days=1) if later else LAST_DAY
            return starts[-1], end
        return FIRST_DAY, self._openings[0] - timedelta(days=1)


class OpeningSums(NamedTuple):
    """What a ledger opens with.

    Attributes:
        sums: Lines, debit and credit by account, and what they are grouped by besides.
        result_cents: The result of earlier years that no entry of opening has carried: debit less
            credit. It is part of no account.
    """

    sums: Sums
    result_cents: int


def opening_sums(snapshot: Snapshot, wanted: Filter, opening: Opening, *more: str) -> OpeningSums:
    """Add up what each account opens with.

    Args:
        snapshot: The ledger.
        wanted: Which lines; its days do not matter.
        opening: As returned by `find_opening`.
        more: What they are grouped by besides the number of the account; see `sums.add_up`.
    """
    if opening.day is None or opening.year is None:
        return OpeningSums({}, 0)
    written = _written(snapshot, wanted, opening, *more)
    if opening.is_first:
        return OpeningSums(written, 0)
    before = opening.day - timedelta(days=1)
    this_year = _sums(snapshot, movements_of(snapshot, wanted), opening.year[0], before, *more)
    if not opening.is_computed:
        return OpeningSums(merge([this_year, written]), 0)
    of_result = _of_result(snapshot)
    carried = merge([written, _earlier(snapshot, wanted, opening, *more)])
    of_balance_sheet = {key: sums for key, sums in carried.items() if key[0] not in of_result}
    result = sum(
        debit - credit for key, (_, debit, credit) in carried.items() if key[0] in of_result
    )
    return OpeningSums(merge([this_year, of_balance_sheet]), result)


def _written(snapshot: Snapshot, wanted: Filter, opening: Opening, *more: str) -> Sums:
    """Return what the entries of opening say that a ledger begins with."""
    if opening.base is None:
        return {}
    return _sums(snapshot, openings_of(snapshot, wanted), *opening.base, *more)


def _earlier(snapshot: Snapshot, wanted: Filter, opening: Opening, *more: str) -> Sums:
    """Return the movements of the years before that of the opening, from its base on."""
    if opening.year is None:
        return {}
    start = opening.base[0] if opening.base else None
    end = opening.year[0] - timedelta(days=1)
    return _sums(snapshot, movements_of(snapshot, wanted), start, end, *more)


def movements_of(snapshot: Snapshot, wanted: Filter) -> Filter | None:
    """Return a filter without the journals of openings; None: nothing is left."""
    return _with_journals(snapshot, wanted, of_openings=False)


def openings_of(snapshot: Snapshot, wanted: Filter) -> Filter | None:
    """Return a filter of the journals of openings alone; None: nothing is left."""
    return _with_journals(snapshot, wanted, of_openings=True)


def _with_journals(snapshot: Snapshot, wanted: Filter, *, of_openings: bool) -> Filter | None:
    if not snapshot.opening_journals:
        return None if of_openings else wanted
    chosen = tuple(
        code
        for code, label in snapshot.names(CodeKind.JOURNAL).values()
        if is_opening_journal(code, label) is of_openings
        and (not wanted.journals or code in wanted.journals)
    )
    return replace(wanted, journals=chosen) if chosen else None


def _sums(
    snapshot: Snapshot, wanted: Filter | None, start: date | None, end: date, *more: str
) -> Sums:
    if wanted is None or (start is not None and end < start):
        return {}
    conditions = Conditions(snapshot, replace(wanted, start=start, end=end))
    return add_up(conditions, "account_id", *more)


def _of_result(snapshot: Snapshot) -> set[int]:
    named = snapshot.names(CodeKind.ACCOUNT)
    return {number for number, (code, _) in named.items() if code.startswith(OF_RESULT)}
