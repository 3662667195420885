"""Entries found as people wrote them: which lines belong together, and whether they balance.

Lines are first folded into *runs*: consecutive lines of one journal, number, date and piece. Runs
are few and narrow, so a whole file fits in memory; scattered runs of one entry are brought together
by key. Where numbers do not tell entries apart, other keys are tried, and last the running balance
of each journal; a rule is taken only when it leaves no entry unbalanced.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBER = "journal-number"
NUMBER_DATE = "journal-number-date"
PIECE_DATE = "journal-piece-date"
RUNNING_BALANCE = "running-balance"

KEYS: dict[str, tuple[str, ...]] = {
    NUMBER: ("journal_code", "entry_number"),
    NUMBER_DATE: ("journal_code", "entry_number", "entry_date"),
    PIECE_DATE: ("journal_code", "piece_ref", "entry_date"),
}
RULES = (*KEYS, RUNNING_BALANCE)
_RUN_KEY = ("journal_code", "entry_number", "entry_date", "piece_ref")


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of a file.

    Attributes:
        rule: The rule that told them apart, one of `RULES`.
        table: One row an entry, in the order of their first lines: `entry` (from 1),
            `journal_code`, `entry_number`, `entry_date`, `first_line`, `lines`, `dates` (how many
            distinct ones), `runs` (how many of them), `first_validation`, `last_validation`,
            `debit_cents`, `credit_cents`, `unreadable` (lines without a readable amount).
        runs: One row a run: `block`, `first_line`, `lines`, `entry`, and the journal, number and
            date of the run.
    """

    rule: str
    table: pl.DataFrame
    runs: pl.DataFrame

    def of_block(self, block: int) -> pl.Series:
        """Return, for each line of a block, its entry."""
        runs = self.runs.filter(pl.col("block") == block)
        return runs["entry"].repeat_by(runs["lines"]).explode()

    @property
    def unbalanced(self) -> pl.DataFrame:
        """The entries whose debit and credit differ, those with unreadable amounts aside."""
        return self.table.filter(_UNBALANCED)


_UNBALANCED = (pl.col("debit_cents") != pl.col("credit_cents")) & (pl.col("unreadable") == 0)


class EntryIndex:
    """Gathers the runs of a file, block after block, then finds its entries."""

    def __init__(self) -> None:
        self._runs: list[pl.DataFrame] = []

    def add(self, lines: pl.DataFrame) -> None:
        """Fold the canonical lines of the next block into runs."""
        self._runs.append(_runs(lines, block=len(self._runs)))

    def find(self, rule: str | None, one_line_runs: Callable[[], pl.DataFrame]) -> Entries:
        """Tell the entries apart.

        Args:
            rule: One of `RULES` to force it, or None to choose.
            one_line_runs: Gives every line as a run of its own; only asked for by the running
                balance, which may cut inside a run.
        """
        runs = pl.concat(self._runs) if self._runs else _runs(pl.DataFrame(schema=_COLUMNS), 0)
        if rule == RUNNING_BALANCE:
            return _by_running_balance(one_line_runs())
        if rule is not None:
            return _by_key(runs, rule)
        by_number = _by_key(runs, NUMBER)
        if by_number.table["dates"].max() in (None, 1):
            return by_number
        for other in (NUMBER_DATE, PIECE_DATE):
            found = _by_key(runs, other)
            if found.unbalanced.is_empty():
                return found
        if _some_journal_has_one_number(by_number.table):
            found = _by_running_balance(one_line_runs())
            if found.unbalanced.is_empty():
                return found
        return by_number


def one_line_runs(lines: pl.DataFrame, block: int) -> pl.DataFrame:
    """Make a run of each line."""
    return lines.select(
        *_RUN_KEY,
        block=pl.lit(block, dtype=pl.UInt32),
        first_line=pl.col("line"),
        lines=pl.lit(1, dtype=pl.UInt32),
        first_validation=pl.col("validation_date"),
        last_validation=pl.col("validation_date"),
        debit_cents=pl.col("debit_cents").fill_null(0),
        credit_cents=pl.col("credit_cents").fill_null(0),
        unreadable=_UNREADABLE.cast(pl.UInt32),
    )


_UNREADABLE = pl.col("debit_cents").is_null() | pl.col("credit_cents").is_null()
_COLUMNS = {
    "line": pl.UInt32,
    "journal_code": pl.String,
    "entry_number": pl.String,
    "entry_date": pl.Date,
    "piece_ref": pl.String,
    "validation_date": pl.Date,
    "debit_cents": pl.Int64,
    "credit_cents": pl.Int64,
}
RUN_COLUMNS = tuple(_COLUMNS)
"""The columns of a canonical line that entries are found by."""


def _runs(lines: pl.DataFrame, block: int) -> pl.DataFrame:
    changes = (pl.col(name).ne_missing(pl.col(name).shift(1)) for name in _RUN_KEY)
    skipped = pl.col("line") != pl.col("line").shift(1) + 1  # a line of the file is no line
    starts = pl.any_horizontal(skipped.fill_null(value=True), *changes)
    numbered = lines.select(*_COLUMNS, run=starts.cum_sum(), unreadable=_UNREADABLE)
    return numbered.group_by("run", maintain_order=True).agg(
        *(pl.col(name).first() for name in _RUN_KEY),
        block=pl.lit(block, dtype=pl.UInt32),
        first_line=pl.col("line").first(),
        lines=pl.len().cast(pl.UInt32),
        first_validation=pl.col("validation_date").min(),
        last_validation=pl.col("validation_date").max(),
        debit_cents=pl.col("debit_cents").sum(),
        credit_cents=pl.col("credit_cents").sum(),
        unreadable=pl.col("unreadable").sum().cast(pl.UInt32),
    ).drop("run")  # fmt: skip


def _by_key(runs: pl.DataFrame, rule: str) -> Entries:
    keys = list(KEYS[rule])
    table = _table(runs.group_by(keys, maintain_order=True), keys)
    numbered = runs.join(
        table.select(*keys, "entry"), on=keys, how="left", nulls_equal=True, maintain_order="left"
    )
    return Entries(rule, table, numbered)


def _by_running_balance(runs: pl.DataFrame) -> Entries:
    """Cut each journal, in file order, after each line where its balance is back to zero."""
    balance = (pl.col("debit_cents") - pl.col("credit_cents")).cum_sum().over("journal_code")
    runs = runs.with_columns(balance=balance).with_columns(
        cut=(pl.col("balance") == 0)
        .cast(pl.UInt32)
        .shift(1, fill_value=0)
        .cum_sum()
        .over("journal_code")
    )
    keys = ["journal_code", "cut"]
    table = _table(runs.group_by(keys, maintain_order=True), keys)
    numbered = runs.join(table.select(*keys, "entry"), on=keys, how="left", maintain_order="left")
    return Entries(RUNNING_BALANCE, table, numbered)


def _table(groups: pl.dataframe.group_by.GroupBy, keys: list[str]) -> pl.DataFrame:
    first = [
        pl.col(name).first() for name in ("journal_code", "entry_number", "entry_date")
        if name not in keys
    ]  # fmt: skip
    dates = [] if "entry_date" in keys else [pl.col("entry_date").n_unique().alias("dates")]
    return (
        groups.agg(
            *first,
            *dates,
            pl.col("first_line").first(),
            pl.col("lines").sum(),
            pl.col("first_validation").min(),
            pl.col("last_validation").max(),
            pl.len().alias("runs"),
            pl.col("debit_cents", "credit_cents", "unreadable").sum(),
        )
        .with_row_index("entry", offset=1)
        .with_columns(*([pl.lit(1).alias("dates")] if not dates else []))
    )


def _some_journal_has_one_number(entries: pl.DataFrame) -> bool:
    """Tell whether a journal of several dates carries one number only (`0`, often) or none."""
    journals = entries.group_by("journal_code").agg(
        pl.len().alias("numbers"), pl.col("dates").max()
    )
    return not journals.filter((pl.col("numbers") == 1) & (pl.col("dates") > 1)).is_empty()
