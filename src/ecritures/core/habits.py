"""Reports what affects a whole file once, with a count, instead of once for each line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from ecritures.core.amounts import count_text

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from ecritures.core.anomalies import Anomalies

HABIT_LINES_MIN = 3  # fewer lines are better named one by one
EXAMPLE = " × "
"""Between how often something is found and an example of it."""


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
        told_as: Where the anomaly of a habit says how many lines there are; `example`: in its
            value, with that of the first line, as `12 × 2024-05-29`.
    """

    def __init__(
        self,
        anomalies: Anomalies,
        code: str,
        column: str | None,
        *,
        whole: str | None = None,
        told_as: Literal["value", "expected", "example"] = "value",
    ) -> None:
        self._anomalies = anomalies
        self._code, self._whole, self._column, self._told_as = code, whole, column, told_as
        self._held: list[pl.DataFrame] = []
        self._room = anomalies.details_max
        self._count = 0
        self._broken = False

    @property
    def is_broken(self) -> bool:
        """Whether a line was met that does not have it."""
        return self._broken

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
        if self._count < HABIT_LINES_MIN or self._anomalies.line_by_line:
            self._flush()
            return
        line = int(self._held[0]["line"][0]) if self._held else None
        how_many: dict[str, Any] = {self._told_as: count_text(self._count)}
        if self._told_as == "example":
            how_many = {"value": f"{count_text(self._count)}{EXAMPLE}{self._example()}"}
        self._anomalies.add(self._whole or self._code, line=line, column=self._column, **how_many)
        if self._whole is None:
            self._anomalies.count(self._code, self._count - 1)

    def _example(self) -> str:
        """Return the first value that is not mere zero, else the first."""
        if not self._held:
            return ""
        values = self._held[0]["value"]
        telling = values.filter(values.str.contains("[1-9A-Za-z]"))
        return str((telling if telling.len() else values)[0])

    def _flush(self) -> None:
        self._broken = True
        for frame in self._held:
            self._anomalies.extend(self._code, frame, column=self._column)
        self._anomalies.count(self._code, self._count - sum(frame.height for frame in self._held))
        self._held.clear()


class Habits:
    """What a program writes wrong in the same way in a whole column, for several codes.

    A habit shows from the first block on: what comes later only is recorded line by line.

    Args:
        anomalies: Where it is recorded: one anomaly for each code and column, with an example.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._habits: dict[tuple[str, str], Habit] = {}
        self._may_begin = True

    def add(self, code: str, found: pl.DataFrame, column: str, name: str) -> None:
        """Take what was found in a column.

        Args:
            code: A code of the catalogue.
            found: `line`, `value`, and what else an anomaly has.
            column: The column.
            name: What the file calls it.
        """
        if found.is_empty():
            return
        key = (code, column)
        if key not in self._habits and self._may_begin:
            self._habits[key] = Habit(self._anomalies, code, name, told_as="example")
        if key in self._habits:
            self._habits[key].add(found, found.height)
        else:
            self._anomalies.extend(code, found, column=name)

    def end_block(self, others: Callable[[str, str], int]) -> None:
        """End a block.

        Args:
            others: Code and column → how many texts of the block are right where a program with
                that habit would have written them wrong.
        """
        self._may_begin = False
        for (code, column), habit in self._habits.items():
            if not habit.is_broken:
                habit.add(None, others(code, column))

    def finish(self) -> None:
        """Record the habits."""
        for habit in self._habits.values():
            habit.finish()
