"""Operations on columns that every block needs, fast even on a small one.

A Polars expression has a fixed cost, however few rows there are. These functions use eager
operations, and expressions only where there is something to look at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polars._typing import PolarsDataType


def constant(
    value: str | int | bool | None,  # noqa: FBT001 - a value, no choice
    rows: int,
    dtype: PolarsDataType,
) -> pl.Series:
    """Return a column that holds the same in every row."""
    return pl.Series([value], dtype=dtype).new_from_index(0, rows)


def or_zero(numbers: pl.Series) -> pl.Series:
    """Return numbers, with zero in place of null."""
    return numbers.fill_null(0) if numbers.null_count() else numbers


def is_like_before(rows: pl.DataFrame, key: Sequence[str]) -> pl.Series:
    """Return which rows have the same key as the row before them; never the first row."""
    like = pl.Series([False] * min(rows.height, 1), dtype=pl.Boolean)
    if rows.height <= 1:
        return like
    same = [_is_like_before(rows[name]) for name in key]
    for more in same[1:]:
        same[0] &= more
    return pl.concat([like, same[0]], rechunk=True)


def begins_anew(
    rows: pl.DataFrame, key: Sequence[str], before: tuple[object, ...] | None
) -> pl.Series:
    """Return which rows have a different key from the row before them.

    Args:
        rows: At least one.
        key: Its columns.
        before: The key of the last row of the previous block.
    """
    anew = ~is_like_before(rows, key)
    anew[0] = rows.select(key).row(0) != before
    return anew


def runs_of(column: pl.Series) -> tuple[pl.Series, pl.Series | None]:
    """Return the value of each run of equal rows, so that it need be worked out once only.

    Returns:
        The values, and the run of each row; the column and None where runs are too short for that.
    """
    begins = ~is_like_before(column.to_frame(), (column.name,))
    values = column.filter(begins)
    if values.len() * 2 > column.len():
        return column, None
    return values, begins.cast(pl.UInt32).cum_sum() - 1


def all_null_are_empty(values: pl.Series, text: pl.Series) -> bool:
    """Return whether each text that is not "" became a value; "" itself never does."""
    return values.null_count() == (text == "").sum()


def _is_like_before(column: pl.Series) -> pl.Series:
    here, before = column[1:], column[:-1]
    return here.eq_missing(before) if column.null_count() else here == before


def cents_text_of(cents: pl.Expr) -> pl.Expr:
    """Write a column of cents as a FEC does: `-123456` → `-1234,56`."""
    return pl.concat_str(
        pl.when(cents < 0).then(pl.lit("-")).otherwise(pl.lit("")),
        cents.abs() // 100,
        pl.lit(","),
        (cents.abs() % 100).cast(pl.String).str.zfill(2),
    )
