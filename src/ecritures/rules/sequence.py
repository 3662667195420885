"""The numbers of the entries as a sequence, for the families that judge them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.anomalies import entry_key
from ecritures.core.grouping import Grouping

if TYPE_CHECKING:
    from ecritures.rules.entries.found import Entries

NUMERIC_SHARE_MIN = 0.9
JOURNALS_SHARING_MIN = 2
PERIODS_IN_NUMBERS = ("%Y%m%d", "%y%m%d", "%Y%m", "%y%m", "%Y")
"""How numbers may begin: each period has a sequence of its own."""


def find_sequence(entries: Entries, *, by_journal: bool = False) -> Sequence | None:
    """Read the numbers as one sequence per file or per journal: whichever has fewer faults.

    Args:
        entries: Those of the file.
        by_journal: Whether the file has to be in the order of its journals, as XML: numbers then
            only go back within one.

    Returns:
        The sequence; None where the numbers do not tell entries apart, are not numbers, or follow
        each other by one.
    """
    how = entries.how
    if not how.by_number or entries.by_one:
        return None
    loose = pl.col("journal_code").cast(pl.String).is_in(how.loose_journals)
    table = entries.table.filter(~loose)
    if period := how.period:
        table = table.with_columns(period=pl.col("entry_date").dt.truncate(period).cast(pl.String))
    readings = _readings(table, by_journal=by_journal)
    if readings is None:
        return None
    per_file, per_journal = readings
    common = (
        how.over_journals
        or how.rule is Grouping.FILE_NUMBER
        or per_file.faults <= per_journal.faults
    )
    return per_file if common else per_journal.with_shared_numbering()


def is_common(table: pl.DataFrame) -> bool:
    """Return whether numbers that several journals share belong to one sequence of the file.

    Args:
        table: `journal_code`, `entry_number` and `first_line` of each entry, in file order, and
            its `period` where numbers restart with one.
    """
    readings = _readings(table)
    return readings is not None and readings[0].faults < readings[1].faults


def _readings(table: pl.DataFrame, *, by_journal: bool = False) -> tuple[Sequence, Sequence] | None:
    """Read numbers as one sequence of the file, and as one of each journal; None: no numbers."""
    numbered = _numbered(table)
    if numbered.height < table.height * NUMERIC_SHARE_MIN or not numbered.height:
        return None
    numbered = numbered.filter(pl.col("number") > 0)  # the zeros of openings number nothing
    of_journal = pl.concat_str("journal_code", pl.lit("/"), "prefix")
    per_file = Sequence(numbered, pl.lit(""), is_common=True, by_journal=by_journal)
    return per_file, Sequence(numbered, of_journal, is_common=False)


def _numbered(table: pl.DataFrame) -> pl.DataFrame:
    begins = _period_in_numbers(table)
    prefix = f".{{{begins}}}" if begins else ""
    parts = pl.col("entry_number").str.extract_groups(
        rf"^(?<prefix>{prefix}.*?)(?<digits>[0-9]{{1,18}})$"
    )
    period = pl.col("period") if "period" in table.columns else pl.lit("")
    return (
        table.select(
            *("journal_code", "entry_number", "first_line"),
            period.cast(pl.String).fill_null("").alias("period"),
            parts.alias("parts"),
        )
        .unnest("parts")
        .filter(pl.col("digits").is_not_null())
        .with_columns(pl.col("journal_code").cast(pl.String))
        .with_columns(number=pl.col("digits").cast(pl.Int64))
    )


def _period_in_numbers(table: pl.DataFrame) -> int:
    """Return how many digits of the numbers are the period of the entry, as in `2501-0001`."""
    if "entry_date" not in table.columns or table["entry_date"].null_count():
        return 0
    first = table.row(0, named=True)
    for form in PERIODS_IN_NUMBERS:
        if not str(first["entry_number"]).startswith(f"{first['entry_date']:{form}}"):
            continue
        period = pl.col("entry_date").dt.strftime(form)
        length = len(f"{first['entry_date']:{form}}")
        longer = pl.col("entry_number").str.len_chars() > length
        begins = pl.col("entry_number").str.starts_with(period) & longer
        if table.select(begins.all() & (period.n_unique() > 1)).item():
            return length
    return 0


def _missing() -> pl.Expr:
    """Name the numbers between two: `4`, or `4..12`."""
    first, last = pl.col("before") + 1, pl.col("number") - 1
    one = first.cast(pl.String)
    return pl.when(first == last).then(one).otherwise(pl.format("{}..{}", first, last))


class Sequence:
    """The numbers of a file, read as one sequence for each scope and period.

    Args:
        numbered: One row for each entry, in file order: `number`, `journal_code`, `entry_number`,
            `first_line`, and `period`: "" unless numbers restart with one.
        scope: What has a sequence of its own.
        is_common: Whether numbering is common to the journals.
        by_journal: Whether numbers only go back within a journal.

    Attributes:
        column: The column of the numbers.
        is_common: The same.
    """

    column = "EcritureNum"

    def __init__(
        self,
        numbered: pl.DataFrame,
        scope: pl.Expr,
        *,
        is_common: bool,
        by_journal: bool = False,
    ) -> None:
        self.is_common = is_common
        self._scope, self._numbered = scope, numbered
        numbered = numbered.with_columns(scope=pl.concat_str("period", pl.lit("/"), scope))
        before = pl.col("number").shift(1).over("scope")
        order = ["scope", "journal_code"] if by_journal else ["scope"]
        in_order = numbered.with_columns(
            before=pl.col("number").shift(1).over(order),
            earlier=pl.col("number").shift(2).over(order),
            line_before=pl.col("first_line").shift(1).over(order),
        )
        self._back = in_order.filter(pl.col("number") < pl.col("before"))
        ranked = numbered.sort("scope", "number", "first_line", maintain_order=True)
        ranked = ranked.with_columns(before=before)
        step = pl.col("number") - pl.col("before")
        self._gaps = ranked.filter(step > 1)
        self._twice = ranked.filter(step == 0)

    def with_shared_numbering(self) -> Sequence:
        """Return the sequence in which journals that have gaps share one, where that fits better.

        Sales and purchases may be numbered together, while the bank has numbers of its own; or all
        are, in a file that is in the order of its journals.
        """
        journals = self._gaps["journal_code"].unique()
        if journals.len() < JOURNALS_SHARING_MIN:
            return self
        shared = pl.col("journal_code").is_in(journals.implode())
        own = pl.when(shared).then(pl.lit("")).otherwise(self._scope)
        found = [
            Sequence(self._numbered, scope, is_common=False, by_journal=True)
            for scope in (own, pl.lit(""))
        ]
        return min((self, *found), key=lambda one: one.faults)

    @property
    def height(self) -> int:
        """How many entries have a number."""
        return self._numbered.height

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
            expected=_missing(),
        )

    @property
    def repeated(self) -> pl.DataFrame:
        """Where a number comes again, in another entry: `entry`, `line`, `value`."""
        return self._twice.sort("first_line").select(
            entry_key().alias("entry"), line="first_line", value="entry_number"
        )

    @property
    def restarted(self) -> pl.DataFrame:
        """Where a number comes again in another period: `entry`, `line`, `value`."""
        if (self._numbered["period"] == "").all():
            return self.repeated.clear()
        in_scope = self._numbered.select(
            "number", "period", "first_line", entry_key().alias("entry"), value="entry_number",
            scope=self._scope,
        )  # fmt: skip
        first = pl.col("period").first().over("scope", "number")
        again = in_scope.filter(pl.col("period") != first)
        return again.select("entry", "value", line="first_line")

    @property
    def back(self) -> pl.DataFrame:
        """Where numbers go back: `line` and `value`."""
        early = (pl.col("number") > pl.col("earlier")).fill_null(value=False)
        return self._back.select(
            line=pl.when(early).then("line_before").otherwise("first_line"),
            value=pl.concat_str(pl.col("before"), pl.lit(" → "), pl.col("number")),
        )
