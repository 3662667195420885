"""Dates against the fiscal year, and against each other."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.expectations import Expectations

MONTHS_MAX = 24  # a first fiscal year may last up to the end of the year after its beginning
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2099, 12, 31)


class PeriodChecks:
    """Holds the dates of each block against the fiscal year.

    Args:
        expected: The fiscal years of the dossier.
        closing: Last day of the file's fiscal year; None when unknown.
        anomalies: Where what is wrong is recorded.
    """

    def __init__(self, expected: Expectations, closing: date | None, anomalies: Anomalies) -> None:
        self._years = expected.fiscal_years
        self._closing = closing
        self._opening = closing - timedelta(days=MONTHS_MAX * 31) if closing else None
        self._anomalies = anomalies
        self._outside = pl.DataFrame(schema={"line": pl.UInt32, "value": pl.String})
        self._outside_count = 0
        self._count = 0

    def check(self, block: Block) -> None:
        """Record what is wrong with the dates of a block."""
        dates = block.lines["entry_date"]
        low, high = dates.min(), dates.max()
        if low is None or high is None:
            return
        self._count += block.lines.height
        self._check_century(block)
        if self._closing and (high > self._closing or low < self._opening):  # type: ignore[operator]
            outside = (dates > self._closing) | (dates < self._opening)
            found = _found(block, outside, "entry_date")
            self._outside_count += found.height
            self._outside = pl.concat([self._outside, found]).head(100_000)
        self._check_fiscal_years(block)
        self._check_each_other(block)

    def finish(self) -> None:
        """Record the lines outside the fiscal year, or that the file is of another year."""
        if not self._outside_count:
            return
        closing = str(self._closing)
        if self._outside_count * 2 > self._count:
            self._anomalies.add(
                "FEC-NOM-04", value=str(self._outside["value"][0]), expected=closing
            )
            return
        self._anomalies.extend(
            "FEC-DAT-05",
            self._outside.with_columns(expected=pl.lit(closing)),
            column="EcritureDate",
        )

    def _check_century(self, block: Block) -> None:
        for column in ("entry_date", "piece_date", "validation_date", "lettering_date"):
            dates = block.lines[column]
            low, high = dates.min(), dates.max()
            if isinstance(low, date) and isinstance(high, date):
                if low >= FIRST_DAY and high <= LAST_DAY:
                    continue
                wrong = ~dates.is_between(FIRST_DAY, LAST_DAY)
                found = _found(block, wrong, column)
                self._anomalies.extend("FEC-DAT-04", found, column=block.names.get(column))

    def _check_fiscal_years(self, block: Block) -> None:
        if not self._years:
            return
        day = block.lines["entry_date"]
        inside = pl.repeat(value=False, n=day.len(), eager=True)
        closed = inside
        for start, end, is_closed in self._years:
            within = day.is_between(start, end)
            inside |= within
            if is_closed:
                closed |= within
        name = block.names.get("entry_date")
        for code, wrong in (("FEC-EXO-01", ~inside), ("FEC-EXO-02", closed)):
            if wrong.any():
                self._anomalies.extend(code, _found(block, wrong, "entry_date"), column=name)

    def _check_each_other(self, block: Block) -> None:
        lines, names = block.lines, block.names
        for code, column, wrong in (
            ("FEC-DAT-06", "validation_date", lines["validation_date"] < lines["entry_date"]),
            ("FEC-DAT-07", "piece_date", lines["piece_date"] > lines["entry_date"]),
            ("FEC-DAT-08", "lettering_date", lines["lettering_date"] < lines["entry_date"]),
        ):
            if wrong.any():
                self._anomalies.extend(code, _found(block, wrong, column), column=names.get(column))


def _found(block: Block, wrong: pl.Series, column: str) -> pl.DataFrame:
    return block.lines.filter(wrong.fill_null(value=False)).select(
        "line", value=pl.col(column).dt.strftime("%Y%m%d")
    )
