"""Which days of a dossier are open, locked or closed.

A locked day (verrouillé) takes no entry until the lock is lifted. A closed day (clôturé) never
takes one again (PCG art. 1031-4).
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from ecritures.directory.dossiers import YearState

if TYPE_CHECKING:
    from datetime import date

    from ecritures.directory.dossiers import Dossier


class DayState(StrEnum):
    """Whether entries may be dated on a day."""

    OPEN = "open"
    LOCKED = "locked"
    CLOSED = "closed"


def state_of_day(dossier: Dossier, day: date) -> DayState:
    """Return whether entries may be dated on a day."""
    if dossier.closed_through is not None and day <= dossier.closed_through:
        return DayState.CLOSED
    years = [year.state for year in dossier.fiscal_years if year.start <= day <= year.end]
    if YearState.FINAL in years:
        return DayState.CLOSED
    if YearState.CLOSED in years:
        return DayState.LOCKED
    if dossier.locked_through is not None and day <= dossier.locked_through:
        return DayState.LOCKED
    return DayState.OPEN


def first_open_day(dossier: Dossier, day: date) -> date:
    """Return a day if it is open, else the first open day after it."""
    limits = [dossier.closed_through, dossier.locked_through]
    while state_of_day(dossier, day) is not DayState.OPEN:
        ends = [year.end for year in dossier.fiscal_years if year.closed and year.start <= day]
        day = min(end for end in [*ends, *limits] if end is not None and end >= day)
        day += timedelta(days=1)
    return day


def has_closed_days(dossier: Dossier) -> bool:
    """Return whether any day of a dossier is not open."""
    limits = (dossier.locked_through, dossier.closed_through)
    return any(limits) or any(year.closed for year in dossier.fiscal_years)
