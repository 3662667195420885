"""Entries found as people wrote them: which lines belong together, and whether they balance.

Lines are first folded into runs; scattered runs of one entry are brought together by key.
Where numbers do not identify entries, other keys are tried, and last the running balance of each
journal; a rule is taken only when it leaves no entry unbalanced.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import is_like_before
from ecritures.core.grouping import Grouping
from ecritures.core.lines import NumberedLines
from ecritures.rules.entries.number import EntryNumberer
from ecritures.rules.entries.runs import RUN_KEY, Numbers, Runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

KEYS: dict[Grouping, tuple[str, ...]] = {
    Grouping.NUMBER: ("journal_code", "entry_number"),
    Grouping.NUMBER_DATE: ("journal_code", "entry_number", "entry_date"),
    Grouping.PIECE_DATE: ("journal_code", "piece_ref", "entry_date"),
}


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of a file.

    Attributes:
        rule: The rule by which lines were grouped, a `Grouping`.
        table: One row an entry, in the order of their first lines: `entry` (from 1),
            `journal_code`, `entry_number`, `entry_date`, `first_line`, `lines`, `runs` (how many
            of them), `dates` (whether they have several), `balance_cents`, `unreadable` (lines
            without a readable amount).
        runs: One row a run, in file order: `first_line`, `lines`, `entry`, `balance_cents`, and
            the journal, number and date of the run.
        by_one: Whether their numbers follow each other by one along the whole file.
    """

    rule: Grouping
    table: pl.DataFrame
    runs: pl.DataFrame
    by_one: bool = False

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
        """Whether the lines of each entry follow each other, identified by journal and number."""
        return self.rule == Grouping.NUMBER and self.runs["entry"].is_sorted()

    @property
    def unbalanced(self) -> pl.DataFrame:
        """The entries whose debit and credit differ, those with unreadable amounts aside."""
        if not (self.table["balance_cents"] != 0).any():
            return self.table[:0]
        return self.table.filter((pl.col("balance_cents") != 0) & (pl.col("unreadable") == 0))


class EntryIndex:
    """Gathers the runs of a file, block after block, then finds its entries.

    Args:
        forced: The rule, when it is known beforehand: what it needs is then gathered at once.
    """

    def __init__(self, forced: Grouping | None = None) -> None:
        self._forced = forced
        self._numberer = EntryNumberer() if forced in (None, Grouping.NUMBER) else None
        key, long = _how(forced)
        self._runs = Runs(key, long=long, numberer=self._numberer)
        self._numbers = Numbers()

    @property
    def is_scattered(self) -> bool:
        """Whether it is known already that numbering lines as they come does not hold."""
        return self._numberer is None or self._numberer.is_scattered

    def add(self, lines: pl.DataFrame) -> None:
        """Fold the canonical lines of the next block into runs."""
        runs = self._runs.add(lines)
        if self._forced is None:
            self._numbers.follow(runs)
        if self._numberer is not None and not (self._forced is None and self._numbers.rise):
            self._numberer.look_for_scattered()

    def number_lines(self, lines: pl.DataFrame) -> NumberedLines:
        """Number the lines of the block that was added last, as long as they are not scattered."""
        if self._numberer is None:
            message = "lines are not numbered as they come"
            raise AssertionError(message)
        return self._numberer.number_lines(lines)

    def find(self, blocks: Callable[[], Iterable[pl.DataFrame]]) -> Entries:
        """Tell the entries apart, by the rule that is forced, else by the first that balances.

        Args:
            blocks: Gives the canonical lines again; only asked for by the rules that
                need more than the runs by number.
        """
        runs = self._runs.all()
        if self._forced not in (None, Grouping.NUMBER):
            return _by_rule(self._forced, runs)
        by_number = self._by_number(runs)
        if self._forced is not None or not by_number.table["dates"].any():
            return by_number
        for found in (
            _by_rule(Grouping.NUMBER_DATE, runs),
            _again_by_rule(Grouping.PIECE_DATE, blocks),
        ):
            if found.unbalanced.is_empty():
                return found
        if _some_journal_has_one_number(by_number.table):
            found = _again_by_rule(Grouping.RUNNING_BALANCE, blocks)
            if found.unbalanced.is_empty():
                return found
        return by_number

    def _by_number(self, runs: pl.DataFrame) -> Entries:
        """Take the entries as they were numbered, unless the lines of one are scattered."""
        rise = self._forced is None and self._numbers.rise
        if not rise and runs.select(KEYS[Grouping.NUMBER]).n_unique() != runs["entry"][-1]:
            return _by_key(runs, Grouping.NUMBER)
        by_one = rise and self._numbers.by_one
        if runs["entry"][-1] == runs.height:  # the common case: each entry is one run
            table = runs.with_columns(*_ONE_RUN)
            return Entries(Grouping.NUMBER, table, table, by_one)
        return Entries(Grouping.NUMBER, _table(runs), runs, by_one)


def _how(rule: Grouping | None) -> tuple[tuple[str, ...], bool]:
    """Return the key of runs for a rule, and whether a run may be several lines."""
    return (
        *RUN_KEY,
        *(("piece_ref",) if rule == Grouping.PIECE_DATE else ()),
    ), rule != Grouping.RUNNING_BALANCE


def _by_rule(rule: Grouping, runs: pl.DataFrame) -> Entries:
    """Find entries in runs that were folded as the rule needs them."""
    return _by_running_balance(runs) if rule == Grouping.RUNNING_BALANCE else _by_key(runs, rule)


def _again_by_rule(rule: Grouping, blocks: Callable[[], Iterable[pl.DataFrame]]) -> Entries:
    """Find entries by columns that only the lines have."""
    key, long = _how(rule)
    runs = Runs(key, long=long)
    for lines in blocks():
        runs.add(lines)
    return _by_rule(rule, runs.all())


def _by_key(runs: pl.DataFrame, rule: Grouping) -> Entries:
    numbered = _numbered(runs, KEYS[rule])
    return Entries(rule, _table(numbered), numbered)


def _by_running_balance(runs: pl.DataFrame) -> Entries:
    """Cut each journal, in file order, after each line where its balance is back to zero."""
    balance = pl.col("balance_cents").cum_sum().over("journal_code")
    runs = runs.with_columns(back=(balance == 0).cast(pl.UInt32))
    cut = pl.col("back").shift(1, fill_value=0).cum_sum().over("journal_code")
    numbered = _numbered(runs.with_columns(cut=cut), ("journal_code", "cut"))
    return Entries(Grouping.RUNNING_BALANCE, _table(numbered), numbered)


def _numbered(runs: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Number the distinct keys from 1, in the order of their first appearance."""
    first = pl.col("index").first().over(key)
    entry = first.rank("dense").cast(pl.UInt32).alias("entry")
    return runs.with_row_index().with_columns(entry).drop("index")


def _table(runs: pl.DataFrame) -> pl.DataFrame:
    """Fold runs that carry their entry into entries."""
    more = runs["entry"] == runs["entry"].shift(1)
    more = more.fill_null(value=False)
    if not runs["entry"].is_sorted():  # entries are scattered: all runs are brought together
        return _folded(runs).sort("entry")
    first = runs.filter(~more).select(*_TABLE, *_ONE_RUN)
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
    return (
        runs.lazy()
        .group_by("entry", maintain_order=True)
        .agg(
            *(pl.col(name).first() for name in (*RUN_KEY, "first_line")),
            pl.col("lines", "balance_cents", "unreadable").sum(),
            runs=pl.len().cast(pl.UInt32),
            dates=pl.col("entry_date").min().ne_missing(pl.col("entry_date").max()),
        )
        .collect()
    )


_ONE_RUN = (pl.lit(1, dtype=pl.UInt32).alias("runs"), pl.lit(value=False).alias("dates"))
_TABLE = ("entry", *RUN_KEY, "first_line", "lines", "balance_cents", "unreadable")


def _some_journal_has_one_number(entries: pl.DataFrame) -> bool:
    """Return whether a journal of several dates has a single number (`0`, often) or no number."""
    journals = entries.group_by("journal_code").agg(
        pl.len().alias("numbers"), pl.col("dates").any()
    )
    return not journals.filter((pl.col("numbers") == 1) & pl.col("dates")).is_empty()
