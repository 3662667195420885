"""The lines of a TRA against its own records: the fiscal years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import constant

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.formats.tra.records import Described


class YearChecks:
    """Compares lines with the records of their file.

    Args:
        described: What those say.
        anomalies: Where what differs is recorded.
    """

    def __init__(self, described: Described, anomalies: Anomalies) -> None:
        self._described, self._anomalies = described, anomalies

    def look(self, block: Block) -> None:
        """Look for dates outside the fiscal years that the file describes."""
        years = self._described.years
        day = block.lines["entry_date"]
        if not years or day.null_count() == day.len():
            return
        inside = constant(value=False, rows=day.len(), dtype=pl.Boolean)
        for start, end in years:
            inside |= day.is_between(start, end)
        outside = ~inside.fill_null(value=True)
        if outside.any():
            value = pl.col("entry_date").dt.strftime("%Y%m%d")
            found = block.lines.select("line", value=value).filter(outside)
            self._anomalies.report_once("TRA-EXO-01", found, column="DATECOMPTABLE")
