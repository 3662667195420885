"""Numbering: one continuous sequence, per file or per journal (A47 A-1 VII 1°, field 3).

Which of the two is found out: the one with the fewer faults.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.grouping import Grouping
from ecritures.rules.balance import entry_key

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.rules.entries.grouping import Entries

NUMERIC_SHARE_MIN = 0.9
COLUMN = "EcritureNum"


def check_numbering(entries: Entries, anomalies: Anomalies) -> None:
    """Record gaps, repeated numbers and numbers that go back."""
    if entries.rule not in (Grouping.NUMBER, Grouping.NUMBER_DATE):
        anomalies.add("FEC-NUM-05", column=COLUMN, value=entries.rule)
        return
    if entries.by_one:
        return
    numbered = _numbered(entries.table)
    if numbered.height < entries.table.height * NUMERIC_SHARE_MIN or not numbered.height:
        return
    per_file, per_journal = (
        _Sequence(numbered.with_columns(scope=scope))
        for scope in (pl.lit(""), pl.concat_str("journal_code", pl.lit("/"), "prefix"))
    )
    sequence = per_file if per_file.faults <= per_journal.faults else per_journal
    sequence.record(anomalies)


def _numbered(table: pl.DataFrame) -> pl.DataFrame:
    parts = pl.col("entry_number").str.extract_groups(r"^(?<prefix>.*?)(?<digits>[0-9]{1,18})$")
    return (
        table.select("journal_code", "entry_number", "first_line", parts.alias("parts"))
        .unnest("parts")
        .filter(pl.col("digits").is_not_null())
        .with_columns(pl.col("journal_code").cast(pl.String))
        .with_columns(number=pl.col("digits").cast(pl.Int64))
    )


class _Sequence:
    """The numbers of a file, taken as one sequence a scope."""

    def __init__(self, numbered: pl.DataFrame) -> None:
        before = pl.col("number").shift(1).over("scope")
        earlier = pl.col("number").shift(2).over("scope")
        in_order = numbered.with_columns(
            before=before, earlier=earlier, line_before=pl.col("first_line").shift(1).over("scope")
        )
        self._back = in_order.filter(pl.col("number") < pl.col("before"))
        ranked = numbered.sort("scope", "number", "first_line", maintain_order=True)
        ranked = ranked.with_columns(
            before=before, journal_before=pl.col("journal_code").shift(1).over("scope")
        )
        step = pl.col("number") - pl.col("before")
        self._gaps = ranked.filter(step > 1)
        self._twice = ranked.filter(step == 0)

    @property
    def faults(self) -> int:
        """How badly this reading of the numbers fits."""
        return self._back.height + self._gaps.height + self._twice.height

    def record(self, anomalies: Anomalies) -> None:
        """Record the faults, each at the entry where it shows."""
        key = entry_key().alias("entry")
        anomalies.extend(
            "FEC-NUM-01",
            self._gaps.sort("first_line").select(
                key,
                line="first_line",
                value="entry_number",
                expected=(pl.col("before") + 1).cast(pl.String),
            ),
            column=COLUMN,
        )
        same_journal = pl.col("journal_code") == pl.col("journal_before")
        for code, which in (("FEC-NUM-02", same_journal), ("FEC-ECR-05", ~same_journal)):
            anomalies.extend(
                code,
                self._twice.filter(which)
                .sort("first_line")
                .select(key, line="first_line", value="entry_number"),
                column=COLUMN,
            )
        early = (pl.col("number") > pl.col("earlier")).fill_null(value=False)
        anomalies.extend(
            "FEC-NUM-03",
            self._back.select(
                line=pl.when(early).then("line_before").otherwise("first_line"),
                value=pl.concat_str(pl.col("before"), pl.lit(" → "), pl.col("number")),
            ),
            column=COLUMN,
        )
