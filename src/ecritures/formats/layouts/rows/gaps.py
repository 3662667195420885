"""Characters of fixed-width lines that no column of the model covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Collection

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.inputs import Record

_BLANK = "^[ \\t\\x{a0}]*$"
_NOT_BLANK_START = "^[^ \\t\\x{a0}]"
_NOT_BLANK_END = "[^ \\t\\x{a0}]$"


@dataclass(frozen=True, slots=True)
class Gap:
    """Positions between columns, or after the last.

    Attributes:
        start: The first, from 1.
        length: How many they are; None: to the end of the line.
        before: The column that is read and ends just before, if any: its name and last position.
        after: The column that is read and begins just after, if any.
    """

    start: int
    length: int | None
    before: str | None
    after: str | None

    @property
    def shown(self) -> str:
        """The positions, for messages."""
        return f"{self.start}-{self.start + self.length - 1 if self.length else '…'}"


class Gaps:
    """Looks for characters in the gaps of one kind of line.

    Args:
        record: The kind of line, with all of its columns.
        used: The columns that are read.
        anomalies: Where the characters are reported, once for each gap.
    """

    def __init__(self, record: Record, used: Collection[str], anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._gaps = _gaps_of(record, used)

    def look(self, lines: pl.DataFrame, longest: int) -> None:
        """Look at some lines: `line`, `value`; `longest` has this many characters."""
        for gap in self._gaps:
            if gap.start <= longest:
                self._look_in(gap, lines)

    def _look_in(self, gap: Gap, lines: pl.DataFrame) -> None:
        text = lines["value"].str.slice(gap.start - 1, gap.length)
        filled = ~text.str.contains(_BLANK)
        if not filled.any():
            return
        found = lines.select("line", "value", text=text).filter(filled)
        left = pl.col("value").str.slice(gap.start - 2, 1)
        right = pl.col("value").str.slice(gap.start - 1 + (gap.length or 0), 1)
        touches = found.select(
            before=pl.lit(value=gap.before is not None)
            & left.str.contains(_NOT_BLANK_END)
            & pl.col("text").str.contains(_NOT_BLANK_START),
            after=pl.lit(value=gap.after is not None)
            & right.str.contains(_NOT_BLANK_START)
            & pl.col("text").str.contains(_NOT_BLANK_END),
        )
        for name, side in ((gap.before, "before"), (gap.after, "after")):
            found_here = found.filter(touches[side]).select("line", value="text")
            self._anomalies.report_once("MOD-COL-04", found_here, column=name)
        apart = found.filter(~(touches["before"] | touches["after"]))
        value = pl.col("text").str.strip_chars()
        self._anomalies.report_once(
            "MOD-COL-03", apart.select("line", value=value), column=gap.shown
        )


def _gaps_of(record: Record, used: Collection[str]) -> list[Gap]:
    covered = [
        (place.start or 1, place.end, place.shown(name) if name in used else None)
        for name, place in record.columns.items()
    ]
    if record.when:
        first = record.when.start or 1
        length = record.when.length or len(record.when.starts_with or record.when.equals or "")
        covered.append((first, first + length - 1, None))
    gaps, at = [], 1
    before: str | None = None
    for start, end, name in sorted(covered, key=lambda one: one[:2]):
        if start > at:
            gaps.append(Gap(at, start - at, before, name))
        if end + 1 > at or (end + 1 == at and name):
            at, before = end + 1, name
    return [*gaps, Gap(at, None, before, None)]
