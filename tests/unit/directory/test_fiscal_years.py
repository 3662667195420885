"""Fiscal years are named, measured and put in order."""

from __future__ import annotations

from datetime import date

import pytest

from ecritures.core.errors import EcrituresError
from ecritures.directory.dossiers import Dossier, FiscalYear
from ecritures.directory.fiscal_years import days_between, find_year, months_of, years_to_cover

YEARS = (
    FiscalYear(date(2022, 1, 1), date(2022, 12, 31)),
    FiscalYear(date(2023, 1, 1), date(2023, 6, 30)),
    FiscalYear(date(2023, 7, 1), date(2023, 12, 31)),
    FiscalYear(date(2024, 4, 1), date(2025, 3, 31)),
)
DOSSIER = Dossier(1, 1, "CEGID003", "", "079555421", (), YEARS)


@pytest.mark.parametrize(("name", "rank"), [("2022", 0), ("2023-07-01", 2), ("2025", 3)])
def test_a_year_is_named_by_its_first_day_or_by_the_year_it_ends_in(name, rank):
    assert find_year(DOSSIER, name) == YEARS[rank]


@pytest.mark.parametrize(
    ("name", "code"), [("2023", "fiscal-year-ambiguous"), ("2024", "fiscal-year-unknown")]
)
def test_a_name_of_none_or_of_several_is_refused(name, code):
    with pytest.raises(EcrituresError) as caught:
        find_year(DOSSIER, name)
    assert caught.value.sentence.code == code


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2024, 1, 1), date(2024, 12, 31), 12),
        (date(2024, 1, 1), date(2025, 1, 1), 13),
        (date(2024, 1, 31), date(2024, 2, 28), 1),
        (date(2024, 1, 1), date(2025, 12, 31), 24),
        (date(2024, 1, 1), date(2026, 1, 1), 25),
    ],
)
def test_a_month_that_has_begun_counts(start, end, months):
    assert months_of(start, end) == months


def test_the_days_between_two_years_are_a_gap():
    assert days_between(YEARS[0], YEARS[1]) is None
    assert days_between(YEARS[2], YEARS[3]) == (date(2024, 1, 1), date(2024, 3, 31))


@pytest.mark.parametrize(
    ("days", "created"),
    [
        ([date(2024, 5, 1)], []),
        ([date(2025, 3, 1)], [(date(2025, 1, 1), date(2025, 12, 31))]),
        (
            [date(2026, 3, 1)],
            [(date(2025, 1, 1), date(2025, 12, 31)), (date(2026, 1, 1), date(2026, 12, 31))],
        ),
        ([date(2023, 12, 31)], [(date(2023, 1, 1), date(2023, 12, 31))]),
    ],
)
def test_the_years_that_days_lack_are_next_to_those_there_are(days, created):
    year = FiscalYear(date(2024, 1, 1), date(2024, 12, 31))
    dossier = Dossier(1, 1, "D", "", "079555421", (), (year,))
    assert [(year.start, year.end) for year in years_to_cover(dossier, days)] == created


def test_a_gap_between_years_is_filled_by_a_shorter_one():
    years = (
        FiscalYear(date(2023, 1, 1), date(2023, 12, 31)),
        FiscalYear(date(2024, 4, 1), date(2025, 3, 31)),
    )
    dossier = Dossier(1, 1, "D", "", "079555421", (), years)
    [filling] = years_to_cover(dossier, [date(2024, 2, 1)])
    assert (filling.start, filling.end) == (date(2024, 1, 1), date(2024, 3, 31))


def test_a_dossier_without_years_lacks_none():
    assert years_to_cover(Dossier(1, 1, "D", "", "079555421"), [date(2024, 2, 1)]) == []
