"""Dates: unreadable, out of any century, or in the wrong order (article A47 A-1 XII 4°)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.habits import Habits
from ecritures.core.spreadsheets import DAY_NUMBER
from ecritures.rules.dates import unread_dates
from ecritures.rules.families.xml import check_xml_dates
from ecritures.rules.period import days_of

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.dates import UnreadDates
    from ecritures.rules.period import OutsideYear

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2099, 12, 31)
_NO_DATE = r"^[0-]+$"  # zeros or dashes: a program's way to leave an optional date empty
_DAY_FIRST = r"^[0-9]{4}(19|20)[0-9]{2}$"
_EXPECTED = pl.lit("AAAAMMJJ")


class DateTextChecks:
    """Looks for texts that are not dates; where no text of a column is one, that is reported once.

    Args:
        anomalies: Where they are recorded.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._habits = Habits(anomalies)
        self._days = Habits(anomalies, "first")

    def check(self, block: Block) -> None:
        """Look at a block."""
        for unread in unread_dates(block):
            if block.notation == "flat":
                self._record(unread)
            else:
                check_xml_dates(unread, self._habits)
        for habits in (self._habits, self._days):
            habits.end_block(lambda _, column: block.lines[column].count())

    def finish(self) -> None:
        """Record what is so in a whole column."""
        self._habits.finish()
        self._days.finish()

    def _record(self, unread: UnreadDates) -> None:
        value = pl.col("value")
        found = unread.found.with_columns(expected=_EXPECTED)
        by_spreadsheet = value.str.contains(DAY_NUMBER)
        if unread.is_required:
            kinds = {"FEC-DAT-10": by_spreadsheet, "FEC-DAT-09": ~by_spreadsheet}
        else:
            day_first = value.str.contains(_DAY_FIRST) & (
                value.str.to_date("%d%m%Y", strict=False).is_not_null()
            )
            no_day = value.str.contains(r"^[0-9]{8}$") & ~value.str.contains(_NO_DATE) & ~day_first
            kinds = {"FEC-DAT-11": by_spreadsheet, "FEC-DAT-01": ~(by_spreadsheet | no_day)}
            self._days.add("FEC-DAT-02", found.filter(no_day), unread.column, unread.name)
        for code, which in kinds.items():
            self._habits.add(code, found.filter(which), unread.column, unread.name)


def check_dates(block: Block, habits: Habits) -> None:
    """Record the dates of another century, and those before or after the entry's."""
    if block.lines["entry_date"].null_count() == block.lines.height:
        return
    _check_century(block, habits)
    lines, names = block.lines, block.names
    for code, column, wrong in (
        ("FEC-DAT-06", "validation_date", lines["validation_date"] < lines["entry_date"]),
        ("FEC-DAT-07", "piece_date", lines["piece_date"] > lines["entry_date"]),
        ("FEC-DAT-08", "lettering_date", lines["lettering_date"] < lines["entry_date"]),
    ):
        if wrong.any():
            found = days_of(block, wrong, column, of_entry=True)
            habits.add(code, found, column, names.get(column))


def check_outside_year(outside: OutsideYear, anomalies: Anomalies) -> None:
    """Record the lines outside the fiscal year, unless the file is of another year."""
    if not outside.is_another_year:
        anomalies.extend(
            "FEC-DAT-05",
            outside.found.with_columns(expected=pl.lit(str(outside.closing))),
            column="EcritureDate",
        )


def _check_century(block: Block, habits: Habits) -> None:
    for column in ("entry_date", "piece_date", "validation_date", "lettering_date"):
        dates = block.lines[column]
        low, high = dates.min(), dates.max()
        if isinstance(low, date) and isinstance(high, date):
            if low >= FIRST_DAY and high <= LAST_DAY:
                continue
            wrong = ~dates.is_between(FIRST_DAY, LAST_DAY)
            found = days_of(block, wrong, column)
            habits.add("FEC-DAT-04", found, column, block.names.get(column))
