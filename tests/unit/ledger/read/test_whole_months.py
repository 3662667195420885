"""Two days as whole months, and the days that are added to them or taken off."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from ecritures.ledger.read.whole_months import split_days

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
