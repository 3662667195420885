"""Splits of lines over analytic sections: shared out to the cent, and back from their text."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecritures.core.splits import SPLIT_SCHEMA, shared_out, split_rows, split_texts

SHARES = st.lists(st.decimals(0, 100, places=4), min_size=1, max_size=12).filter(any)


def shares(*texts):
    return [Decimal(text) for text in texts]


@pytest.mark.parametrize(
    ("cents", "given_", "parts"),
    [
        (12000, shares("50", "50"), [6000, 6000]),
        (100, shares("33.33", "33.33", "33.34"), [33, 33, 34]),
        (101, shares("50", "50"), [51, 50]),  # equal remainders: the first
        (-101, shares("50", "50"), [-51, -50]),
        (1, shares("10", "20", "70"), [0, 0, 1]),
        (0, shares("40", "60"), [0, 0]),
        (1000, shares("110", "-10"), [1100, -100]),
    ],
)
def test_an_amount_is_shared_out_by_the_largest_remainders(cents, given_, parts):
    assert shared_out(cents, given_) == parts


@given(st.integers(-(10**14), 10**14), SHARES)
def test_no_cent_is_lost_and_none_is_more_than_one_cent_off(cents, given_):
    parts = shared_out(cents, given_)
    assert sum(parts) == cents
    for part, share in zip(parts, given_, strict=True):
        assert abs(part - cents * share / sum(given_)) < 1


def test_splits_come_back_from_their_text():
    rows = pl.DataFrame(
        [
            (2, "A1", 'NORD "1"', "Région nord", -400, "33.3"),
            (2, "A1", "SUD", "", -800, None),
            (5, "A2", "S@1", "a\nb", 0, None),
        ],
        schema={"line": pl.UInt32, **SPLIT_SCHEMA},
        orient="row",
    )
    texts = split_texts(rows)
    assert texts["line"].to_list() == [2, 5]
    again = split_rows(texts)
    assert again["rank"].to_list() == [1, 2, 1]
    assert again.drop("rank").equals(rows)


def test_a_line_without_splits_has_no_row():
    assert split_rows(pl.DataFrame({"line": [1], "splits": [""]})).is_empty()
