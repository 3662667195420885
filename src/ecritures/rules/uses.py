"""What a program writes everywhere in a column, and an accountant would not: it is reported once.

The texts can be read, so that a few of them are more likely mistakes, and are reported one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.habits import USE_LINES_MIN, Habits

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block

_NOT_ZERO = "[1-9]"
FOREIGN = "foreign"
"""The amounts in currency that are not zero."""
_AMOUNTS = ("debit_cents", "credit_cents", "amount", FOREIGN)
_OF_LINES = ("", "direction")
"""What every line has, whether something is written there or not."""


def uses(anomalies: Anomalies) -> Habits:
    """Return what gathers them."""
    return Habits(anomalies, "first", USE_LINES_MIN)


def end_block_of(block: Block, habits: Habits) -> None:
    """Tell the habits how many texts of a block could have what they look for."""

    def given(_: str, column: str) -> int:
        if column in _OF_LINES:
            return block.lines.height
        name = "currency_amount" if column == FOREIGN else column
        text = (block.text if name in block.text.columns else block.lines)[name]
        if column in _AMOUNTS:
            return int(text.cast(pl.String).str.contains(_NOT_ZERO).sum())
        return int((text.cast(pl.String).str.strip_chars() != "").sum())

    habits.end_block_of(given)
