"""The numbers of the entries of a TRA: digits, perhaps filled with zeros; zero is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import all_null_are_empty
from ecritures.core.habits import Tally

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies

COLUMN = "NUMEROPIECE"


class Numbers:
    """Reads the numbers of entries.

    Args:
        anomalies: Where odd numbers are recorded.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._without = Tally(anomalies, "TRA-NUM-02")
        self._some = False

    def read(self, lines: pl.Series, text: pl.Series) -> pl.Series:
        """Return the numbers, "" where there is none."""
        if not all_null_are_empty(text.cast(pl.UInt64, strict=False), text):
            rows = pl.DataFrame({"line": lines, "value": text})
            odd = rows.filter(~pl.col("value").str.contains(r"^[0-9]*$"))
            self._anomalies.extend("TRA-NUM-01", odd, column=COLUMN)
        number = text.str.strip_chars_start("0") if text.str.starts_with("0").any() else text
        absent = number == ""
        self._without.add(lines.filter(absent))
        self._some |= not absent.all()
        return number

    def finish(self) -> None:
        """Record that some lines have a number, and others have none."""
        if self._some:
            self._without.finish()
