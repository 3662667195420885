"""The first line of a TRA: who made it, what it holds, and how wide its lines are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ecritures.formats.tra.places import (
    EXTENDED_LEAST,
    EXTENDED_WIDTH,
    HEADER,
    MARK,
    STANDARD_WIDTH,
)

if TYPE_CHECKING:
    import polars as pl

    from ecritures.core.anomalies import Anomalies

PRODUCTS = ("S1", "S3", "S5", "SI", "QU", "WS", "WT")
ORIGINS = ("CLI", "EXP")
WITH_ENTRIES = ("JRL", "DOS", "SYN")
WITHOUT_ENTRIES = ("BAL", "EXO")
WITH_LETTERING = ("DOS", "SYN")
STANDARD, EXTENDED = "STD", "ETE"


class Header(NamedTuple):
    """What the first line says.

    Attributes:
        content: `JRL`, `DOS` or `SYN`.
        extended: Whether lines have fields behind position 222.
    """

    content: str
    extended: bool

    @property
    def width(self) -> int:
        """The length of a line."""
        return EXTENDED_WIDTH if self.extended else STANDARD_WIDTH

    @property
    def least(self) -> int:
        """The last position that a line must have."""
        return EXTENDED_LEAST if self.extended else STANDARD_WIDTH

    @property
    def lettered(self) -> bool:
        """Whether the lettering of the lines counts: in a file of journals it does not."""
        return self.content in WITH_LETTERING

    @property
    def layout(self) -> str:
        """The variant, in one word."""
        return f"{self.content}-{EXTENDED if self.extended else STANDARD}"


def are_headers(lines: pl.Series) -> pl.Series:
    """Return which lines are headers: an origin stands where a record has its code."""
    marked = lines.str.starts_with(MARK)
    if not marked.any():
        return marked
    place = HEADER["origin"]
    return marked & lines.str.slice(place.start - 1, place.length).is_in(ORIGINS)


def read_header(text: str, line: int, anomalies: Anomalies) -> Header | None:
    """Read a header; None, with an anomaly that blocks, where the lines after it are not read."""
    if not text.startswith(MARK):
        anomalies.add("TRA-ENT-01", line=line, value=text[:40])
        return None
    for name, known in (("product", PRODUCTS), ("origin", ORIGINS)):
        if (value := _field(text, name)) not in known:
            expected = ", ".join(known)
            anomalies.add("TRA-ENT-06", line=line, value=value, expected=expected)
    content, form = _field(text, "content"), _field(text, "form")
    if content in WITHOUT_ENTRIES:
        anomalies.add("TRA-ENT-04", line=line, value=content)
        return None
    if content not in WITH_ENTRIES:
        expected = ", ".join(WITH_ENTRIES)
        anomalies.add("TRA-ENT-02", line=line, value=content, expected=expected)
        return None
    if form not in (STANDARD, EXTENDED):
        anomalies.add("TRA-ENT-03", line=line, value=form, expected=f"{STANDARD}, {EXTENDED}")
        return None
    return Header(content, form == EXTENDED)


def _field(text: str, name: str) -> str:
    place = HEADER[name]
    return text[place.start - 1 : place.end].strip()
