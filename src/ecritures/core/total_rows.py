"""Rows of totals, in printed journals and their exports: how they begin, and what they state."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import polars as pl

TOTAL = r"(?i)^\W*(?:grand\s+)?(?:sous|ss|s)?[\s/.-]*tota(?:l|ux)\b"
"""How the text of a total begins."""
CARRIED = (
    r"(?i)^\W*(?:reports?(?:\s+(?:de\s+)?(?:la\s+)?(?:pages?|folios?)\b.*|\W*[0-9]*\W*$)"
    r"|[àa]\s+reporter\b|cumuls?\b|soldes?\s+(?:au\s+[0-9]|d[ue]\s+(?:la\s+)?(?:journal|mois|page|p[ée]riode)\b))"
)
"""How a page or journal total, or an amount carried forward, begins; not `Report à nouveau`."""
_GENERAL = re.compile(
    r"(?i)^\W*(?:grand\s+total|tota(?:l|ux)\s+(?:g[ée]n[ée]ra(?:l|ux)|d[ue]\s+(?:fichier|fec)))\b"
)
_BARE = re.compile(r"(?i)^\W*(?:tota(?:l|ux)\b)?\W*$")
_AMOUNT = re.compile(r"[+-]?([0-9][0-9.,'’]*?)(?:[.,]([0-9]{1,2}))?")


class StatedTotal(NamedTuple):
    """The general total that a file states in a row of totals.

    Attributes:
        line: Of the row.
        debit: As it is written.
        credit: As it is written.
    """

    line: int
    debit: str
    credit: str


def differs(stated: str, cents: int) -> bool:
    """Return whether a stated amount, however it is written, is another than that of the lines.

    An amount without decimals may be in cents; a text that is no amount says nothing.
    """
    found = _AMOUNT.fullmatch(re.sub(r"[\s€]|EUR", "", stated))
    if not found:
        return False
    euros = int(re.sub(r"[^0-9]", "", found[1]))
    in_cents = euros * 100 + int((found[2] or "").ljust(2, "0"))
    return abs(cents) not in ({in_cents} if found[2] else {in_cents, euros})


class RowsOfTotals:
    """Remembers the rows of totals of a file, to know which one is that of the whole file.

    It is the last one, if it says so; or if it stands after the last line, names nothing else, and
    no other row of totals names nothing.
    """

    def __init__(self) -> None:
        self._last: tuple[str, StatedTotal] | None = None
        self._bare = 0
        self._last_line = 0

    def look(self, totals: pl.DataFrame, lines: pl.Series) -> None:
        """Look at the rows of totals of a block: `line`, `label`, `debit`, `credit`.

        Args:
            totals: The rows.
            lines: The numbers of the lines that are kept.
        """
        if totals.height:
            line, label, debit, credit = totals.row(-1)
            self._last = label, StatedTotal(line, debit, credit)
            self._bare += sum(_BARE.match(label) is not None for label in totals["label"])
        if lines.len():
            self._last_line = int(lines[-1])

    @property
    def general(self) -> StatedTotal | None:
        """The total of the whole file, once it is read; None when no row surely is that."""
        if self._last is None:
            return None
        label, total = self._last
        is_alone = self._bare == 1 and _BARE.match(label) and total.line > self._last_line
        return total if is_alone or _GENERAL.match(label) else None
