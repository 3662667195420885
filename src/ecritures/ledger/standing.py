"""Which days of a dossier are open, locked or closed.

A locked day (verrouillé) takes no entry until the lock is lifted. A closed day (clôturé) never
takes one again (PCG art. 1031-4).
"""

from __future__ import annotations

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
