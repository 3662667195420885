"""Amounts without decimals: in a whole file of them, whether they are euros or cents is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from ecritures.core.anomalies import Anomalies

_MARK = "[.,]"
_GIVEN = "[1-9]"


class WholeAmounts:
    """Reports, once, that no amount of a file has decimals.

    Args:
        anomalies: Where it is recorded.
        code: The code of that anomaly.
        least: How many amounts there are at least: fewer may well have none.
        asks: Whether it matters.

    Attributes:
        is_open: Whether no amount has had decimals so far.
    """

    def __init__(
        self, anomalies: Anomalies, code: str, *, least: int = 1, asks: bool = True
    ) -> None:
        self._anomalies = anomalies
        self._code = code
        self._least = least
        self._count = 0
        self._first: tuple[int, str, str] | None = None
        self.is_open = asks

    def look(self, lines: pl.Series, text: pl.Series, column: str) -> None:
        """Look at the next amounts of a column; `lines` are their numbers."""
        if not self.is_open:
            return
        if text.str.contains(_MARK).any():
            self.is_open = False
            return
        given = text.str.contains(_GIVEN)
        self._count += int(given.sum())
        if self._first is None and given.any():
            at = given.arg_max() or 0
            self._first = int(lines[at]), column, text[at].strip()

    def finish(self) -> None:
        """Report it, once the whole file has been read."""
        if self.is_open and self._first and self._count >= self._least:
            line, column, value = self._first
            self._anomalies.add(self._code, line=line, column=column, value=value)
