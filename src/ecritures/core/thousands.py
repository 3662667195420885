"""Three digits after a mark: `1,250` is 1.25 or 1250, unless another amount settles it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import polars as pl

    from ecritures.core.anomalies import Anomalies

_OPEN = r"^\D*[1-9][0-9]{0,2}[.,][0-9]{3}\D*$"
_TELLS = (
    r"(^|[^0-9])0[0-9]*[.,]"  # no thousands begin with a zero
    r"|[0-9]{4}"  # four digits in a row are neither thousands nor three decimals
    r"|[.,]([0-9]{1,2})?([^0-9]|$)"
    r"|[0-9][ .,'’\x{a0}\x{202f}][0-9]{3}[ .,'’\x{a0}\x{202f}][0-9]"
)


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

    Attributes:
        is_open: Whether nothing has settled it so far.
    """

    def __init__(self, anomalies: Anomalies, code: str, *, asks: bool = True) -> None:
        self._anomalies = anomalies
        self._code = code
        self._first: _First | None = None
        self.is_open = asks

    def settle(self) -> None:
        """Note that amounts have other decimals, which leaves no doubt."""
        self.is_open = False

    def look(self, lines: pl.Series, text: pl.Series, column: str) -> None:
        """Look at the next amounts of a column; `lines` are their numbers."""
        if not self.is_open:
            return
        if text.str.contains(_TELLS).any():
            self.settle()
        elif self._first is None:
            is_open = text.str.contains(_OPEN)
            if is_open.any():
                at = is_open.arg_max() or 0
                self._first = _First(int(lines[at]), column, text[at].strip())

    def finish(self) -> None:
        """Report it, once the whole file has been read."""
        if self.is_open and self._first:
            line, column, value = self._first
            self._anomalies.add(self._code, line=line, column=column, value=value)
