"""Entries as columns: ranges of them, and back."""

from __future__ import annotations

import polars as pl
import pytest

from ecritures.ledger.entry_frames import RANGE_SCHEMA, ranges_of, within


@pytest.mark.parametrize(
    ("ranges", "held"),
    [
        ([], []),
        ([(2, 3)], [2, 3]),
        ([(5, 5), (1, 2)], [1, 2, 5]),
        ([(1, 5), (2, 2)], [1, 2, 3, 4, 5]),  # one within another
        ([(6, 9)], []),
    ],
)
def test_numbers_are_in_any_of_the_ranges(ranges, held):
    frame = pl.DataFrame(ranges, schema=RANGE_SCHEMA, orient="row")
    numbers = pl.Series([1, 2, 3, 4, 5])
    assert numbers.filter(within(numbers, frame)).to_list() == held


@pytest.mark.parametrize(
    ("numbers", "ranges"),
    [([], []), ([4], [(4, 4)]), ([1, 2, 3, 5, 7, 8], [(1, 3), (5, 5), (7, 8)])],
)
def test_numbers_become_the_fewest_ranges(numbers, ranges):
    found = ranges_of(pl.Series(numbers, dtype=pl.Int64))
    assert list(found.iter_rows()) == ranges
