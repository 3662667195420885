"""On which days the entries of opening (à-nouveaux) of a ledger are, as far as years need it.

The totals by month say which months have any. Their days are read only where a year may begin or
end within such a month.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.core.opening_journals import is_opening_journal
from ecritures.database.tables import lines, totals
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.read.conditions import Conditions
from ecritures.ledger.read.filters import Filter
from ecritures.ledger.read.windows import first_day, last_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.directory.dossiers import FiscalYear
    from ecritures.ledger.read.snapshot import Snapshot

ACCOUNTS_TRIED = 20
"""An opening on the first day has a line of one of so many accounts, as a rule."""


def opening_days(snapshot: Snapshot) -> list[date]:
    """Return a day of the year of each entry of opening.

    It is the first day of each month that has any; where a fiscal year begins or ends within it, or
    there are no fiscal years, the first that has an entry of opening, before and after that day.
    """
    years = snapshot.dossier.fiscal_years
    found: list[date] = []
    for month in _opening_months(snapshot):
        parts = list(_parts(years, month))
        if years and len(parts) == 1:
            found.append(parts[0][0])
        else:
            days = (_first_opening(snapshot, *part) for part in parts)
            found.extend(day for day in days if day is not None)
    return found


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


def _parts(years: tuple[FiscalYear, ...], month: int) -> Iterator[tuple[date, date]]:
    """Cut a month where a fiscal year begins or ends; yield the first and last day of each part."""
    one = timedelta(days=1)
    start, end = first_day(month), last_day(month)
    begins = {year.start for year in years} | {year.end + one for year in years}
    for day in sorted(day for day in begins if start < day <= end):
        yield start, day - one
        start = day
    yield start, end


def _first_opening(snapshot: Snapshot, start: date, end: date) -> date | None:
    """Return the first day between two that has an entry of opening."""
    named = snapshot.names(CodeKind.JOURNAL).values()
    journals = tuple(code for code, label in named if is_opening_journal(code, label))
    conditions = Conditions(snapshot, Filter(start=start, end=end, journals=journals))
    accounts = conditions.accounts_held()
    on_first = conditions.within(start, start).of_accounts(accounts[:ACCOUNTS_TRIED])
    if snapshot.connection.execute(on_first.select_lines(lines.c.day).limit(1)).first():
        return start
    between = conditions.of_accounts(accounts).select_lines(sa.func.min(lines.c.day))
    day: date | None = snapshot.connection.execute(between).scalar()
    return day
