"""Dates: unreadable, out of any century, or in the wrong order (article A47 A-1 XII 4°)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from ecritures.rules.period import days_of

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.dates import UnreadDates
    from ecritures.rules.period import OutsideYear

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2099, 12, 31)
_NO_DATE = r"^[0-]+$"  # zeros or dashes: a program's way to leave an optional date empty
_EXPECTED = pl.lit("AAAAMMJJ")


def check_unread_dates(block: Block, unread: UnreadDates, anomalies: Anomalies) -> None:
    """Record the texts that are not dates."""
    if block.notation != "flat":
        return
    found, name = unread.found.with_columns(expected=_EXPECTED), unread.name
    if unread.is_required:
        anomalies.extend("FEC-DAT-09", found, column=name)
        return
    eight_digits = pl.col("value").str.contains(r"^[0-9]{8}$")
    absent = pl.col("value").str.contains(_NO_DATE)
    anomalies.extend("FEC-DAT-02", found.filter(eight_digits & ~absent), column=name)
    anomalies.extend("FEC-DAT-01", found.filter(~eight_digits | absent), column=name)


def check_dates(block: Block, anomalies: Anomalies) -> None:
    """Record the dates of another century, and those before or after the entry's."""
    if block.lines["entry_date"].null_count() == block.lines.height:
        return
    _check_century(block, anomalies)
    lines, names = block.lines, block.names
    for code, column, wrong in (
        ("FEC-DAT-06", "validation_date", lines["validation_date"] < lines["entry_date"]),
        ("FEC-DAT-07", "piece_date", lines["piece_date"] > lines["entry_date"]),
        ("FEC-DAT-08", "lettering_date", lines["lettering_date"] < lines["entry_date"]),
    ):
        if wrong.any():
            found = days_of(block, wrong, column, of_entry=True)
            anomalies.extend(code, found, column=names.get(column))


def check_outside_year(outside: OutsideYear, anomalies: Anomalies) -> None:
    """Record the lines outside the fiscal year, unless the file is of another year."""
    if not outside.is_another_year:
        anomalies.extend(
            "FEC-DAT-05",
            outside.found.with_columns(expected=pl.lit(str(outside.closing))),
            column="EcritureDate",
        )


def _check_century(block: Block, anomalies: Anomalies) -> None:
    for column in ("entry_date", "piece_date", "validation_date", "lettering_date"):
        dates = block.lines[column]
        low, high = dates.min(), dates.max()
        if isinstance(low, date) and isinstance(high, date):
            if low >= FIRST_DAY and high <= LAST_DAY:
                continue
            wrong = ~dates.is_between(FIRST_DAY, LAST_DAY)
            found = days_of(block, wrong, column)
            anomalies.extend("FEC-DAT-04", found, column=block.names.get(column))
