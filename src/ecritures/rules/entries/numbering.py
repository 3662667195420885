"""Whether the numbers of a file tell its entries apart.

The structure of the file decides: journals, numbers, dates and the order of lines. Amounts never
do, so that an error in an entry cannot hide by moving its lines into another one.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from ecritures.core.frames import constant
from ecritures.core.grouping import GroupingReason
from ecritures.rules.entries.restarts import find_restart
from ecritures.rules.sequence import is_common

SINGLE_SHARE_MIN = 0.9
"""From this share of numbers with one line on, a journal numbers its lines, not its entries."""
LINES_MIN = 3
DATES_MIN = 3
"""From this many dates on, the only number of a journal is not that of one entry."""
NOTHING = r"^[0\s]*$"
"""A number or a piece made of zeros or blanks is none."""


class Numbers(NamedTuple):
    """What the numbers of a file are worth.

    Attributes:
        unusable: Why they do not tell entries apart; None where they do.
        value: The number, where one serves the whole file; else "".
        loose_journals: The journals whose numbers are those of lines, or never change.
        some_missing: Whether some lines have no number.
        is_common: Whether journals share numbers, and numbering is common to them.
        period: The period with which numbers restart, where they do.
    """

    unusable: GroupingReason | None = None
    value: str = ""
    loose_journals: tuple[str, ...] = ()
    some_missing: bool = False
    is_common: bool = False
    period: str | None = None


def judge_numbers(table: pl.DataFrame, *, distinct: bool = False) -> Numbers:
    """Return what the numbers of a file are worth.

    Args:
        table: One row for each journal and number: `journal_code`, `entry_number`, `entry_date`
            (the first), `first_line`, `lines`, `dates` (whether there are several).
        distinct: Whether it is known that no number comes twice.
    """
    number = table["entry_number"]
    missing = _is_nothing(number)
    one = number[0] if number.eq_missing(number[0]).all() else ""
    if missing.all():
        reason = GroupingReason.ONE_NUMBER if one.strip() else GroupingReason.NO_NUMBER
        return Numbers(reason, one)
    if one and table["lines"].sum() >= LINES_MIN and _has_several_days(table):
        return Numbers(GroupingReason.ONE_NUMBER, one)
    shared = not distinct and number.n_unique() < table.height
    common = shared and is_common(table.filter(~missing))
    rest = table.filter(~missing) if missing.any() else table
    journals = _line_journals(rest, common=common)
    if journals and rest["journal_code"].cast(pl.String).is_in(journals).all():
        return Numbers(GroupingReason.NUMBER_PER_LINE)
    return Numbers(None, "", tuple(journals), bool(missing.any()), common)


def has_document() -> pl.Expr:
    """Return whether `piece_ref` names a document."""
    return ~pl.col("piece_ref").str.contains(NOTHING)


def _is_nothing(number: pl.Series) -> pl.Series:
    """Return which numbers are none; the first and the last in order usually show that none is."""
    first, last = str(number.min()), str(number.max())
    if first >= "1" and last < "\x7f" and not number.null_count():  # blanks may be beyond ASCII
        return constant(value=False, rows=number.len(), dtype=pl.Boolean)
    return number.str.contains(NOTHING)


def judge_several_days(numbers: Numbers, runs: pl.DataFrame) -> Numbers:
    """Also tell whether numbers restart, or journals bear one from the first day to the last.

    Args:
        numbers: What is known of numbers, some of which have several dates.
        runs: `journal_code`, `entry_number`, `entry_date` and `lines` of each run.
    """
    if period := find_restart(runs):
        if _restart_with_entries(runs, period):
            return Numbers(GroupingReason.NUMBER_PER_LINE)
        return numbers._replace(period=period)
    journals = _constant_journals(runs)
    if not journals:
        return numbers
    loose = (*numbers.loose_journals, *journals)
    if runs["journal_code"].cast(pl.String).is_in(loose).all():
        return Numbers(GroupingReason.ONE_NUMBER_PER_JOURNAL)
    return numbers._replace(loose_journals=loose)


def _restart_with_entries(runs: pl.DataFrame, period: str) -> bool:
    """Return whether the numbers of each period are those of lines, as 1, 2, 3 in each entry."""
    within = pl.col("entry_date").dt.truncate(period)
    table = runs.group_by("journal_code", "entry_number", within).agg(pl.col("lines").sum())
    journals = _line_journals(table, common=False)
    return bool(journals) and table["journal_code"].cast(pl.String).is_in(journals).all()


def _has_several_days(table: pl.DataFrame) -> bool:
    """Return whether some lines have another date than others."""
    return bool(table["dates"].any()) or table["entry_date"].n_unique() > 1


def without_number(numbers: Numbers) -> pl.Expr:
    """Return which runs have no number of an entry, in a file where others have one."""
    journal = pl.col("journal_code").cast(pl.String)
    return pl.col("entry_number").str.contains(NOTHING) | journal.is_in(numbers.loose_journals)


def over_journals(within: pl.Expr) -> pl.Expr:
    """Return which runs belong to a number that one entry bears, whatever their journals.

    The same number on two dates is a number used twice.

    Args:
        within: The period with which numbers restart.
    """
    return pl.col("entry_date").n_unique().over("entry_number", within) == 1


def _line_journals(table: pl.DataFrame, *, common: bool) -> list[str]:
    """Return the journals in which nearly all numbers have exactly one line."""
    if not (table["lines"] == 1).any():
        return []
    lines = pl.col("lines").sum().over("entry_number") if common else pl.col("lines")
    journals = (
        table.with_columns(single=lines == 1)
        .group_by("journal_code", maintain_order=True)
        .agg(pl.col("single").mean(), pl.col("lines").sum())
        .filter(pl.col("single") >= SINGLE_SHARE_MIN)
    )
    if not (journals["lines"] >= LINES_MIN).any():
        return []
    # A journal of a line or two does as the others do.
    return journals["journal_code"].cast(pl.String).to_list()


def _constant_journals(runs: pl.DataFrame) -> list[str]:
    """Return the journals with one number on several dates, each of which has several lines.

    An entry whose lines bear dates of their own, as openings that repeat those of the invoices,
    has dates of one line.
    """
    journals = (
        runs.filter(pl.col("entry_number").n_unique().over("journal_code") == 1)
        .group_by("journal_code", "entry_date", maintain_order=True)
        .agg(pl.col("lines").sum())
        .group_by("journal_code", maintain_order=True)
        .agg(dates=pl.len(), lines=pl.col("lines").min())
        .filter(pl.col("dates") > 1, pl.col("lines") > 1)
    )
    if not (journals["dates"] >= DATES_MIN).any():
        return []
    # A journal with an entry or two does as the others do.
    return journals["journal_code"].cast(pl.String).to_list()
