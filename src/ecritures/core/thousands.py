"""Three digits after a mark: `1,250` is 1.25 or 1250, unless another amount settles it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import polars as pl

    from ecritures.core.anomalies import Anomalies

_OTHER = {".": ",", ",": "."}
_THREE = r"[.,][0-9]{3}([^0-9]|$)"
_OPEN = r"^\D*[1-9][0-9]{{0,2}}[{0}][0-9]{{3}}\D*$"
_DECIMAL = (
    r"(^|[^0-9])0[0-9]*[{0}][0-9]"  # no thousands begin with a zero
    r"|[0-9][{0}]([0-9]{{1,2}})?([^0-9.,]|$)"
    r"|[0-9][{0}][0-9]{{4}}"
)
_THOUSANDS = r"[0-9][{0}][0-9]{{3}}[.,][0-9]"
_NO_THOUSANDS = "[0-9]{4}"  # four digits in a row are neither thousands nor three decimals
_SPACED = r"[0-9][ '’\x{a0}\x{202f}][0-9]{3}([^0-9]|$)"


class _First(NamedTuple):
    line: int
    column: str
    value: str


class ThousandsDoubt:
    """Reports the first amount of a file that can be read in two ways, if no amount settles it.

    Args:
        anomalies: Where it is recorded.
        code: The code of that anomaly.
        asks: Whether there can be a doubt.
        by_mark: Whether only amounts with the same mark settle it: `12,50` says nothing of `1.200`,
            and where `1.234,50` shows that a point is one of thousands, it is read wrongly.

    Attributes:
        is_open: Whether nothing has settled it so far.
    """

    def __init__(
        self, anomalies: Anomalies, code: str, *, asks: bool = True, by_mark: bool = True
    ) -> None:
        self._anomalies = anomalies
        self._code = code
        self._by_mark = by_mark
        self._first: dict[str, _First] = {}
        self._decimal: set[str] = set()
        self._thousands: set[str] = set()
        self._has_no_thousands = False
        self.is_open = asks

    def settle(self) -> None:
        """Note that amounts have other decimals, which leaves no doubt."""
        self.is_open = False

    def look(self, lines: pl.Series, text: pl.Series, column: str) -> None:
        """Look at the next amounts of a column; `lines` are their numbers."""
        if not self.is_open:
            return
        three = text.str.contains(_THREE)
        for mark in _OTHER:
            if mark not in self._decimal and text.str.contains(_DECIMAL.format(mark)).any():
                self._decimal.add(mark)
            if three.any():
                self._look_at_three(mark, lines.filter(three), text.filter(three), column)
        if not self._has_no_thousands:
            plain = text.str.contains(_NO_THOUSANDS) | text.str.contains(_SPACED)
            self._has_no_thousands = bool(plain.any())
        if not self._by_mark and (self._decimal or self._thousands or self._has_no_thousands):
            self.settle()

    def _look_at_three(self, mark: str, lines: pl.Series, text: pl.Series, column: str) -> None:
        """Look at amounts with three digits after a mark."""
        if text.str.contains(_THOUSANDS.format(mark)).any():
            self._thousands.add(mark)
        is_open = text.str.contains(_OPEN.format(mark))
        if mark not in self._first and is_open.any():
            at = is_open.arg_max() or 0
            self._first[mark] = _First(int(lines[at]), column, text[at].strip())

    def finish(self) -> None:
        """Report it, once the whole file has been read."""
        doubtful = [one for mark, one in self._first.items() if not self._is_decimal(mark)]
        if self.is_open and doubtful:
            line, column, value = min(doubtful)
            self._anomalies.add(self._code, line=line, column=column, value=value)

    def _is_decimal(self, mark: str) -> bool:
        is_known = mark in self._decimal or self._has_no_thousands
        return is_known and mark not in self._thousands and _OTHER[mark] not in self._decimal
