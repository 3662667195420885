"""Operations on columns."""

from __future__ import annotations

import polars as pl
import pytest

from ecritures.core.frames import runs_of


@pytest.mark.parametrize(
    "texts",
    [[], ["a"], ["a", "a", "a"], ["a", "a", "a", "b", "b", "a"], ["", "", "", "", "b"]],
)
def test_the_values_of_runs_make_the_column_again(texts):
    column = pl.Series("text", texts, dtype=pl.String)
    values, rows = runs_of(column)
    whole = values if rows is None else values.gather(rows)
    assert whole.to_list() == texts


def test_runs_that_are_too_short_are_left_alone():
    column = pl.Series("text", ["a", "b", "a"])
    values, rows = runs_of(column)
    assert rows is None
    assert values is column
