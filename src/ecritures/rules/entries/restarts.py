"""Whether numbers come back in their journal, and with what period numbering restarts."""

from __future__ import annotations

import polars as pl

from ecritures.core.grouping import PERIODS

SHARE_MAX = 0.1
"""Up to this share of the numbers of a file, those that come back are used twice."""
FEW_MAX = 2
"""So few numbers are used twice even where they are up to a quarter of all."""
KEY = ("journal_code", "entry_number")


def find_restart(runs: pl.DataFrame) -> str | None:
    """Return the longest period within which no number of a journal comes back.

    A number comes back when it is met again on another date, after other numbers of its journal.

    Args:
        runs: `journal_code`, `entry_number` and `entry_date` of each run, in file order.

    Returns:
        The period; None where no number comes back, or so few that they are used twice.
    """
    places = with_places(runs)
    back = on_other_days(places)
    if back.is_empty() or are_few(back, runs.select(KEY).n_unique()):
        return None
    for period in PERIODS:
        dated = places.with_columns(period=pl.col("entry_date").dt.truncate(period))
        if on_other_days(dated, ("period",)).is_empty():
            return period
    message = "a number that comes back has several dates"
    raise AssertionError(message)


def are_few(back: pl.DataFrame, numbers: int) -> bool:
    """Return whether numbers that come back are a few mistakes.

    Args:
        back: The numbers that come back, one row each.
        numbers: How many numbers there are.
    """
    share = 1 / 4 if back.height <= FEW_MAX else SHARE_MAX
    return 0 < back.height <= numbers * share


def with_places(runs: pl.DataFrame) -> pl.DataFrame:
    """Add `place`: which of the changes of number in its journal a run comes after.

    Args:
        runs: `journal_code` and `entry_number` of each run, in file order.
    """
    number = pl.col("entry_number")
    change = (number != number.shift(1).over("journal_code")).fill_null(value=True)
    return runs.with_columns(change=change).with_columns(
        place=pl.col("change").cum_sum().over("journal_code")
    )


def on_other_days(places: pl.DataFrame, within: tuple[str, ...] = ()) -> pl.DataFrame:
    """Return the numbers that come back on another date, after other numbers of their journal.

    Args:
        places: What `with_places` returns.
        within: Columns within whose values a number has to come back.
    """
    key = (*KEY, *within)
    elsewhere = pl.col("place") != pl.col("place").shift(1).over(key)
    other_day = pl.col("entry_date") != pl.col("entry_date").shift(1).over(key)
    return places.filter(elsewhere & other_day).select(KEY).unique(maintain_order=True)
