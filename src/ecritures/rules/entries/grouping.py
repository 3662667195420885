"""Find the entries of a file: which lines belong together.

One rule is chosen for the whole file, from its structure alone (`numbering`, `pieces`). Balances
are considered only where neither numbers nor pieces can be used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.grouping import PERIODS, Grouping, GroupingReason, HowGrouped
from ecritures.rules.entries.found import ONE_RUN, Entries, entries_by_key, entry_table
from ecritures.rules.entries.line_ranks import hold_several_documents, numbers_before_ranks
from ecritures.rules.entries.number import EntryNumberer
from ecritures.rules.entries.numbering import (
    judge_numbers,
    judge_several_days,
    over_journals,
    without_number,
)
from ecritures.rules.entries.pieces import (
    entries_by_piece,
    entries_by_running_balance,
    pieces_make_no_sense,
    running_balance,
)
from ecritures.rules.entries.restarts import find_restart
from ecritures.rules.entries.reused import PART, parts_of_reused
from ecritures.rules.entries.runs import RUN_KEY, NumberOrder, Runs
from ecritures.rules.sequence import is_common

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ecritures.core.lines import NumberedLines
    from ecritures.rules.entries.numbering import Numbers

    Blocks = Callable[[], Iterable[pl.DataFrame]]

HEADING = "heading"
"""The column of the headings that lines are under."""
KEYS: dict[Grouping, tuple[str, ...]] = {
    Grouping.FILE_NUMBER: ("entry_number",),
    Grouping.NUMBER: ("journal_code", "entry_number"),
    Grouping.NUMBER_DATE: ("journal_code", "entry_number", "entry_date"),
}


class EntryIndex:
    """Gathers the runs of a file, block after block, then finds its entries.

    Args:
        forced: The rule, when it is known beforehand: what it needs is then gathered at once.
        proposed: A rule by numbers, taken where numbers can be used.
    """

    def __init__(self, forced: Grouping | None = None, proposed: Grouping | None = None) -> None:
        self._forced = forced
        self._proposed = proposed
        as_they_come = forced in (None, Grouping.NUMBER, Grouping.HEADING)
        self._numberer = EntryNumberer() if as_they_come else None
        self._runs = _runs_for(forced, self._numberer)
        self._order = NumberOrder()
        self._by_heading = False

    @property
    def is_scattered(self) -> bool:
        """Whether it is known already that numbering lines as they come does not hold."""
        return self._numberer is None or self._numberer.is_scattered

    def add(self, lines: pl.DataFrame, headings: pl.Series | None = None) -> None:
        """Fold the canonical lines of the next block into runs.

        Args:
            lines: The lines.
            headings: As those of a block; they count unless another rule is forced.
        """
        if headings is not None and self._forced in (None, Grouping.HEADING):
            self._add_headed(lines.with_columns(headings.alias(HEADING)))
            return
        runs = self._runs.add(lines)
        if self._forced is None:
            self._order.follow(runs)
        if self._numberer is not None and not (self._forced is None and self._order.rise):
            self._numberer.look_for_scattered()

    def _add_headed(self, lines: pl.DataFrame) -> None:
        """Fold lines whose entries the file itself marks."""
        if not self._by_heading:
            self._by_heading = True
            self._numberer = EntryNumberer((HEADING,))
            self._runs = Runs((HEADING, *RUN_KEY), numberer=self._numberer)
        self._runs.add(lines)

    def number_lines(self, lines: pl.DataFrame) -> NumberedLines:
        """Number the lines of the block that was added last, as long as they are not scattered."""
        if self._numberer is None:
            message = "lines are not numbered as they come"
            raise AssertionError(message)
        return self._numberer.number_lines(lines)

    def find(self, blocks: Blocks) -> Entries:
        """Tell the entries apart, by the rule that is forced, else by the one that fits.

        Args:
            blocks: Gives the canonical lines again; only asked for by the rules that
                need more than the runs by number.
        """
        runs = self._runs.all()
        if self._by_heading:
            return entries_by_key(runs, (HEADING,), _how_headed(runs))
        if self._forced is Grouping.HEADING:  # there are none
            self._forced = Grouping.NUMBER
        if self._forced is not None:
            return _by_rule(runs, HowGrouped(self._forced, GroupingReason.REQUESTED))
        by_number = self._by_number(runs)
        numbers = judge_numbers(by_number.table, distinct=by_number.by_one)
        if numbers.unusable is None and by_number.table["dates"].any():
            numbers = judge_several_days(numbers, runs)
        if numbers.unusable is not None:
            return _by_ranks(runs, numbers, blocks) or _without_numbers(numbers, blocks)
        if numbers.loose_journals or numbers.some_missing:
            by_piece = _again(Grouping.PIECE_DATE, blocks)
            return entries_by_piece(by_piece, *self._how_mixed(runs, numbers))
        if self._proposed:
            how = HowGrouped(self._proposed, GroupingReason.PROPOSED)
            return entries_by_key(runs, KEYS[self._proposed], how)
        return _by_usable_numbers(by_number, runs, numbers, blocks)

    def _how_mixed(
        self, runs: pl.DataFrame, numbers: Numbers
    ) -> tuple[HowGrouped, Numbers, str | None]:
        """Say how the lines that have a number of an entry are grouped."""
        if self._proposed == Grouping.NUMBER_DATE:
            return HowGrouped(self._proposed, GroupingReason.PROPOSED), numbers, "1d"
        period = find_restart(runs.filter(~without_number(numbers)))
        rule = Grouping.NUMBER_DATE if period else Grouping.NUMBER
        reason = PERIODS[period] if period else GroupingReason.NUMBERED
        return HowGrouped(rule, reason), numbers, period

    def _by_number(self, runs: pl.DataFrame) -> Entries:
        """Take the entries as they were numbered, unless the lines of one are scattered."""
        how = HowGrouped(Grouping.NUMBER, GroupingReason.NUMBERED)
        key = KEYS[Grouping.NUMBER]
        if not self._order.rise and runs.select(key).n_unique() != runs["entry"][-1]:
            return entries_by_key(runs, key, how)
        by_one = self._order.rise and self._order.by_one
        if runs["entry"][-1] == runs.height:  # the common case: each entry is one run
            table = runs.with_columns(*ONE_RUN)
            return Entries(how, table, table, by_one)
        return Entries(how, entry_table(runs), runs, by_one)


def _runs_for(rule: Grouping | None, numberer: EntryNumberer | None = None) -> Runs:
    """Return the runs that a rule needs."""
    if rule == Grouping.PIECE_DATE:
        return Runs((*RUN_KEY, "piece_ref"), sides=True)
    return Runs(long=rule != Grouping.RUNNING_BALANCE, numberer=numberer)


def _how_headed(runs: pl.DataFrame) -> HowGrouped:
    """Say what the numbers of entries are worth that the file itself marks."""
    key = KEYS[Grouping.NUMBER]
    table = entries_by_key(runs, key, HowGrouped(Grouping.NUMBER, GroupingReason.NUMBERED)).table
    numbers = judge_numbers(table)
    if numbers.unusable is None and table["dates"].any():
        numbers = judge_several_days(numbers, runs)
    reason = numbers.unusable or GroupingReason.ENTRY_ELEMENT
    if numbers.period:
        reason = PERIODS[numbers.period]
    loose = numbers.loose_journals
    return HowGrouped(Grouping.HEADING, reason, numbers.value, loose_journals=loose)


def _again(rule: Grouping, blocks: Blocks) -> pl.DataFrame:
    """Read the lines once more for the runs that a rule needs."""
    runs = _runs_for(rule)
    for lines in blocks():
        runs.add(lines)
    return runs.all()


def _by_rule(runs: pl.DataFrame, how: HowGrouped) -> Entries:
    """Find entries in runs that were folded as the rule needs them."""
    if how.rule == Grouping.PIECE_DATE:
        return entries_by_piece(runs, how)
    if how.rule == Grouping.RUNNING_BALANCE:
        return entries_by_running_balance(runs, how)
    return entries_by_key(runs, KEYS[how.rule], how)


def _by_ranks(runs: pl.DataFrame, numbers: Numbers, blocks: Blocks) -> Entries | None:
    """Find entries by what stands before the rank of each line in its number."""
    per_line = numbers.unusable is GroupingReason.NUMBER_PER_LINE
    before = numbers_before_ranks(runs) if per_line else None
    if before is None:
        return None
    by_document = Runs((*RUN_KEY, "piece_ref"), sides=True)
    for lines in blocks():
        by_document.add(lines)
    if hold_several_documents(by_document.all()):
        return None
    how = HowGrouped(Grouping.NUMBER_DATE, GroupingReason.RANK_IN_NUMBER)
    return entries_by_key(runs.with_columns(number=before), ("journal_code", "number"), how)


def _without_numbers(numbers: Numbers, blocks: Blocks) -> Entries:
    """Find entries by their pieces, else by the running balance of their journals."""
    reason = numbers.unusable or GroupingReason.NO_NUMBER
    how = HowGrouped(Grouping.PIECE_DATE, reason, numbers.value)
    found = entries_by_piece(_again(how.rule, blocks), how)
    if not pieces_make_no_sense(found):
        return found
    how = running_balance(how, found)
    return entries_by_running_balance(_again(how.rule, blocks), how)


def _by_usable_numbers(
    by_number: Entries, runs: pl.DataFrame, numbers: Numbers, blocks: Blocks
) -> Entries:
    """Find entries by their numbers: those of the file, or those of a journal and a period."""
    period = numbers.period
    within = pl.col("entry_date").dt.truncate(period) if period else pl.lit(None)
    reused = False
    if (by_number.table["runs"] > 1).any():
        runs = parts_of_reused(runs, blocks, period)
        reused = runs[PART].count() > 0
        within = pl.concat_str(within.cast(pl.String), PART, separator=" ", ignore_nulls=True)
    common = is_common(_of_period(runs, within)) if period or reused else numbers.is_common
    whole = over_journals(within) if common else pl.lit(value=False)
    over = common and _some_over_journals(runs, within)
    rule, reason = Grouping.NUMBER, GroupingReason.NUMBERED
    if period:
        rule, reason = Grouping.NUMBER_DATE, PERIODS[period]
    elif over:
        rule, reason = Grouping.FILE_NUMBER, GroupingReason.NUMBERED_BY_FILE
    elif not reused:
        return by_number
    journal = pl.col("journal_code").cast(pl.String)
    key = (pl.when(~whole).then(journal), "entry_number", within)
    how = HowGrouped(rule, reason, over_journals=over, reused=reused)
    return entries_by_key(runs, key, how)


def _of_period(runs: pl.DataFrame, within: pl.Expr) -> pl.DataFrame:
    """Return the first run of each number of a journal and a period."""
    dated = runs.select("journal_code", "entry_number", "first_line", period=within)
    return dated.unique(
        ["journal_code", "entry_number", "period"], keep="first", maintain_order=True
    )


def _some_over_journals(runs: pl.DataFrame, within: pl.Expr) -> bool:
    several = pl.col("journal_code").n_unique().over("entry_number", within) > 1
    return not runs.filter(several & over_journals(within)).is_empty()
