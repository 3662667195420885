"""The texts of a block that should be dates and are not, for the families that judge them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from ecritures.core.frames import all_null_are_empty
from ecritures.core.lines import DATES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.core.lines import Block


class UnreadDates(NamedTuple):
    """The texts of a column that are not dates.

    Attributes:
        column: The canonical column.
        name: What the file calls it.
        found: `line` and `value` (stripped); empty texts too, where the date is required.
    """

    column: str
    name: str
    found: pl.DataFrame

    @property
    def is_required(self) -> bool:
        """Whether a line must have this date."""
        return self.column == "entry_date"


def unread_dates(block: Block) -> Iterator[UnreadDates]:
    """Find the texts that should be dates and are not; the entry date must be one."""
    if block.notation == "model":
        return
    for column in DATES:
        if column not in block.text.columns:
            continue
        days = block.lines[column]
        required = column == "entry_date"
        if not days.null_count() or (not required and all_null_are_empty(days, block.text[column])):
            continue
        missing = days.is_null()
        if not required:
            missing &= block.text[column] != ""
        if not missing.any():
            continue
        found = block.text.filter(missing).select("line", value=pl.col(column).str.strip_chars())
        found = found if required else found.filter(pl.col("value") != "")
        yield UnreadDates(column, block.names.get(column, column), found)
