"""Reports what affects a whole file once, with a count, instead of once for each line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ecritures.core.amounts import count_text

if TYPE_CHECKING:
    import polars as pl

    from ecritures.core.anomalies import Anomalies

HABIT_LINES_MIN = 3  # fewer lines are better named one by one


class Tally:
    """Counts occurrences over a whole file, and records them as one anomaly.

    Args:
        anomalies: Where it is recorded: at its first line; `value` is how many there are,
            `expected` the columns, when they are given.
        code: Its code.
    """

    def __init__(self, anomalies: Anomalies, code: str) -> None:
        self._anomalies = anomalies
        self._code = code
        self._count = 0
        self._line: int | None = None
        self._columns: dict[str, None] = {}

    def add(self, lines: pl.Series, column: str | None = None) -> None:
        """Count in the numbers of some lines, in order."""
        if lines.len():
            self._count += lines.len()
            first = int(lines[0])
            self._line = first if self._line is None else min(self._line, first)
            if column:
                self._columns[column] = None

    def finish(self) -> None:
        """Record it, if there is any."""
        if self._count:
            columns = ", ".join(self._columns) or None
            value = count_text(self._count)
            self._anomalies.add(self._code, line=self._line, value=value, expected=columns)


class Habit:
    """Holds back findings as long as every line has one; otherwise records them line by line.

    A habit is recorded as one anomaly, at its first line, that counts for all of them.

    Args:
        anomalies: Where it is recorded.
        code: The code of these findings.
        column: The column of all of them.
        whole: The code of a habit, where it has one of its own: one anomaly, whose value is how
            many lines there are.
        told_as: Where the anomaly of a habit says how many lines there are.
    """

    def __init__(
        self,
        anomalies: Anomalies,
        code: str,
        column: str | None,
        *,
        whole: str | None = None,
        told_as: Literal["value", "expected"] = "value",
    ) -> None:
        self._anomalies = anomalies
        self._code, self._whole, self._column, self._told_as = code, whole, column, told_as
        self._held: list[pl.DataFrame] = []
        self._room = anomalies.details_max
        self._count = 0
        self._broken = False

    def add(self, found: pl.DataFrame | None, lines: int) -> None:
        """Take what was found, if anything, among the next so many lines that could have it."""
        if not self._broken and (0 if found is None else found.height) < lines:
            self._flush()
        if found is None:
            return
        if self._broken:
            self._anomalies.extend(self._code, found, column=self._column)
            return
        if found.height and self._room > 0:
            self._held.append(found.head(self._room))
            self._room -= found.height
        self._count += found.height

    def finish(self) -> None:
        """Record the habit, or what is held."""
        if self._broken:
            return
        if self._count < HABIT_LINES_MIN:
            self._flush()
            return
        line = int(self._held[0]["line"][0]) if self._held else None
        how_many: dict[str, Any] = {self._told_as: count_text(self._count)}
        self._anomalies.add(self._whole or self._code, line=line, column=self._column, **how_many)
        if self._whole is None:
            self._anomalies.count(self._code, self._count - 1)

    def _flush(self) -> None:
        self._broken = True
        for frame in self._held:
            self._anomalies.extend(self._code, frame, column=self._column)
        self._anomalies.count(self._code, self._count - sum(frame.height for frame in self._held))
        self._held.clear()
