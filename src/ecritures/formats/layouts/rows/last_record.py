"""Whether the last record of a file is shorter than all the others: the file may be cut there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.inputs import Kind

_SIZES: dict[Kind, pl.Expr] = {
    "fixed": pl.col("value").str.len_chars(),
    "blocks": pl.col("cells").list.len(),
}
_OTHERS_MIN = 2  # records of one size that show how long a record is


@dataclass(slots=True)
class _Sizes:
    """Sizes of the records of one kind, but for the last one read."""

    count: int = 0
    least: int = 0
    most: int = 0
    last_line: int = 0
    last: int = 0

    def add(self, lines: pl.Series, sizes: pl.Series) -> None:
        """Take the next records, in the order of the file."""
        others = [*sizes.head(-1).unique(), *([self.last] if self.last_line else [])]
        others += [self.least, self.most] if self.count else []
        self.least, self.most = min(others, default=0), max(others, default=0)
        self.count += sizes.len() - (not self.last_line)
        self.last_line, self.last = int(lines[-1]), int(sizes[-1])


class LastRecord:
    """Compares the last record of a file of fixed width, or of blocks, with those of its kind.

    Trailing blanks that a program strips make records of many sizes: nothing is said of these.

    Args:
        kind: The kind of input; nothing is compared in the others.
        anomalies: Where a shorter last record is reported.
    """

    def __init__(self, kind: Kind, anomalies: Anomalies) -> None:
        self._size = _SIZES.get(kind)
        self._anomalies = anomalies
        self._of: dict[str, _Sizes] = {}

    def look(self, record: str, lines: pl.DataFrame) -> None:
        """Take the next records of a kind: `line`, and `value` or `cells`."""
        if self._size is not None and lines.height:
            sizes = self._of.setdefault(record, _Sizes())
            sizes.add(lines["line"], lines.select(self._size).to_series())

    def finish(self) -> None:
        """Report the last record of the file, if all others of its kind are longer and alike."""
        last = max(self._of.values(), key=lambda sizes: sizes.last_line, default=_Sizes())
        if last.count >= _OTHERS_MIN and last.last < last.least == last.most:
            self._anomalies.add(
                "MOD-LIG-14", line=last.last_line, value=str(last.last), expected=str(last.least)
            )
