"""Directions: the side of an amount that has its own column (A47 A-1 VII 1°, fields 12–13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.directions import DIRECTIONS, ODD_DIRECTIONS

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.habits import Habits
    from ecritures.core.lines import Block

_LETTERS = "DCdc"


class DirectionChecks:
    """Looks at the directions of each block, and at their spellings over the whole file.

    Args:
        habits: Where those of lines are recorded.
        anomalies: Where what the whole file shows is recorded.
    """

    def __init__(self, habits: Habits, anomalies: Anomalies) -> None:
        self._habits = habits
        self._anomalies = anomalies
        self._first_line: dict[str, int] = {}  # of each known word

    def check(self, block: Block) -> None:
        """Record the directions of a block that are badly written or unknown."""
        if block.notation == "model" or "amount" not in block.text.columns:
            return
        name = block.names.get("direction")
        words = block.text.select("line", value=pl.col("direction").str.strip_chars())
        distinct = set(words["value"].unique())
        known = DIRECTIONS | ODD_DIRECTIONS.keys()
        for word in (distinct & known) - self._first_line.keys():
            self._first_line[word] = int(words.filter(value=word)["line"][0])
        if distinct <= DIRECTIONS:
            return
        word = pl.col("value")
        odd, unknown = word.is_in(ODD_DIRECTIONS), ~word.is_in(known)
        self._habits.add("FEC-SEN-05", words.filter(odd), "direction", name)
        self._habits.add("FEC-SEN-01", words.filter(unknown), "direction", name)

    def finish(self) -> None:
        """Record that the file mixes letters and numbers."""
        letters = {word: line for word, line in self._first_line.items() if word in _LETTERS}
        numbers = {word: line for word, line in self._first_line.items() if word not in _LETTERS}
        if letters and numbers:
            self._anomalies.add(
                "FEC-SEN-02",
                line=max(min(letters.values()), min(numbers.values())),
                value=", ".join(sorted(letters) + sorted(numbers)),
            )
