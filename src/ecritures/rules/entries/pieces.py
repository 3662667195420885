"""Entries found by their piece and date, where there is no number that tells them apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.grouping import Grouping, HowGrouped
from ecritures.rules.entries.found import entries_by_key
from ecritures.rules.entries.numbering import has_document, without_number

if TYPE_CHECKING:
    from ecritures.rules.entries.found import Entries
    from ecritures.rules.entries.numbering import Numbers

PIECES_SHOWN_MAX = 5
DAY_LINES_MIN = 4
"""So many lines of a day may be two entries."""
OFF_BALANCE_MIN = 10
OFF_BALANCE_SHARE_MAX = 0.2
_GROUP = ("journal_code", "piece_ref", "entry_date")


def entries_by_piece(
    runs: pl.DataFrame,
    how: HowGrouped,
    numbers: Numbers | None = None,
    period: str | None = None,
) -> Entries:
    """Find entries by journal, piece and date.

    A piece with amounts on both sides is an entry, whether it balances or not. All other lines of
    a journal and a day are one entry together: cheques of one deposit, each with its own piece.

    Args:
        runs: Runs of one piece each, with `debits` and `credits`: how many lines have an amount on
            that side.
        how: Why they are sought in this way.
        numbers: What the numbers are worth, where those that are usable come first.
        period: Within what a number of a journal does not come back; None: the file.
    """
    loose = without_number(numbers) if numbers else pl.lit(value=True)
    both = (pl.col("debits").sum().over(_GROUP) > 0) & (pl.col("credits").sum().over(_GROUP) > 0)
    has_piece = has_document()
    within = pl.col("entry_date").dt.truncate(period) if period else pl.lit(None)
    key = (
        "journal_code",
        pl.when(~loose).then("entry_number"),
        pl.when(loose).then("entry_date").otherwise(within),
        pl.when(loose & has_piece & both).then("piece_ref"),
    )
    found = entries_by_key(runs, key, how)
    joined = loose & has_piece & ~both & (pl.len().over("entry") > 1)
    pieces = found.runs.filter(joined)["piece_ref"].unique(maintain_order=True)
    of_day = loose & ~has_piece & (pl.col("lines").sum().over("entry") >= DAY_LINES_MIN)
    by_day = bool(found.runs.select(of_day.any()).item())
    how = how._replace(pieces=tuple(pieces.head(PIECES_SHOWN_MAX)), by_day=by_day)
    if numbers is not None:
        how = how._replace(mixed=True, loose_journals=numbers.loose_journals)
    return replace(found, how=how)


def entries_by_running_balance(runs: pl.DataFrame, how: HowGrouped) -> Entries:
    """Cut each journal, in file order, after each line where its balance is back to zero.

    Args:
        runs: One for each line.
        how: Why they are sought in this way.
    """
    balance = pl.col("balance_cents").cum_sum().over("journal_code")
    back = runs.select("journal_code", back=(balance == 0).cast(pl.UInt32))
    cut = back.select(pl.col("back").shift(1, fill_value=0).cum_sum().over("journal_code"))
    return entries_by_key(runs, ("journal_code", pl.lit(cut.to_series())), how)


def pieces_make_no_sense(entries: Entries) -> bool:
    """Return whether too many entries are off balance for pieces to tell them apart."""
    off = entries.unbalanced.height
    return off > OFF_BALANCE_MIN and off > entries.table.height * OFF_BALANCE_SHARE_MAX


def running_balance(why: HowGrouped, by_piece: Entries) -> HowGrouped:
    """Say why the running balance is used."""
    off = by_piece.unbalanced.height
    return HowGrouped(Grouping.RUNNING_BALANCE, why.reason, why.value, off_balance=off)
