"""The analytic lines of a TRA: checked against the lines they split, and put beside them.

Source: Cegid, fichier TRA, version 11: an `A` line splits the general line before it, an `H` line
is a general line and its only split, an `O` line is no part of the general books.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import cents_text_of
from ecritures.core.habits import Tally
from ecritures.core.splits import split_texts

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.tra.records import Described

AXES = ("A1", "A2", "A3", "A4", "A5")
SPLIT, SPLIT_AND_GENERAL, SPLIT_ALONE = "A", "H", "O"
ANALYTIC = (SPLIT, SPLIT_AND_GENERAL, SPLIT_ALONE)
SAME = ("account", "journal", "day", "number", "type")
"""What a split has as the general line before it, or leaves blank."""


class Splits:
    """Reads the analytic lines of a file.

    Args:
        described: What the records of the file say.
        anomalies: Where what is wrong is recorded.
    """

    def __init__(self, described: Described, anomalies: Anomalies) -> None:
        self._described, self._anomalies = described, anomalies
        self._alone = Tally(anomalies, "TRA-ANA-01")

    def read(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Read the next lines of entry, each general one with all that split it.

        Args:
            rows: `line`, `kind` (TYPECPTE), the columns of `SAME`, `axis`, `section`, and `signed`:
                debit less credit, in cents, null where it cannot be read. In the order of the file.

        Returns:
            `line` and `splits` of the general lines that are split.
        """
        is_alone = rows["kind"] == SPLIT_ALONE
        for axis in sorted(set(rows.filter(is_alone)["axis"])):
            self._alone.add(rows.filter(is_alone & (rows["axis"] == axis))["line"], axis or "?")
        rows = rows.filter(~is_alone)
        self._check_names(rows.filter(rows["kind"].is_in(ANALYTIC)))
        splits = self._beside(rows)
        self._check_sums(splits)
        known = splits.filter(pl.col("signed").is_not_null()).join(
            self._labels(splits), on=("axis", "section"), how="left", maintain_order="left"
        )
        given = pl.lit(None, pl.String).alias("percentage")
        return split_texts(
            known.select("axis", "section", "label", given, line="of_line", cents="signed")
        )

    def finish(self) -> None:
        """Say which lines are no part of the general books."""
        self._alone.finish()

    def _check_names(self, rows: pl.DataFrame) -> None:
        odd = ~pl.col("axis").is_in([*AXES, ""])
        found = rows.filter(odd).select("line", value="axis", expected=pl.lit(", ".join(AXES)))
        self._anomalies.extend("TRA-ANA-04", found, column="AXE")
        for name, column in (("section", "AUXILIAIRE"), ("axis", "AXE")):
            nameless = rows.filter(pl.col(name) == "").select("line")
            self._anomalies.extend("TRA-ANA-05", nameless, column=column)

    def _beside(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the splits, with the `group` of their general line, its `of_line` and `wanted`."""
        is_general = rows["kind"] != SPLIT
        rows = rows.with_columns(is_general.cast(pl.UInt32).cum_sum().alias("group"))
        general = rows.filter(is_general).select(
            "group", of_line="line", wanted="signed", **{f"of_{name}": name for name in SAME}
        )
        splits = rows.filter(rows["kind"].is_in([SPLIT, SPLIT_AND_GENERAL]))
        splits = splits.join(general, on="group", how="left", maintain_order="left")
        stray = pl.any_horizontal(
            pl.col(name).ne_missing(pl.col(f"of_{name}"))
            & ((pl.col(name) != "") | pl.col("of_line").is_null())
            for name in SAME
        )
        other = pl.when(pl.col("account") != pl.col("of_account")).then("of_account")
        found = splits.filter(stray).select("line", value="account", expected=other)
        self._anomalies.extend("TRA-ANA-03", found, column="GENERAL")
        return splits.filter(~stray)

    def _check_sums(self, splits: pl.DataFrame) -> None:
        sums = (
            splits.group_by("group", "axis", maintain_order=True)
            .agg(pl.col("line", "wanted").first(), pl.col("signed").sum())
            .filter(pl.col("signed") != pl.col("wanted"))
        )
        found = sums.select(
            "line",
            value=pl.concat_str("axis", pl.lit(" "), cents_text_of(pl.col("signed"))),
            expected=cents_text_of(pl.col("wanted")),
        )
        self._anomalies.extend("TRA-ANA-02", found, column="MONTANT1")

    def _labels(self, splits: pl.DataFrame) -> pl.DataFrame:
        """Return `axis`, `section` and `label`, as the records have it, of each section."""
        known = self._described.sections
        named = splits.select("axis", "section").unique()
        texts = [known.get((axis, section), "") for axis, section in named.iter_rows()]
        return named.with_columns(label=pl.Series(texts, dtype=pl.String))
