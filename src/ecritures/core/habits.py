"""Reports what affects a whole file once, with a count, instead of once for each line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

import polars as pl

from ecritures.core.amounts import count_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecritures.core.anomalies import Anomalies

HABIT_LINES_MIN = 3  # fewer lines are better named one by one
USE_LINES_MIN = 10
"""The same of texts that are well written: a few that say something odd may be mistakes."""
_WITH_EXAMPLE = ("example", "first")


def report_most(  # noqa: PLR0913 - what was found, and among what
    anomalies: Anomalies,
    code: str,
    found: pl.DataFrame,
    among: int,
    *,
    column: str | None = None,
    times: int | None = None,
) -> None:
    """Record what entries have against them; once, where at least half of them have it.

    Args:
        anomalies: Where it is recorded.
        code: The code of these findings.
        found: `line`, and what else an anomaly has.
        among: How many entries could have it.
        column: The column of all of them.
        times: How many there are, when `found` does not hold them all.
    """
    count = found.height if times is None else times
    if anomalies.line_by_line or not is_most(count, among):
        anomalies.extend(code, found, column=column)
        anomalies.count(code, count - found.height)
    else:
        anomalies.report_all(code, found.sort("line"), count, column=column)


def is_most(count: int, among: int) -> bool:
    """Return whether so many of what could have something have it for one cause."""
    return count >= USE_LINES_MIN and count * 2 >= among


class Most:
    """Gathers findings over a whole file, to record them as `report_most` does.

    Args:
        anomalies: Where they are recorded.
        code: The code of these findings.
    """

    def __init__(self, anomalies: Anomalies, code: str) -> None:
        self._anomalies = anomalies
        self._code = code
        self._held: list[pl.DataFrame] = []
        self._room = max(1, anomalies.details_max)
        self._count = self._among = 0
        self._column: str | None = None

    def add(self, found: pl.DataFrame | None, among: int, column: str | None = None) -> None:
        """Take what was found, if anything, among so many that could have it."""
        self._among += among
        if found is None or found.is_empty():
            return
        self._column = column
        self._count += found.height
        if self._room > 0:
            self._held.append(found.head(self._room))
            self._room -= found.height

    def finish(self) -> None:
        """Record them."""
        if self._held:
            found, count = pl.concat(self._held), self._count
            report_most(
                *(self._anomalies, self._code, found, self._among),
                column=self._column,
                times=count,
            )


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

    A habit is recorded as one anomaly, at its first line, that counts for all of them. Where it
    gives an example, most of the lines are enough, as for `report_most`.

    Args:
        anomalies: Where it is recorded.
        code: The code of these findings.
        column: The column of all of them.
        whole: The code of a habit, where it has one of its own: one anomaly, whose value is how
            many lines there are.
        reported_as: Where the anomaly of a habit says how many lines there are; `example`: in its
            value, with that of a telling line; `first`: with that of the first line, and what was
            expected there.
        least: From how many lines on it is a habit.
    """

    def __init__(  # noqa: PLR0913 - what a habit is, and how it is reported
        self,
        anomalies: Anomalies,
        code: str,
        column: str | None,
        *,
        whole: str | None = None,
        reported_as: Literal["value", "expected", "example", "first"] = "value",
        least: int = HABIT_LINES_MIN,
    ) -> None:
        self._anomalies = anomalies
        self._least = least
        self._code, self._whole, self._column, self._reported_as = code, whole, column, reported_as
        self._held: list[pl.DataFrame] = []
        self._room = anomalies.details_max
        self._count = self._others = 0
        self._broken = False

    @property
    def is_broken(self) -> bool:
        """Whether a line was met that does not have it."""
        return self._broken

    def add(self, found: pl.DataFrame | None, lines: int) -> None:
        """Take what was found, if anything, among the next so many lines that could have it."""
        self._others += lines - (0 if found is None else found.height)
        if self._others and not self._broken and self._reported_as not in _WITH_EXAMPLE:
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
        is_habit = self._count >= self._least if not self._others else self._is_most()
        if not is_habit or self._anomalies.line_by_line:
            self._flush()
            return
        first = self._first()
        if self._reported_as in _WITH_EXAMPLE:
            self._anomalies.report_all(self._code, first, self._count, column=self._column)
            return
        reported = first.select("line").with_columns(
            pl.lit(count_text(self._count)).alias(self._reported_as)
        )
        self._anomalies.extend(self._whole or self._code, reported, column=self._column)
        if self._whole is None:
            self._anomalies.count(self._code, self._count - 1)

    def _is_most(self) -> bool:
        return is_most(self._count, self._count + self._others)

    def _first(self) -> pl.DataFrame:
        """Return the first finding; as an example, with a value that is not mere zero."""
        if not self._held:
            return pl.DataFrame({"line": [None]}, schema={"line": pl.UInt32})
        found = self._held[0]
        first = found.head(1)
        if self._reported_as == "first" or "value" not in found:
            return first
        telling = found.filter(found["value"].str.contains("[1-9A-Za-z]")).head(1)
        value = (telling if telling.height else first)["value"]
        return first.select("line").with_columns(value)

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
        reported_as: As that of `Habit`.
        least: The same.
    """

    def __init__(
        self,
        anomalies: Anomalies,
        reported_as: Literal["example", "first"] = "example",
        least: int = HABIT_LINES_MIN,
    ) -> None:
        self._anomalies = anomalies
        self._reported_as: Literal["example", "first"] = reported_as
        self._least = least
        self._habits: dict[tuple[str, str], Habit] = {}
        self._here: Counter[tuple[str, str]] = Counter()
        self._may_begin = True

    def add(self, code: str, found: pl.DataFrame, column: str, name: str | None) -> None:
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
            self._habits[key] = Habit(
                self._anomalies, code, name, reported_as=self._reported_as, least=self._least
            )
        if key in self._habits:
            self._here[key] += found.height
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
        self._here.clear()

    def end_block_of(self, given: Callable[[str, str], int]) -> None:
        """End a block.

        Args:
            given: Code and column → how many texts of the block could have what was found, with
                those that have it.
        """
        self.end_block(lambda code, column: given(code, column) - self._here[code, column])

    def finish(self) -> None:
        """Record the habits."""
        for habit in self._habits.values():
            habit.finish()
