"""Numbers that several entries of a journal bear.

Where many numbers come back on other dates, numbering restarts (`restarts`). Where few do, they
were used twice by mistake: their entries are told apart, and all others keep their number as it is.
On the same date, their documents distinguish them, as in concatenated exports.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.rules.entries.numbering import has_document
from ecritures.rules.entries.restarts import KEY, are_few, on_other_days, with_places
from ecritures.rules.entries.runs import RUN_KEY, Runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PART = "part"
"""What tells the entries of one number apart; null where the number is that of one entry."""
WITHIN = "within"
_NUMBER = (*KEY, WITHIN)


def parts_of_reused(
    runs: pl.DataFrame,
    blocks: Callable[[], Iterable[pl.DataFrame]],
    period: str | None = None,
) -> pl.DataFrame:
    """Separate the entries that share a number.

    On another date, after other numbers, a number is that of another entry, where few numbers are.
    So it is with a document of its own, where each of its places has amounts on both sides; where
    many numbers come back, all of them have to.

    Args:
        runs: `RUN_KEY`, `first_line` and `lines` of each run, in file order.
        blocks: Gives the lines of the file again.
        period: With what numbers restart; None: they do not.

    Returns:
        The runs, with `part`.
    """
    places = _with_places(runs, period)
    numbers = places.select(_NUMBER).n_unique()
    part = pl.lit(None, pl.String)
    other_days = on_other_days(with_places(runs)) if not period else places.select(KEY)[:0]
    if are_few(other_days, numbers):
        day = pl.col("entry_date").cast(pl.String)
        part = pl.when(_is_in(other_days, KEY)).then(day).otherwise(part)
    lines = places.group_by(*_NUMBER, "place").agg(pl.col("lines").sum())
    again = lines.filter(pl.len().over(_NUMBER) > 1).join(other_days, on=KEY, how="anti")
    few = are_few(again.select(_NUMBER).unique(), numbers)
    if again.height and (few or (again["lines"] > 1).all()):  # a line alone has no two sides
        again = again.select(_NUMBER).unique()
        twice = _with_own_documents(again, blocks, period)
        if few or twice.height == again.height:
            place = pl.col("place").cast(pl.String)
            part = pl.when(_is_in(twice, _NUMBER)).then(place).otherwise(part)
    return places.with_columns(part.alias(PART)).drop("place", WITHIN)


def _with_places(runs: pl.DataFrame, period: str | None) -> pl.DataFrame:
    """Add `within` and `place`; in a journal with one number, a gap in the lines begins a place."""
    date = pl.col("entry_date")
    within = date.dt.truncate(period) if period else pl.lit(None, pl.Date)
    number = pl.col("entry_number")
    change = (number != number.shift(1)).fill_null(value=True)
    apart = pl.col("first_line") > (pl.col("first_line") + pl.col("lines")).shift(1)
    apart &= number.n_unique() == 1
    return runs.with_columns(
        within.alias(WITHIN), place=(change | apart).cum_sum().over("journal_code")
    )


def _is_in(numbers: pl.DataFrame, key: tuple[str, ...]) -> pl.Expr:
    """Return which runs bear one of some numbers."""
    texts = [pl.col(name).cast(pl.String) for name in key]
    return pl.struct(texts).is_in(numbers.select(pl.struct(texts)).to_series().implode())


def _with_own_documents(
    numbers: pl.DataFrame, blocks: Callable[[], Iterable[pl.DataFrame]], period: str | None
) -> pl.DataFrame:
    """Return those of some numbers each place of which is a document with both sides."""
    folded = Runs((*RUN_KEY, "piece_ref"), sides=True)
    for lines in blocks():
        folded.add(lines)
    runs = _with_places(folded.all(), period).filter(_is_in(numbers, _NUMBER))
    places = runs.group_by(*_NUMBER, "place", maintain_order=True).agg(
        one=has_document().all() & (pl.col("piece_ref").n_unique() == 1),
        both=(pl.col("debits").sum() > 0) & (pl.col("credits").sum() > 0),
        piece=pl.col("piece_ref").first(),
        date=pl.col("entry_date").n_unique() == 1,
    )
    return (
        places.group_by(_NUMBER, maintain_order=True)
        .agg(
            whole=pl.col("one").all() & pl.col("both").all() & pl.col("date").all(),
            own=pl.col("piece").n_unique() == pl.len(),
        )
        .filter("whole", "own")
        .select(_NUMBER)
    )
