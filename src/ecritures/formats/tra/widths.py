"""The lengths of the lines of a TRA, and the lines that hold something else than an entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.habits import Tally
from ecritures.formats.tra.attachments import ATTACHMENT
from ecritures.formats.tra.line_ends import LineEnds, first_missing
from ecritures.formats.tra.places import READABLE_WIDTH, STANDARD

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.tra.header import Header

TECHNICAL = "V"
KINDS = ("", "X", "A", "H", "O")
_ENTRY_LINE = "^[^ ].{2}[0-3][0-9][01][0-9](?:19|20)[0-9]{2}"
"""How a line of entry begins: a journal and a day."""
_SHOWN = 40


class Widths:
    """Leaves out the lines that cannot be read as entries.

    Args:
        anomalies: Where they are recorded.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._blank = Tally(anomalies, "TRA-LIG-04")
        self._short = Tally(anomalies, "TRA-LIG-02")
        self._long = Tally(anomalies, "TRA-LIG-03")
        self._no_entries = Tally(anomalies, "TRA-PIE-01")
        self._ends: LineEnds | None = None

    def whole(self, lines: pl.DataFrame, header: Header, *, ascii_only: bool) -> pl.DataFrame:
        """Return the lines that may be entries.

        Args:
            lines: `line` and `value`.
            header: That of their file.
            ascii_only: Whether every character is one byte.
        """
        lines = self._of_known_kinds(lines)
        value = lines["value"]
        length = value.str.len_bytes() if ascii_only else value.str.len_chars()
        least, most = length.min(), length.max()
        if not isinstance(least, int) or not isinstance(most, int):
            return lines
        if most > header.width:
            beyond = value.str.slice(header.width)
            joined = beyond.str.contains(_ENTRY_LINE)
            self._long.add(lines["line"].filter((beyond.str.strip_chars() != "") & ~joined))
            found = lines.select("line", value=beyond.str.head(_SHOWN)).filter(joined)
            self._anomalies.extend("TRA-LIG-06", found)
        if least < header.least:
            in_between = (length < header.least) & (length >= READABLE_WIDTH)
            end = length.filter(in_between).min()
            self._short.add(lines["line"].filter(in_between), first_missing(end))
        self._ends_of(header).look(lines, length)
        if least >= READABLE_WIDTH:
            return lines
        short = length < READABLE_WIDTH
        blank = short & (value.str.strip_chars() == "")
        self._blank.add(lines["line"].filter(blank))
        expected = pl.lit(str(READABLE_WIDTH))
        found = lines.select("line", value=length.cast(pl.String), expected=expected)
        self._anomalies.extend("TRA-LIG-01", found.filter(short & ~blank))
        return lines.filter(~short)

    def _of_known_kinds(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Leave out attachments and technical lines, and lines of a kind that nobody knows."""
        place = STANDARD["TYPECPTE"]
        kind = lines["value"].str.slice(place.start - 1, place.length)
        kind = kind.set(kind == " ", "")
        known = kind.is_in(KINDS)
        if known.all():
            return lines
        technical = kind == TECHNICAL
        self._no_entries.add(lines["line"].filter(technical))
        odd = ~known & ~technical & (kind != ATTACHMENT)
        found = lines.select("line", value=kind, expected=pl.lit("X, A, H, O, G")).filter(odd)
        self._anomalies.extend("TRA-CPT-03", found, column="TYPECPTE")
        return lines.filter(known)

    def _ends_of(self, header: Header) -> LineEnds:
        """Return what looks at the ends of the lines of a file; the one before is done."""
        if self._ends is None or self._ends.header is not header:
            self._finish_ends()
            self._ends = LineEnds(header)
        return self._ends

    def _finish_ends(self) -> None:
        if self._ends is not None:
            self._ends.finish(self._anomalies, self._short)

    def finish(self) -> None:
        """Record what was counted."""
        self._finish_ends()
        for one in (self._blank, self._short, self._long, self._no_entries):
            one.finish()
