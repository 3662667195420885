"""The entries of a file, as tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.anomalies import entry_key
from ecritures.core.frames import is_like_before
from ecritures.core.grouping import BY_NUMBER, Grouping, HowGrouped
from ecritures.core.lines import NumberedLines
from ecritures.rules.entries.runs import RUN_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of a file.

    Attributes:
        how: How they were found.
        table: One row an entry, in the order of their first lines: `entry` (from 1),
            `journal_code`, `entry_number`, `entry_date`, `first_line`, `lines`, `runs` (how many
            of them), `dates` (whether they have several), `balance_cents`, `unreadable` (lines
            without a readable amount); `piece_ref` where it tells them apart.
        runs: One row a run, in file order: `first_line`, `lines`, `entry`, `balance_cents`, and
            the journal, number and date of the run.
        by_one: Whether their numbers follow each other by one along the whole file.
    """

    how: HowGrouped
    table: pl.DataFrame
    runs: pl.DataFrame
    by_one: bool = False

    @property
    def key(self) -> pl.Expr:
        """The name of an entry, in `table` and in `runs`, as people call it."""
        if self.how.rule in BY_NUMBER and not self.how.mixed:
            return entry_key()
        number = pl.col("entry_number").str.strip_chars("0 ")
        day = pl.col("entry_date").dt.strftime("%d/%m/%Y").fill_null("")
        piece = pl.col("piece_ref") if "piece_ref" in self.runs.columns else pl.lit("")
        parts = pl.concat_str(
            pl.col("journal_code").cast(pl.String), day, piece, separator=" "
        ).str.strip_chars()
        by_number = pl.lit(self.how.by_number) & (number != "")
        return pl.when(by_number).then(entry_key()).otherwise(parts)

    def of_lines(self, lines: pl.Series) -> pl.Series:
        """Return the entry of each line, given the numbers of lines."""
        run = self.runs["first_line"].search_sorted(lines, side="right").cast(pl.Int64) - 1
        return self.runs["entry"].gather(run)

    def number_lines(self, blocks: Iterable[pl.DataFrame]) -> Iterator[NumberedLines]:
        """Number the lines of the whole file, read once more, by these entries."""
        table = self.table.select("entry", "first_line", whole=pl.col("runs") == 1)
        before = 0
        for lines in blocks:
            entry = self.of_lines(lines["line"])
            found = pl.DataFrame({"entry": entry}).join(
                table, on="entry", how="left", maintain_order="left"
            )
            here = (entry != before) & (entry != entry[-1])
            begins = (lines["line"] == found["first_line"]) & ~is_like_before(lines, ("line",))
            before = entry[-1]
            yield NumberedLines(lines, entry, begins, found["whole"] & here)

    @property
    def is_contiguous(self) -> bool:
        """Whether the lines of each entry follow each other, and were numbered as they came."""
        split = self.how.mixed or self.how.reused
        by_number = self.how.rule is Grouping.NUMBER and not split
        as_they_come = by_number or self.how.rule is Grouping.HEADING
        return as_they_come and self.runs["entry"].is_sorted()

    @property
    def over_journals(self) -> pl.DataFrame:
        """The runs of the entries that are written over several journals."""
        several = pl.col("journal_code").n_unique().over("entry") > 1
        may_be = self.how.over_journals or self.how.rule is Grouping.FILE_NUMBER
        runs = self.runs if may_be else self.runs[:0]
        return runs.filter(several)

    @property
    def unbalanced(self) -> pl.DataFrame:
        """The entries whose debit and credit differ, those with unreadable amounts aside."""
        if not (self.table["balance_cents"] != 0).any():
            return self.table[:0]
        return self.table.filter((pl.col("balance_cents") != 0) & (pl.col("unreadable") == 0))


def entries_by_key(runs: pl.DataFrame, key: Sequence[str | pl.Expr], how: HowGrouped) -> Entries:
    """Make one entry of the runs that share a key, wherever they are.

    Args:
        runs: One row a run, in file order.
        key: Columns of `runs`, or what is made of them.
        how: What the key stands for.
    """
    parts = [pl.col(part) if isinstance(part, str) else part for part in key]
    names = [f"key{place}" for place in range(len(parts))]
    keys = runs.select(part.alias(name) for part, name in zip(parts, names, strict=True))
    first = pl.col("index").first().over(names)
    entry = keys.with_row_index().select(entry=first.rank("dense").cast(pl.UInt32))
    numbered = runs.with_columns(entry["entry"])
    return Entries(how, entry_table(numbered), numbered)


def entry_table(runs: pl.DataFrame) -> pl.DataFrame:
    """Fold runs that carry their entry into entries."""
    more = runs["entry"] == runs["entry"].shift(1)
    more = more.fill_null(value=False)
    if not runs["entry"].is_sorted():  # entries are scattered: all runs are brought together
        return _folded(runs).sort("entry")
    first = runs.filter(~more).select("entry", *_columns(runs), *ONE_RUN)
    if not more.any():
        return first
    # Few entries have several runs: those alone are folded, and put back in their places.
    several = runs.filter(more)["entry"].unique()
    folded = _folded(runs.filter(pl.col("entry").is_in(several.implode()))).sort("entry")
    places = folded["entry"] - 1
    return first.with_columns(
        first[name].scatter(places, folded[name])
        for name in ("lines", "balance_cents", "unreadable", "runs", "dates")
    )


def _folded(runs: pl.DataFrame) -> pl.DataFrame:
    sums = ("lines", "balance_cents", "unreadable")
    return (
        runs.lazy()
        .group_by("entry", maintain_order=True)
        .agg(
            *(pl.col(name).first() for name in _columns(runs) if name not in sums),
            pl.col(sums).sum(),
            runs=pl.len().cast(pl.UInt32),
            dates=pl.col("entry_date").min().ne_missing(pl.col("entry_date").max()),
        )
        .collect()
    )


def _columns(runs: pl.DataFrame) -> list[str]:
    wanted = (*RUN_KEY, "piece_ref", "first_line", "lines", "balance_cents", "unreadable")
    return [name for name in wanted if name in runs.columns]


ONE_RUN = (pl.lit(1, dtype=pl.UInt32).alias("runs"), pl.lit(value=False).alias("dates"))
