"""Which days are open, and the first one that is."""

from __future__ import annotations

from datetime import date

import pytest

from ecritures.directory.dossiers import Dossier, FiscalYear, YearState
from ecritures.ledger.fiscal_years.standing import DayState, first_open_day, state_of_day

YEARS = (
    FiscalYear(date(2022, 1, 1), date(2022, 12, 31), YearState.FINAL),
    FiscalYear(date(2023, 1, 1), date(2023, 12, 31), YearState.CLOSED),
    FiscalYear(date(2024, 1, 1), date(2024, 12, 31)),
)
DOSSIER = Dossier(1, 1, "A", "", "079555421", (), YEARS, date(2024, 1, 31), date(2022, 12, 31))


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2021, 5, 1), DayState.CLOSED),
        (date(2022, 5, 1), DayState.CLOSED),
        (date(2023, 5, 1), DayState.LOCKED),
        (date(2024, 1, 31), DayState.LOCKED),
        (date(2024, 2, 1), DayState.OPEN),
    ],
)
def test_a_day_is_open_locked_or_closed(day, state):
    assert state_of_day(DOSSIER, day) is state


@pytest.mark.parametrize("day", [date(2020, 1, 1), date(2022, 6, 1), date(2024, 1, 31)])
def test_the_first_open_day_comes_after_all_that_is_not(day):
    assert first_open_day(DOSSIER, day) == date(2024, 2, 1)


def test_an_open_day_is_its_own_first_open_day():
    assert first_open_day(DOSSIER, date(2024, 5, 1)) == date(2024, 5, 1)
