"""The dates of a file against its fiscal year, for the families that judge them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from ecritures.core.lines import Block

MONTHS_MAX = 24  # a first fiscal year may last up to the end of the year after its beginning
KEPT_MAX = 100_000


def days_of(block: Block, wrong: pl.Series, column: str, *, of_entry: bool = False) -> pl.DataFrame:
    """Return the dates of lines that are wrong, as a FEC writes them.

    Returns:
        `line` and `value`; where it is asked for, also `expected`, the date of the entry.
    """
    days = {"value": column} | ({"expected": "entry_date"} if of_entry else {})
    return block.lines.filter(wrong.fill_null(value=False)).select(
        "line", **{name: pl.col(day).dt.strftime("%Y%m%d") for name, day in days.items()}
    )


class OutsideYear:
    """Gathers the lines of a file whose entry date is outside its fiscal year.

    Args:
        closing: Last day of the file's fiscal year; None when unknown.

    Attributes:
        found: `line` and `value` of the first of these lines.
    """

    def __init__(self, closing: date | None) -> None:
        self.closing = closing
        self.found = pl.DataFrame(schema={"line": pl.UInt32, "value": pl.String})
        self._opening = closing - timedelta(days=MONTHS_MAX * 31) if closing else None
        self._outside = 0
        self._dated = 0

    def add(self, block: Block) -> None:
        """Gather the lines of a block."""
        dates = block.lines["entry_date"]
        low, high = dates.min(), dates.max()
        if not isinstance(low, date) or not isinstance(high, date):
            return
        self._dated += block.lines.height
        if self.closing and self._opening and (high > self.closing or low < self._opening):
            outside = (dates > self.closing) | (dates < self._opening)
            found = days_of(block, outside, "entry_date")
            self._outside += found.height
            self.found = pl.concat([self.found, found]).head(KEPT_MAX)

    @property
    def is_another_year(self) -> bool:
        """Whether most lines are outside: the file is of another year than its name says."""
        return self._outside * 2 > self._dated
