"""Entries that several files in a row share: whether they are the same, nothing says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block

_KEY = ("journal_code", "entry_date", "number")
_NOTHING = r"^[0\s]*$"
"""Such a number counts as missing: the document then identifies the entry."""


class SeveralFiles:
    """Finds the entries that are in several files of an archive.

    Args:
        anomalies: Where they are recorded.

    Attributes:
        count: How many files have begun.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._entries: list[pl.DataFrame] = []
        self.count = 0

    def look(self, block: Block) -> None:
        """Keep the entries of the next lines of the file that began last."""
        number = pl.col("entry_number")
        named = block.lines.select(
            "journal_code",
            "entry_date",
            number=pl.when(number.str.contains(_NOTHING)).then("piece_ref").otherwise(number),
            line="line",
            file=pl.lit(self.count, pl.UInt32),
        )
        self._entries.append(named.unique(_KEY, keep="first", maintain_order=True))

    def finish(self) -> None:
        """Record how many files there are, and the entries that several of them have."""
        if self.count <= 1:
            return
        self._anomalies.add("TRA-ENT-05", value=str(self.count))
        if not self._entries:
            return
        number = pl.col("number")  # without one, the journal and the day are all there is
        again = pl.concat(self._entries).filter(pl.col("file") != pl.col("file").first().over(_KEY))
        day = pl.col("entry_date").dt.strftime("%d/%m/%Y").fill_null("")
        number = pl.when(number == "").then(day).otherwise(number)
        again = again.select("line", value=pl.concat_str("journal_code", pl.lit("/"), number))
        self._anomalies.report_once("TRA-ENT-08", again, column="NUMEROPIECE")
