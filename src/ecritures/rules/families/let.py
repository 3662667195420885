"""Lettering: what is matched nets to zero on its account (article A47 A-1 VII 1°, fields 14–15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import all_null_are_empty, cents_text_of
from ecritures.core.habits import Most, report_most

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block

_NO_DATE = r"^0+$"  # reported as an invalid date
_KEY = ("account_number", "third_party_number", "lettering")
MERGE_ROWS = 200_000


class LetteringDateChecks:
    """Looks for lettering codes without a date, and dates without a code.

    Args:
        anomalies: Where they are recorded.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._undated = Most(anomalies, "FEC-LET-01")
        self._uncoded = Most(anomalies, "FEC-LET-01")

    def check(self, block: Block) -> None:
        """Look at a block."""
        if block.notation == "model" or not {"lettering", "lettering_date"} <= block.names.keys():
            return  # a rule of the FEC alone; a missing column is reported elsewhere
        lettered, dated = block.lines["lettering"] != "", _dated(block)
        undated, found = lettered & ~dated, None
        if undated.any():
            rows = block.lines.select("line", value="lettering").filter(undated)
            found = rows.with_columns(expected=pl.lit("DateLet"))
        self._undated.add(found, int(lettered.sum()), "EcritureLet")
        uncoded, found = dated & ~lettered, None
        if uncoded.any():
            text = block.text.filter(uncoded)
            text = text.filter(~text["lettering_date"].str.contains(_NO_DATE))
            found = text.select("line", value="lettering_date", expected=pl.lit("EcritureLet"))
        self._uncoded.add(found, int(dated.sum()), "DateLet")

    def finish(self) -> None:
        """Record the codes without a date, and the dates without a code."""
        self._undated.finish()
        self._uncoded.finish()


def _dated(block: Block) -> pl.Series:
    """Return which lines have a lettering date, or a text in its place."""
    day = block.lines["lettering_date"]
    if "lettering_date" not in block.names:
        return day.is_not_null()
    text = block.text["lettering_date"]
    if all_null_are_empty(day, text):
        return text != ""
    return day.is_not_null() | (text.str.strip_chars() != "")


class LetteringChecks:
    """Adds up each lettering code of each account, auxiliary accounts apart."""

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._sums: list[pl.DataFrame] = []
        self._codes = 0
        self._has_third_parties = False
        self._name: str | None = None

    def check(self, block: Block) -> None:
        """Add up the lettered lines of a block."""
        self._name = block.names.get("lettering")
        self._has_third_parties |= bool((block.lines["third_party_number"] != "").any())
        balance = pl.col("debit_cents").fill_null(0) - pl.col("credit_cents").fill_null(0)
        sums = (
            block.lines.lazy()
            .select("line", *_KEY, "debit_cents", "credit_cents")
            .filter(pl.col("lettering") != "")
            .group_by(_KEY)
            .agg(pl.col("line").min(), balance=balance.sum())
            .collect(engine="in-memory")
        )
        if sums.height:
            self._codes += sums.height
            self._sums.append(sums)
        if sum(frame.height for frame in self._sums[1:]) > MERGE_ROWS:
            self._sums = [self._merged()]

    def finish(self) -> None:
        """Record the codes that do not net to zero, or that nothing is lettered at all."""
        if not self._sums:
            if self._has_third_parties and self._name:  # a model may read no lettering
                self._anomalies.add("FEC-LET-03")
            return
        odd = self._merged().sort("line")
        account = pl.concat_str("account_number", pl.lit(" "), "third_party_number")
        report_most(
            self._anomalies,
            "FEC-LET-02",
            odd.select(
                "line",
                value="lettering",
                expected=pl.concat_str(
                    account.str.strip_chars_end(), pl.lit(" : "), cents_text_of(pl.col("balance"))
                ),
            ),
            self._codes,
            column=self._name,
        )

    def _merged(self) -> pl.DataFrame:
        """Add the blocks together; what nets to zero adds nothing to what may still come."""
        sums = pl.concat(self._sums)
        if len(self._sums) > 1:
            off = sums.filter(pl.col("balance") != 0)  # few codes are in several blocks
            sums = sums.join(off, on=_KEY, how="semi")
            sums = sums.group_by(_KEY).agg(pl.col("line").min(), pl.col("balance").sum())
        return sums.filter(pl.col("balance") != 0)
