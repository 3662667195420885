"""Runs: consecutive lines of one journal, number and date, folded into one row each.

They are few and narrow, so those of a whole file fit in memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import begins_anew, constant, is_like_before, or_zero

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecritures.rules.entries.number import EntryNumberer

RUN_KEY = ("journal_code", "entry_number", "entry_date")
DIGITS_MAX = 18
_SUMS = ("lines", "balance_cents", "unreadable", "debits", "credits")


class Runs:
    """The runs of a file, block after block.

    Args:
        key: What the lines of a run have in common.
        long: Whether a run may be several lines; else only those of one row of the file.
        sides: Whether the amounts on each side are counted.
        numberer: Gives each run its entry, where entries are numbered as their lines come.
    """

    def __init__(
        self,
        key: Sequence[str] = RUN_KEY,
        *,
        long: bool = True,
        sides: bool = False,
        numberer: EntryNumberer | None = None,
    ) -> None:
        self._key = key
        self._long = long
        self._sides = sides
        self._numberer = numberer
        self._blocks: list[pl.DataFrame] = []

    def add(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Fold the lines of the next block, whose first run may continue the last one.

        Args:
            lines: Canonical lines, with the columns of `LINE_SCHEMA`.

        Returns:
            The runs of this block alone, as `fold` returns them; with `entry` if they are numbered.
        """
        runs = fold(lines, self._key, long=self._long, sides=self._sides)
        if self._numberer is not None:
            runs = runs.with_columns(self._numberer.number_runs(runs))
        if self._blocks and self._long and self._goes_on(runs):
            last = self._blocks[-1]
            halves = pl.concat([last[-1:], runs[:1]])
            sums = [name for name in _SUMS if name in halves.columns]
            whole = halves.select(pl.exclude(sums).first(), pl.col(sums).sum())
            whole = whole.select(pl.col(name).cast(kind) for name, kind in last.schema.items())
            self._blocks[-1:] = [part for part in (last[:-1], whole, runs[1:]) if part.height]
        else:
            self._blocks.append(runs)
        return runs

    def all(self) -> pl.DataFrame:
        """Return the runs of the whole file, as `add` does, and forget them."""
        runs = pl.concat(self._blocks)
        self._blocks.clear()
        return runs

    def _goes_on(self, runs: pl.DataFrame) -> bool:
        if not (runs.height and self._blocks[-1].height):
            return False
        last, first = self._blocks[-1].row(-1, named=True), runs.row(0, named=True)
        # Several lines may have the number of the one row that they come from.
        return first["first_line"] <= last["first_line"] + last["lines"] and all(
            last[name] == first[name] for name in self._key
        )


def fold(
    lines: pl.DataFrame,
    key: Sequence[str] = RUN_KEY,
    *,
    long: bool = True,
    sides: bool = False,
) -> pl.DataFrame:
    """Fold consecutive lines that share a key, or make a run of each line.

    Args:
        lines: Canonical lines, with the columns of `LINE_SCHEMA`, in file order.
        key: The columns that the lines of a run have in common; `journal_code` is one of them.
        long: Whether a run may be several lines.
        sides: Whether the amounts on each side are counted.

    Returns:
        One row for each run, in file order: the columns of the key, `first_line`, `lines` (how
        many), `balance_cents`, `unreadable` (how many lines lack a readable amount); and, of the
        sides, `debits` and `credits` (how many lines have an amount there).
    """
    if long:
        like = is_like_before(lines, key)
        number = lines["line"]
        if lines.height and number[-1] - number[0] != lines.height - 1:  # some lines are missing
            like &= (number <= number.shift(1) + 1).fill_null(value=False)
        start = (~like).arg_true()
    else:
        start = (~is_like_before(lines, ("line",))).arg_true()
    end = start.shift(-1, fill_value=lines.height)
    debit, credit = lines["debit_cents"], lines["credit_cents"]
    balance = or_zero(debit) - or_zero(credit)
    unread = constant(0, lines.height, pl.Int64)
    if debit.null_count() or credit.null_count():
        unread = (debit.is_null() | credit.is_null()).cast(pl.Int64)
    return lines.select(*key, first_line="line")[start].with_columns(
        pl.col("journal_code").cast(pl.Categorical()),
        lines=(end - start).cast(pl.UInt32),
        balance_cents=_sums(balance, end),
        unreadable=_sums(unread, end).cast(pl.UInt32),
        **(_sides(debit, credit, end) if sides else {}),
    )


def _sides(debit: pl.Series, credit: pl.Series, end: pl.Series) -> dict[str, pl.Series]:
    """Count the amounts on each side; one that is not readable is on its side all the same."""
    return {
        name: _sums((amount.is_null() | (amount != 0)).cast(pl.Int64), end).cast(pl.UInt32)
        for name, amount in (("debits", debit), ("credits", credit))
    }


def _sums(values: pl.Series, end: pl.Series) -> pl.Series:
    """Add up consecutive groups of values.

    Args:
        values: Integers, without null.
        end: For each group, the index just after its last value.

    Returns:
        One sum for each group.
    """
    if not (values != 0).any():
        return constant(0, end.len(), pl.Int64)
    so_far = values.cum_sum().gather(end - 1)
    return so_far - so_far.shift(1, fill_value=0)


class NumberOrder:
    """Follows the numbers of entries along a file.

    Attributes:
        rise: Whether all are numbers, perhaps after letters, and always rise within each journal.
        by_one: Whether each is one more than that of the entry before it.
    """

    def __init__(self) -> None:
        self.rise = True
        self.by_one = True
        self._last: dict[str, int] = {}
        self._before: tuple[str, str] | None = None
        self._number_before: int | None = None

    def follow(self, runs: pl.DataFrame) -> None:
        """Look at the runs of the next block.

        Args:
            runs: `journal_code` and `entry_number` of each run, in file order.
        """
        if not self.rise or runs.is_empty():
            return
        names = runs.select("journal_code", "entry_number")
        begins = begins_anew(names, names.columns, self._before)
        self._before = names.row(-1)
        entries = names.filter(begins)
        self._follow(entries.select("journal_code", number=_number_in(entries["entry_number"])))

    def _follow(self, entries: pl.DataFrame) -> None:
        number = entries["number"]
        if number.is_empty():
            return
        if number.null_count():
            self.rise = self.by_one = False
            return
        before = self._number_before
        self.by_one &= bool((number[1:] - number[:-1] == 1).all())
        self.by_one &= before is None or number[0] == before + 1
        self._number_before = number[-1]
        journals = entries.group_by("journal_code").agg(
            first=pl.col("number").first(),
            last=pl.col("number").last(),
            step=pl.col("number").diff().min(),
        )
        for journal, first, last, step in journals.iter_rows():
            self.rise &= (step is None or step > 0) and first > self._last.get(journal, -1)
            self._last[journal] = last


def _number_in(text: pl.Series) -> pl.Series:
    """Read the digits that a text ends with, perhaps after others; null where there are none."""
    number = text.cast(pl.UInt64, strict=False)  # as a rule, there are only digits
    if not number.null_count() and (text.str.len_bytes() <= DIGITS_MAX).all():
        return number.cast(pl.Int64)
    return text.str.extract(rf"^[^0-9]*([0-9]{{1,{DIGITS_MAX}}})$").cast(pl.Int64)
