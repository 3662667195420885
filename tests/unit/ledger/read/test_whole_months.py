"""Two days as whole months, and the days that are added to them or taken off."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from ecritures.ledger.read.whole_months import Months, split_days, split_months

FIRST = date(2023, 11, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(150)]  # a leap year's February among them


def counted(start, end):
    """How often each day is counted."""
    months, others = split_days(start, end)
    found = Counter()
    for day in DAYS:
        month = day.year * 100 + day.month
        if months and (months.first or 0) <= month <= (months.last or 999_999):
            found[day] += 1
    for first, last, sign in others:
        found.update({day: sign for day in DAYS if first <= day <= last})
        assert (last - first).days < 16 or months is None
    return {day: count for day, count in found.items() if count}


@pytest.mark.parametrize("start", [None, *DAYS[::3]])
def test_each_day_is_counted_once_and_no_other(start):
    for end in (None, *DAYS[::2]):
        wanted = [d for d in DAYS if (start or d) <= d <= (end or d)]
        assert counted(start, end) == dict.fromkeys(wanted, 1), (start, end)


def test_days_beyond_the_calendar_of_a_month_are_not_named():
    assert split_days(date(1, 1, 1), date(9999, 12, 31)) == ((101, 999912), [])


@pytest.mark.parametrize("first", [None, 202301, 202302, 202312, 202401, 202402])
@pytest.mark.parametrize("last", [None, 202401, 202411, 202412, 202501, 202512, 202606])
def test_each_month_is_in_a_year_or_in_other_months(first, last):
    there = [year * 100 + month for year in range(2022, 2028) for month in range(1, 13)]
    wanted = [m for m in there if (first or m) <= m <= (last or m)]
    years, others = split_months(Months(first, last))
    of_years = [
        month for month in there
        if years and (years.first or 0) <= month // 100 <= (years.last or 9999)
    ]  # fmt: skip
    of_months = [month for month in there for one in others if one.first <= month <= one.last]
    assert sorted(of_years + of_months) == wanted
    assert len(of_months) <= 22 or not of_years
