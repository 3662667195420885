"""Number the entries of a file as its lines come, identified by journal and number.

The number of an entry is its place in the file, from 1. It holds as long as the lines of each entry
follow each other; `grouping` regroups and renumbers the runs of a file where they do not.
"""

from __future__ import annotations

import polars as pl

from ecritures.core.frames import begins_anew, constant
from ecritures.core.lines import NumberedLines

KEY = ("journal_code", "entry_number")


class EntryNumberer:
    """Numbers the runs of a file, block after block, and the lines of its last block.

    Args:
        key: What identifies an entry.

    Attributes:
        is_scattered: Whether lines of an entry were seen in two places of a block.
    """

    def __init__(self, key: tuple[str, ...] = KEY) -> None:
        self._key = key
        self.is_scattered = False
        self._count = 0
        self._before: tuple[object, ...] | None = None
        self._runs = pl.DataFrame()
        self._begins = pl.Series(dtype=pl.Boolean)
        self._entry = pl.Series(dtype=pl.UInt32)

    def number_runs(self, runs: pl.DataFrame) -> pl.Series:
        """Return the entry of each run of the next block.

        Args:
            runs: The columns of the key, and `lines`, the number of lines of each run.
        """
        if runs.is_empty():
            return pl.Series("entry", dtype=pl.UInt32)
        self._runs = runs
        self._begins = begins_anew(runs, self._key, self._before)
        self._entry = (self._begins.cast(pl.UInt32).cum_sum() + self._count).cast(pl.UInt32)
        self._before, self._count = runs.select(self._key).row(-1), self._entry[-1]
        return self._entry.alias("entry")

    def look_for_scattered(self) -> None:
        """Look whether an entry begins twice in the last block."""
        first = self._runs.select(KEY).filter(self._begins)
        self.is_scattered |= first.n_unique() < first.height

    def number_lines(self, lines: pl.DataFrame) -> NumberedLines:
        """Number the lines of the last block; its last entry may go on in the next one."""
        length = self._runs["lines"].cast(pl.Int64)
        first = (length.cum_sum() - length).filter(self._begins)
        begins = constant(value=False, rows=lines.height, dtype=pl.Boolean).scatter(
            first, values=True
        )
        before = self._count - int(self._begins.sum())
        entry = (begins.cast(pl.UInt32).cum_sum() + before).cast(pl.UInt32)
        return NumberedLines(lines, entry, begins, (entry > before) & (entry != self._count))
