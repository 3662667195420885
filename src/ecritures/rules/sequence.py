"""The numbers of the entries as a sequence, for the families that judge them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.anomalies import entry_key
from ecritures.core.grouping import Grouping

if TYPE_CHECKING:
    from ecritures.rules.entries.grouping import Entries

NUMERIC_SHARE_MIN = 0.9
NUMBERED = (Grouping.NUMBER, Grouping.NUMBER_DATE)


def find_sequence(entries: Entries) -> Sequence | None:
    """Read the numbers as one sequence per file or per journal: whichever has fewer faults.

    Returns:
        The sequence; None where the numbers do not tell entries apart, are not numbers, or follow
        each other by one.
    """
    if entries.rule not in NUMBERED or entries.by_one:
        return None
    numbered = _numbered(entries.table)
    if numbered.height < entries.table.height * NUMERIC_SHARE_MIN or not numbered.height:
        return None
    per_file, per_journal = (
        Sequence(numbered.with_columns(scope=scope))
        for scope in (pl.lit(""), pl.concat_str("journal_code", pl.lit("/"), "prefix"))
    )
    return per_file if per_file.faults <= per_journal.faults else per_journal


def _numbered(table: pl.DataFrame) -> pl.DataFrame:
    parts = pl.col("entry_number").str.extract_groups(r"^(?<prefix>.*?)(?<digits>[0-9]{1,18})$")
    return (
        table.select("journal_code", "entry_number", "first_line", parts.alias("parts"))
        .unnest("parts")
        .filter(pl.col("digits").is_not_null())
        .with_columns(pl.col("journal_code").cast(pl.String))
        .with_columns(number=pl.col("digits").cast(pl.Int64))
    )


class Sequence:
    """The numbers of a file, read as one sequence for each `scope`.

    Args:
        numbered: One row for each entry, in file order: `scope`, `number`, `journal_code`,
            `entry_number`, `first_line`.

    Attributes:
        column: The column of the numbers.
    """

    column = "EcritureNum"

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

    @property
    def gaps(self) -> pl.DataFrame:
        """Where numbers are missing: `entry`, `line`, `value`, `expected`."""
        return self._gaps.sort("first_line").select(
            entry_key().alias("entry"),
            line="first_line",
            value="entry_number",
            expected=(pl.col("before") + 1).cast(pl.String),
        )

    def repeated(self, *, in_one_journal: bool) -> pl.DataFrame:
        """Return where a number comes again, in its journal or in another one.

        Returns:
            `entry`, `line`, `value`.
        """
        same_journal = pl.col("journal_code") == pl.col("journal_before")
        return (
            self._twice.filter(same_journal if in_one_journal else ~same_journal)
            .sort("first_line")
            .select(entry_key().alias("entry"), line="first_line", value="entry_number")
        )

    @property
    def back(self) -> pl.DataFrame:
        """Where numbers go back: `line` and `value`."""
        early = (pl.col("number") > pl.col("earlier")).fill_null(value=False)
        return self._back.select(
            line=pl.when(early).then("line_before").otherwise("first_line"),
            value=pl.concat_str(pl.col("before"), pl.lit(" → "), pl.col("number")),
        )
