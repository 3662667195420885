"""The numbers that tell the lines of a batch apart."""

from __future__ import annotations

import polars as pl
import pytest

from ecritures.ledger.rows import unique_lines


@pytest.mark.parametrize(
    ("lines", "before", "numbers"),
    [
        ([2, 3, 7], 1, [2, 3, 7]),
        ([2, 2, 3, 3, 9, 9], 0, [2, 3, 4, 5, 9, 10]),
        ([4, 4], 6, [7, 8]),
        ([5, 20], 5, [6, 20]),
        ([3], 0, [3]),
    ],
)
def test_each_line_has_a_number_of_its_own(lines, before, numbers):
    made = unique_lines(pl.Series("line", lines, dtype=pl.UInt32), before)
    assert made.to_list() == numbers
    assert (made.name, made.dtype) == ("line", pl.UInt32)
