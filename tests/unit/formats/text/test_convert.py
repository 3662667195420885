"""Text to dates and amounts: exact, or nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecritures.formats.text.convert import to_cents, to_date, to_scaled


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("1,00", 100),
        ("-5,25", -525),
        ("12,00-", -1200),
        ("+3,1", 310),
        ("12", 1200),
        ("141,7", 14170),
        ("0000000069,60", 6960),
        ("000000000001437,12", 143712),
        (",50", 50),
        ("12,", 1200),
        ("- 12,00", -1200),
        ("1,500", 150),
        ("", 0),
        ("999999999999,99", 99999999999999),
    ],
)
def test_reads_an_amount_exactly(text, cents):
    assert to_cents(pl.Series([text])).to_list() == [cents]


@pytest.mark.parametrize(
    "text",
    [
        *("1.50", "1 234,56", "1\u00a0234,56", "1\u202f234,56", "1,234.56", "abc", "1E3", "1,005"),
        *("--12,00", "+-12,00", "-12,00-", ",", "-", "1,2,3", "12,00 €", "0x10", "٣,٠٠"),
        *("9999999999999,99", "99999999999999999999,99", "1'000,00", "NaN", "inf"),
    ],
)
def test_refuses_what_is_no_exact_amount(text):
    assert to_cents(pl.Series([text])).to_list() == [None]


@pytest.mark.heavy
@given(st.lists(st.integers(-(10**14) + 1, 10**14 - 1), min_size=1))
def test_reads_back_every_number_of_cents(numbers):
    texts = [f"{Decimal(n).scaleb(-2):.2f}".replace(".", ",") for n in numbers]

    assert to_cents(pl.Series(texts)).to_list() == numbers


@pytest.mark.heavy
@given(st.lists(st.text(alphabet="0123456789,.+- eE€\u00a0", max_size=18), min_size=1))
def test_never_makes_up_an_amount(texts):
    """Whatever is accepted means exactly what its text says."""
    for text, cents in zip(texts, to_cents(pl.Series(texts)).to_list(), strict=True):
        if cents is None or text == "":
            continue
        sign = -1 if "-" in text else 1
        exact = Decimal(text.strip("+- ").replace(",", ".") or "x")
        assert sign * exact * 100 == cents


def test_reads_the_decimals_of_a_currency_amount_as_they_are():
    frame = to_scaled(pl.Series(["12,5", "-0,123456", "7", "", "1,1234567", "x"]))

    assert frame.rows() == [
        (125, 1),
        (-123456, 6),
        (7, 0),
        (None, None),
        (None, None),
        (None, None),
    ]


def test_reads_a_decimal_point_when_told_to():
    assert to_cents(pl.Series(["1.50", "1,50", "12"]), decimal=".").to_list() == [150, None, 1200]


def test_reads_days_of_the_calendar_only():
    texts = [
        "20250131",
        "20240229",
        "20250229",
        "20251301",
        "2025-01-31",
        "",
        "00000000",
        "2025013",
    ]

    assert to_date(pl.Series(texts)).to_list() == [
        date(2025, 1, 31),
        date(2024, 2, 29),
        *[None] * 6,
    ]
