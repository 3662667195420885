"""Distinguishes lines of a TRA that were truncated from those whose trailing blanks were stripped.

A program or an editor may leave out the blanks at the end of lines, and a text may be shorter
than its field: a line that ends inside a field is no proof by itself. It was cut

- where it ends inside a date, a code or an amount, which are written whole;
- where its file keeps blanks: as long a line, or a longer one, ends with a blank;
- where it lacks the state of lettering, which the format requires and most lines have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.formats.tra.places import ENTRY, EXTENDED, READABLE_WIDTH, STANDARD

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.habits import Tally
    from ecritures.formats.tra.header import Header

_INSIDE = {
    length: name
    for name, place in ENTRY.items()
    for length in range(place.start, place.end)
    if length >= READABLE_WIDTH
}
"""The length of a line that ends inside a field → that field."""
_WHOLE = ("DEVISE", "CODEMONTANT", "REFGUID", "LIBREDATE", "VALIDDATE")
_IN_WHOLE = [
    length
    for length, name in _INSIDE.items()
    if name in _WHOLE or name.startswith(("DATE", "CUTOFF"))
]
"""The lengths of lines that end inside what has one length only."""
_IN_AMOUNT = [
    length
    for length, name in _INSIDE.items()
    if name.startswith(("MONTANT", "TAUXDEV", "QTE", "LIBREMONTANT"))
]
"""Inside an amount, which ends where its field does if the first amount of the line does."""
_AMOUNT_END = STANDARD["MONTANT1"].end
_REQUIRED = EXTENDED["ETATLETTRAGE"].start
_MAY_BE_SHORT = "ECRANOUVEAU"
"""A code of one letter is as good there as one of three."""
_ANALYTIC = ("A", "O")


class LineEnds:
    """Looks at where the lines of one file end.

    Args:
        header: That of the file.
    """

    def __init__(self, header: Header) -> None:
        self.header = header
        self._held: list[pl.DataFrame] = []
        self._blanks_to = 0
        self._blank_inside = False
        self._lines = self._with_required = 0

    def look(self, lines: pl.DataFrame, length: pl.Series) -> None:
        """Take some lines.

        Args:
            lines: `line` and `value`.
            length: How long they are.
        """
        self._lines += lines.height
        self._with_required += int((length > _REQUIRED).sum())
        full = self.header.width
        if self._blanks_to < full:
            blank = lines["value"].str.ends_with(" ")
            longest = length.filter(blank).max()
            self._blanks_to = max(self._blanks_to, longest if isinstance(longest, int) else 0)
        is_short = (length < full) & (length >= READABLE_WIDTH)
        if not is_short.any():
            return
        value, long = pl.col("value"), pl.col("length")
        kind = value.str.slice(STANDARD["TYPECPTE"].start - 1, 1)
        amount_is_right = value.str.slice(_AMOUNT_END - 1, 1) != " "
        ends = (
            lines.with_columns(length=length.cast(pl.UInt32))
            .filter(is_short)
            .select(
                "line",
                "length",
                inside=long.is_in(list(_INSIDE)),
                text=~value.str.ends_with(" "),
                partial=long.is_in(_IN_WHOLE) | (long.is_in(_IN_AMOUNT) & amount_is_right),
                general=~kind.is_in(_ANALYTIC),
            )
        )
        self._blank_inside |= bool((ends["inside"] & ~ends["text"]).any())
        self._held.append(ends)

    def finish(self, anomalies: Anomalies, short: Tally) -> None:
        """Record the lines that were cut, and those that lack whole fields at their end.

        Args:
            anomalies: Where the first are recorded.
            short: Where the others are counted.
        """
        if not self._held:
            return
        ends = pl.concat(self._held)
        length, text = pl.col("length"), pl.col("text")
        lacks = length < self._blanks_to
        if self._with_required * 2 >= self._lines:
            other = [at for at, name in _INSIDE.items() if name != _MAY_BE_SHORT]
            lacks |= (length <= _REQUIRED) & pl.col("general") & text & length.is_in(other)
        kept_blanks = text & ((length <= self._blanks_to) | self._blank_inside)
        cut = pl.col("inside") & (lacks | kept_blanks | (text & pl.col("partial")))
        field = length.replace_strict(_INSIDE, default=None, return_dtype=pl.String)
        found = ends.filter(cut).select("line", column=field, value=length.cast(pl.String))
        anomalies.extend("TRA-LIG-05", found)
        lacking = ends.filter(~cut & lacks & (length >= self.header.least))
        if lacking.height:
            end = lacking["length"].min()
            short.add(lacking["line"], first_missing(end))


def first_missing(end: object) -> str | None:
    """Return the first field that a line of this length does not have whole."""
    if not isinstance(end, int):
        return None
    return next((name for name, place in ENTRY.items() if place.end > end), None)
