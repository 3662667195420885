"""The splits of a line over analytic sections: one text that goes with the line.

It is a JSON array, "" where there is none. The splits of a line on one axis add up to the line.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

SPLIT_SCHEMA: dict[str, type[pl.DataType]] = {
    "axis": pl.String,
    "section": pl.String,
    "label": pl.String,  # of the section; "": not given
    "cents": pl.Int64,  # debit less credit
    "percentage": pl.String,  # as given; null: the amount was
}
_SPLITS = pl.List(pl.Struct(SPLIT_SCHEMA))


def split_texts(rows: pl.DataFrame) -> pl.DataFrame:
    """Return `line` and `splits` of the lines that are split.

    Args:
        rows: `line` and the columns of `SPLIT_SCHEMA`, those of a line in their order.
    """
    parts = rows.select("line", part=pl.struct(*SPLIT_SCHEMA).struct.json_encode())
    return parts.group_by("line", maintain_order=True).agg(
        splits=pl.concat_str(pl.lit("["), pl.col("part").str.join(","), pl.lit("]"))
    )


def split_rows(lines: pl.DataFrame) -> pl.DataFrame:
    """Return the splits of some lines, one row each, in their order.

    Args:
        lines: `splits`, and any other columns.

    Returns:
        Those other columns, `rank` (from 1 within the line) and the columns of `SPLIT_SCHEMA`.
    """
    decoded = lines.filter(pl.col("splits") != "").with_columns(
        pl.col("splits").str.json_decode(_SPLITS)
    )
    ranked = decoded.with_columns(rank=pl.int_ranges(1, pl.col("splits").list.len() + 1))
    return ranked.explode("splits", "rank").unnest("splits")


def shared_out(cents: int, shares: Sequence[Decimal]) -> list[int]:
    """Share out an amount by shares, to the cent: the parts add up to it exactly.

    Each part is rounded down; the cents that remain go to the largest remainders, the first one
    where they are equal (largest remainder method). A negative amount is shared out like its
    opposite.

    Args:
        cents: The amount.
        shares: At least one; their sum is not zero.
    """
    whole = sum(map(Fraction, shares), Fraction(0))
    exact = [abs(cents) * Fraction(share) / whole for share in shares]
    parts = [one.numerator // one.denominator for one in exact]
    by_remainder = sorted(range(len(parts)), key=lambda place: parts[place] - exact[place])
    for place in by_remainder[: abs(cents) - sum(parts)]:
        parts[place] += 1
    return [part if cents >= 0 else -part for part in parts]
