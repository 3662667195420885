"""Dates that are none (article A47 A-1 XII 4°)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import all_null_are_empty
from ecritures.core.lines import DATES

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block

_NO_DATE = r"^[0-]+$"  # zeros or dashes: a program's way to leave an optional date empty


def check_dates(block: Block, anomalies: Anomalies) -> None:
    """Record the texts that should be dates and are not; the entry date must be one."""
    if block.notation == "model":
        return
    for column in DATES:
        if column not in block.text.columns:
            continue
        days = block.lines[column]
        if not days.null_count() or (
            column != "entry_date" and all_null_are_empty(days, block.text[column])
        ):
            continue
        missing = days.is_null()
        if column != "entry_date":
            missing &= block.text[column] != ""
        if not missing.any():
            continue
        name = block.names.get(column, column)
        found = block.text.filter(missing).select("line", value=pl.col(column).str.strip_chars())
        if block.notation == "xml":
            needed = column == "entry_date"
            found = found if needed else found.filter(pl.col("value") != "")
            anomalies.extend("FEC-XML-13" if needed else "FEC-XML-12", found, column=name)
            continue
        if column == "entry_date":
            anomalies.extend("FEC-DAT-09", found.with_columns(expected=_EXPECTED), column=name)
            continue
        found = found.filter(pl.col("value") != "").with_columns(expected=_EXPECTED)
        eight_digits = pl.col("value").str.contains(r"^[0-9]{8}$")
        absent = pl.col("value").str.contains(_NO_DATE)
        anomalies.extend("FEC-DAT-02", found.filter(eight_digits & ~absent), column=name)
        anomalies.extend("FEC-DAT-01", found.filter(~eight_digits | absent), column=name)


_EXPECTED = pl.lit("AAAAMMJJ")
