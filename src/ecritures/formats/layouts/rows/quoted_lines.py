"""Values between quotes that go on over several lines, as remarks do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.rows.delimited import Cutter

LINES_MAX = 100
CHARS_MAX = 100_000
FAILURES_MAX = 1000
"""So many quotes that never close, and none is followed any more: the file has them astray."""


class _Joined(NamedTuple):
    """Lines that are one.

    Attributes:
        text: What they are together; None: they are not one.
        end: The place of the line after them.
    """

    text: str | None
    end: int


class QuotedLines:
    """Puts the lines of a value between quotes together; they have the number of the first.

    A quote astray must not swallow the entries below it. So lines are one only if their quotes
    close, and if none of them has as many fields as a line of the file; within bounds, so that a
    quote that never closes costs little.

    Args:
        cutter: What cuts lines.
        width: How many fields a line has.
        anomalies: Where it is recorded, once.
    """

    def __init__(self, cutter: Cutter, width: int, anomalies: Anomalies) -> None:
        self._cutter, self._width = cutter, width
        self._anomalies = anomalies
        self._failures = 0
        self._held: pl.DataFrame | None = None

    @property
    def holds_lines(self) -> bool:
        """Whether the lines to come may go on with one that is held back."""
        return self._held is not None

    def join(self, lines: pl.DataFrame, *, last: bool = False) -> pl.DataFrame:
        """Return some lines, each whole; the last may be held back.

        Args:
            lines: The next: `line`, `value`.
            last: Whether no others follow.
        """
        if self._held is not None:
            lines, self._held = pl.concat([self._held, lines]), None
        starts = self._starts(lines["value"])
        if not starts:
            return lines
        values = lines["value"].to_list() if len(starts) > 1 else lines["value"]
        made: dict[int, _Joined] = {}
        free = 0
        for at in starts:
            if at < free or self._failures >= FAILURES_MAX:
                continue
            joined = self._from(values, at)
            if joined is None and not last:
                self._held = lines[at:]
                lines = lines[:at]
                break
            if joined is None or joined.text is None:
                self._failures += 1
            else:
                made[at], free = joined, joined.end
        return self._put_together(lines, made) if made else lines

    def _starts(self, values: pl.Series) -> list[int]:
        """Return the places of the lines in which a quote opens and does not close."""
        quote = self._cutter.quote
        if not quote or self._failures >= FAILURES_MAX:
            return []
        odd = (values.str.count_matches(quote, literal=True) % 2 == 1).arg_true()
        return [at for at, text in zip(odd, values.gather(odd), strict=True) if self._opens(text)]

    def _opens(self, text: str) -> bool:
        return self._cutter.leaves_open(text) and not self._is_whole(text)

    def _is_whole(self, text: str) -> bool:
        return text.count(self._cutter.delimiter) + 1 >= self._width

    def _may_close(self, text: str) -> bool:
        """Return whether a line ends a value, rather than being a line of its own with a quote."""
        ending = text.partition(self._cutter.quote)[0]
        return self._cutter.delimiter not in ending or not self._is_whole(text)

    def _from(self, values: pl.Series | list[str], at: int) -> _Joined | None:
        """Join a line with those below it; None: it is still open after the last."""
        text: str = values[at]
        for place in range(at + 1, min(at + LINES_MAX, len(values))):
            more: str = values[place]
            text = f"{text} {more}"
            if len(text) > CHARS_MAX:
                return _Joined(None, at)
            if more.count(self._cutter.quote) % 2:  # quotes within quotes come in pairs: it closes
                closes = self._may_close(more) and self._cutter.is_well_formed(text)
                return _Joined(text if closes else None, place + 1)
            if self._is_whole(more):
                return _Joined(None, at)
        return None if len(values) < at + LINES_MAX else _Joined(None, at)

    def _put_together(self, lines: pl.DataFrame, made: dict[int, _Joined]) -> pl.DataFrame:
        kept, texts = [], []
        values = lines["value"]
        at = 0
        for start, joined in made.items():
            kept.append(lines[at : start + 1])
            texts += [values[at:start], pl.Series([joined.text], dtype=pl.String)]
            at = joined.end
        rows = pl.concat([*kept, lines[at:]])
        rows = rows.with_columns(value=pl.concat([*texts, values[at:]]))
        places = pl.Series(list(made), dtype=pl.UInt32)
        self._anomalies.report_once("MOD-LIG-11", lines[places])
        return rows
