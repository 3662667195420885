"""The analytic lines of a TRA: read and checked against the lines they split.

The ledger has no place for them, and says so once. Who gives it one finds each split in `check`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import cents_text_of
from ecritures.core.habits import Tally

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies

AXES = ("A1", "A2", "A3", "A4", "A5")
SPLIT, SPLIT_AND_GENERAL, SPLIT_ALONE = "A", "H", "O"
ANALYTIC = (SPLIT, SPLIT_AND_GENERAL, SPLIT_ALONE)

SPLIT_SCHEMA = {
    "line": pl.UInt32(),
    "kind": pl.String(),  # TYPECPTE
    "account": pl.String(),
    "section": pl.String(),
    "axis": pl.String(),
    "signed": pl.Int64(),  # debit less credit, in cents; null where it cannot be read
}
"""The columns of the lines that are looked at."""


class Splits:
    """Checks the analytic lines of a file against their general lines.

    Args:
        anomalies: Where what is wrong is recorded.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._kept_out = Tally(anomalies, "TRA-ANA-01")
        self._last = pl.DataFrame(schema=SPLIT_SCHEMA)  # a line that may be split further on

    def check(self, rows: pl.DataFrame) -> None:
        """Check the next lines of entry, analytic ones among them.

        Args:
            rows: As `SPLIT_SCHEMA` says; general lines too, in the order of the file.
        """
        is_analytic = rows["kind"].is_in(ANALYTIC)
        if not is_analytic.any() and self._last.height <= 1:
            self._last = rows.tail(1)
            return
        self._check_each(rows.filter(is_analytic))
        rows = pl.concat([self._last, rows.filter(rows["kind"] != SPLIT_ALONE)])
        if rows.is_empty():
            return
        general = (rows["kind"] != SPLIT).cast(pl.UInt32).cum_sum()
        is_last = general == general[-1]
        self._last = rows.filter(is_last)
        self._compare(rows.filter(~is_last))

    def forget(self) -> None:
        """End a part of the file: the lines after it split none before it."""
        self._compare(self._last)
        self._last = self._last.clear()

    def finish(self) -> None:
        """Check the last line, and say that splits are not kept."""
        self.forget()
        self._kept_out.finish()

    def _check_each(self, rows: pl.DataFrame) -> None:
        for axis in sorted(set(rows["axis"])):
            self._kept_out.add(rows.filter(rows["axis"] == axis)["line"], axis or "?")
        odd = ~pl.col("axis").is_in(AXES)
        found = rows.filter(odd).select("line", value="axis", expected=pl.lit(", ".join(AXES)))
        self._anomalies.extend("TRA-ANA-04", found, column="AXE")
        self._anomalies.extend(
            "TRA-ANA-05",
            rows.filter(pl.col("section") == "").select("line"),
            column="AUXILIAIRE",
        )

    def _compare(self, rows: pl.DataFrame) -> None:
        """Compare general lines with the lines that split them, which are all there."""
        is_split = rows["kind"] == SPLIT
        if not is_split.any():
            return
        group = (~is_split).cast(pl.UInt32).cum_sum().alias("group")
        rows = rows.with_columns(group)
        general = rows.filter(~is_split).select(
            "group", of_account=pl.col("account"), wanted=pl.col("signed")
        )
        split = rows.filter(is_split).join(general, on="group", how="left", maintain_order="left")
        stray = pl.col("account").ne_missing(pl.col("of_account"))
        found = split.filter(stray).select("line", value="account", expected="of_account")
        self._anomalies.extend("TRA-ANA-03", found, column="GENERAL")
        sums = (
            split.filter(~stray)
            .group_by("group", "axis", maintain_order=True)
            .agg(pl.col("line", "wanted").first(), pl.col("signed").sum())
            .filter(pl.col("signed") != pl.col("wanted"))
        )
        found = sums.select(
            "line",
            value=pl.concat_str("axis", pl.lit(" "), cents_text_of(pl.col("signed"))),
            expected=cents_text_of(pl.col("wanted")),
        )
        self._anomalies.extend("TRA-ANA-02", found, column="MONTANT1")
