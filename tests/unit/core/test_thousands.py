"""Whether three digits after a mark are decimals or thousands."""

from __future__ import annotations

import polars as pl
import pytest

from ecritures.core.anomalies import Anomalies
from ecritures.core.thousands import ThousandsDoubt


def doubts_in(*blocks, by_mark=True):
    anomalies = Anomalies()
    doubt = ThousandsDoubt(anomalies, "FEC-MNT-14", by_mark=by_mark)
    for first, amounts in enumerate(blocks):
        text = pl.Series(amounts, dtype=pl.String)
        doubt.look(pl.int_range(first, first + text.len(), eager=True), text, "Debit")
    doubt.finish()
    return [(one["line"], one["value"]) for one in anomalies.frame().iter_rows(named=True)]


@pytest.mark.parametrize("amount", ["1,250", "12.500", " -1,250 ", "(1,250)", "1,250 €"])
def test_three_digits_after_a_mark_are_told_once(amount):
    assert doubts_in(["", "12"], [amount, "2,500"]) == [(1, amount.strip())]


@pytest.mark.parametrize(
    "settling", ["1,25", "0,000", "0,250", "1250", "1250,000", "1,2500", "1,", "1 250 000"]
)
@pytest.mark.parametrize("is_before", [True, False])
def test_another_amount_of_the_file_settles_it(settling, is_before):
    blocks = ([settling], ["1,250"])
    assert doubts_in(*(blocks if is_before else reversed(blocks))) == []


def test_small_whole_amounts_settle_nothing():
    assert doubts_in(["0", "12", "", "999"]) == []
    assert doubts_in(["0", "12", "", "999"], ["1,250"]) == [(1, "1,250")]


@pytest.mark.parametrize("other", ["12.5", "1.234,50", "1,234.56", "1250.00", "1,234,567"])
def test_an_amount_with_the_other_mark_or_with_thousands_settles_nothing(other):
    doubtful = "1.250" if other == "1.234,50" else "1,250"
    assert doubts_in([other], [doubtful]) == [(1, doubtful)]
    assert doubts_in([other], [doubtful], by_mark=False) == []


def test_both_marks_as_decimals_leave_three_digits_open():
    assert doubts_in(["1200.00", "1000,00"], ["1,500"]) == [(1, "1,500")]
