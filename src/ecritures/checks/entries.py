"""Entries found as people wrote them: which lines belong together, and whether they balance.

Lines are first folded into *runs*: consecutive lines of one journal, number and date. Runs are few
and narrow, so a whole file fits in memory; scattered runs of one entry are brought together by key.
Where numbers do not tell entries apart, other keys are tried, and last the running balance of each
journal; a rule is taken only when it leaves no entry unbalanced.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

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
RUN_COLUMNS = (
    *("line", "journal_code", "entry_number", "entry_date", "piece_ref"),
    *("debit_cents", "credit_cents"),
)
"""The columns of a canonical line that entries are found by."""

_RUN_KEY = ("journal_code", "entry_number", "entry_date")


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of a file.

    Attributes:
        rule: The rule that told them apart, one of `RULES`.
        table: One row an entry, in the order of their first lines: `entry` (from 1),
            `journal_code`, `entry_number`, `entry_date`, `first_line`, `lines`, `runs` (how many
            of them), `dates` (whether they have several), `balance_cents`, `unreadable` (lines
            without a readable amount).
        runs: One row a run, in file order: `block`, `first_line`, `lines`, `entry`,
            `balance_cents`, and the journal, number and date of the run.
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
        return self.table.filter((pl.col("balance_cents") != 0) & (pl.col("unreadable") == 0))


class EntryIndex:
    """Gathers the runs of a file, block after block, then finds its entries.

    Args:
        forced: One of `RULES` when it is known beforehand: what it needs is then gathered at once.
    """

    def __init__(self, forced: str | None = None) -> None:
        self._forced = forced
        self._runs: list[pl.DataFrame] = []

    def add(self, lines: pl.DataFrame) -> None:
        """Fold the canonical lines of the next block into runs."""
        self._runs.append(_runs_of(self._forced, lines, len(self._runs)))

    def find(self, blocks: Callable[[], Iterable[pl.DataFrame]]) -> Entries:
        """Tell the entries apart, by the rule that is forced, else by the first that balances.

        Args:
            blocks: Gives the blocks again, with `RUN_COLUMNS`; only asked for by the rules that
                need more than the runs by number.
        """
        runs = pl.concat(self._runs)
        self._runs.clear()
        if self._forced is not None:
            return _by_rule(self._forced, runs)
        by_number = _by_rule(NUMBER, runs)
        if not by_number.table["dates"].any():
            return by_number
        for found in (_by_rule(NUMBER_DATE, runs), _again_by_rule(PIECE_DATE, blocks)):
            if found.unbalanced.is_empty():
                return found
        if _some_journal_has_one_number(by_number.table):
            found = _again_by_rule(RUNNING_BALANCE, blocks)
            if found.unbalanced.is_empty():
                return found
        return by_number


def _runs(
    lines: pl.DataFrame, block: int, *, key: Sequence[str] = _RUN_KEY, cut: bool = True
) -> pl.DataFrame:
    """Fold consecutive lines that share a key, or make a run of each line."""
    skipped = (pl.col("line") != pl.col("line").shift(1) + 1).fill_null(value=True)
    changes = (pl.col(name).ne_missing(pl.col(name).shift(1)) for name in key)
    starts = pl.any_horizontal(skipped, *changes) if cut else pl.lit(value=True)
    debit, credit = pl.col("debit_cents"), pl.col("credit_cents")
    named = dict.fromkeys((*key, *_RUN_KEY))
    return (
        lines.lazy()
        .select(
            *named,
            "line",
            run=starts.cast(pl.UInt32).cum_sum() if cut else pl.int_range(pl.len()),
            balance=debit.fill_null(0) - credit.fill_null(0),
            unread=debit.is_null() | credit.is_null(),
        )
        .group_by("run", maintain_order=True)
        .agg(
            *(pl.col(name).first() for name in named),
            block=pl.lit(block, dtype=pl.UInt16),
            first_line=pl.col("line").first(),
            lines=pl.len().cast(pl.UInt32),
            balance_cents=pl.col("balance").sum(),
            unreadable=pl.col("unread").sum().cast(pl.UInt32),
        )
        .drop("run")
        .with_columns(pl.col("journal_code").cast(pl.Categorical()))
        .collect()
    )


def _by_rising_number(runs: pl.DataFrame) -> Entries | None:
    """The common case, quickly: numbers that only rise in each journal, so none comes twice.

    Returns:
        The entries by number, or None when the numbers are otherwise.
    """
    same = (pl.col("journal_code") == pl.col("journal_code").shift(1)) & (
        pl.col("entry_number") == pl.col("entry_number").shift(1)
    )
    digits = pl.col("entry_number").str.extract(r"^[^0-9]*([0-9]{1,18})$").cast(pl.Int64)
    steps = runs.select("journal_code", same=same.fill_null(value=False), number=digits)
    rising = steps.filter(~pl.col("same")).select(
        ((pl.col("number").diff().over("journal_code") > 0) | pl.col("number").is_first_distinct())
        .fill_null(value=False)
        .all()
    )
    if steps["number"].null_count() or not rising.item():
        return None
    entry = (~steps["same"]).cast(pl.UInt32).cum_sum().alias("entry")
    runs = runs.with_columns(entry)
    return Entries(NUMBER, _table(runs), runs)


def _by_rule(rule: str, runs: pl.DataFrame) -> Entries:
    """Find entries in runs that were folded as the rule needs them."""
    if rule == RUNNING_BALANCE:
        return _by_running_balance(runs)
    rising = _by_rising_number(runs) if rule == NUMBER else None
    return rising or _by_key(runs, rule)


def _again_by_rule(rule: str, blocks: Callable[[], Iterable[pl.DataFrame]]) -> Entries:
    """Find entries by what only the lines tell."""
    runs = (_runs_of(rule, lines, number) for number, lines in enumerate(blocks()))
    return _by_rule(rule, pl.concat(runs))


def _runs_of(rule: str | None, lines: pl.DataFrame, block: int) -> pl.DataFrame:
    """Fold lines as a rule needs them."""
    if rule == PIECE_DATE:
        return _runs(lines, block, key=(*_RUN_KEY, "piece_ref"))
    return _runs(lines, block, cut=rule != RUNNING_BALANCE)


def _by_key(runs: pl.DataFrame, rule: str) -> Entries:
    numbered = _numbered(runs, KEYS[rule])
    return Entries(rule, _table(numbered), numbered)


def _by_running_balance(runs: pl.DataFrame) -> Entries:
    """Cut each journal, in file order, after each line where its balance is back to zero."""
    balance = pl.col("balance_cents").cum_sum().over("journal_code")
    runs = runs.with_columns(back=(balance == 0).cast(pl.UInt32))
    cut = pl.col("back").shift(1, fill_value=0).cum_sum().over("journal_code")
    numbered = _numbered(runs.with_columns(cut=cut), ("journal_code", "cut"))
    return Entries(RUNNING_BALANCE, _table(numbered), numbered)


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
    first = runs.filter(~more).select(
        *_TABLE, runs=pl.lit(1, dtype=pl.UInt32), dates=pl.lit(value=False)
    )
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
            *(pl.col(name).first() for name in (*_RUN_KEY, "first_line")),
            pl.col("lines", "balance_cents", "unreadable").sum(),
            runs=pl.len().cast(pl.UInt32),
            dates=pl.col("entry_date").min().ne_missing(pl.col("entry_date").max()),
        )
        .collect()
    )


_TABLE = ("entry", *_RUN_KEY, "first_line", "lines", "balance_cents", "unreadable")


def _some_journal_has_one_number(entries: pl.DataFrame) -> bool:
    """Tell whether a journal of several dates carries one number only (`0`, often) or none."""
    journals = entries.group_by("journal_code").agg(
        pl.len().alias("numbers"), pl.col("dates").any()
    )
    return not journals.filter((pl.col("numbers") == 1) & pl.col("dates")).is_empty()
