"""Numbers that a few entries of a journal bear twice, by mistake.

Where many numbers come back, numbering restarts (`restarts`). Where few do, they were
used twice: their entries are told apart, and all others keep their number as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.rules.entries.numbering import NOTHING
from ecritures.rules.entries.restarts import KEY, are_few, on_other_days, with_places
from ecritures.rules.entries.runs import RUN_KEY, Runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PART = "part"
"""What tells the entries of one number apart; null where the number is that of one entry."""


def parts_of_reused(
    runs: pl.DataFrame, blocks: Callable[[], Iterable[pl.DataFrame]]
) -> pl.DataFrame:
    """Tell apart the entries of the few numbers that are used twice.

    On another date, after other numbers, a number is that of another entry. So it is on the same
    date with a document of its own, where each of its places has amounts on both sides.

    Args:
        runs: `RUN_KEY` of each run, in file order.
        blocks: Gives the lines of the file again.

    Returns:
        The runs, with `part`.
    """
    places = with_places(runs)
    numbers = runs.select(KEY).n_unique()
    part = pl.lit(None, pl.String)
    other_days = on_other_days(places)
    if are_few(other_days, numbers):
        day = pl.col("entry_date").cast(pl.String)
        part = pl.when(_is_in(other_days)).then(day).otherwise(part)
    again = places.select(*KEY, "place").unique().filter(pl.len().over(KEY) > 1)
    again = again.select(KEY).unique().join(other_days, on=KEY, how="anti")
    if are_few(again, numbers):
        twice = _with_own_documents(again, blocks)
        part = pl.when(_is_in(twice)).then(pl.col("place").cast(pl.String)).otherwise(part)
    return places.with_columns(part.alias(PART)).drop("change", "place")


def _is_in(numbers: pl.DataFrame) -> pl.Expr:
    """Return which runs bear one of some numbers."""
    journal = pl.col("journal_code").cast(pl.String)
    listed = numbers.select(pl.struct(pl.col("journal_code").cast(pl.String), "entry_number"))
    return pl.struct(journal, "entry_number").is_in(listed.to_series().implode())


def _with_own_documents(
    numbers: pl.DataFrame, blocks: Callable[[], Iterable[pl.DataFrame]]
) -> pl.DataFrame:
    """Return those of some numbers each place of which is a document with both sides."""
    folded = Runs((*RUN_KEY, "piece_ref"), sides=True)
    for lines in blocks():
        folded.add(lines)
    runs = with_places(folded.all()).filter(_is_in(numbers))
    has_document = ~pl.col("piece_ref").str.contains(NOTHING)
    places = runs.group_by(*KEY, "place", maintain_order=True).agg(
        one=has_document.all() & (pl.col("piece_ref").n_unique() == 1),
        both=(pl.col("debits").sum() > 0) & (pl.col("credits").sum() > 0),
        piece=pl.col("piece_ref").first(),
        date=pl.col("entry_date").n_unique() == 1,
    )
    return (
        places.group_by(KEY, maintain_order=True)
        .agg(
            whole=pl.col("one").all() & pl.col("both").all() & pl.col("date").all(),
            own=pl.col("piece").n_unique() == pl.len(),
        )
        .filter("whole", "own")
        .select(KEY)
    )
