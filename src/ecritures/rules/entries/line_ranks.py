"""Numbers that end with the rank of the line in its entry: 2-1, 2-2, then 3-1."""

from __future__ import annotations

import polars as pl

from ecritures.rules.entries.numbering import has_document

_RANKED = r"^(?P<number>.*[0-9])[-./_](?P<rank>[0-9]{1,4})$"
LINES_MIN = ENTRIES_MIN = 2
SHARE_MIN = 0.9
"""So many lines follow the one before: another may be lost."""


def numbers_before_ranks(runs: pl.DataFrame) -> pl.Series | None:
    """Return the number of the entry of each run; None where numbers have no such ranks.

    They have when the ranks under each number of a journal rise in the order of the file, nearly
    all by one from 1, on one date. Thus years and journals before numbers of lines are no entries.

    Args:
        runs: `journal_code`, `entry_number`, `entry_date` and `lines` of each run, in file order.
    """
    parts = runs["entry_number"].str.extract_groups(_RANKED).struct.unnest()
    if parts["rank"].null_count() or (runs["lines"] > 1).any():
        return None
    found = runs.select("journal_code", "entry_date").hstack(parts)
    entry = ("journal_code", "number")
    judged = found.select(
        rises=(pl.col("rank").cast(pl.UInt32).diff() > 0).fill_null(value=True).over(entry),
        follows=pl.col("rank").cast(pl.UInt32) == pl.int_range(1, pl.len() + 1).over(entry),
        lines=pl.len().over(entry),
        dates=pl.col("entry_date").n_unique().over(entry),
    )
    nearly = judged.select((pl.col("follows") & (pl.col("lines") >= LINES_MIN)).mean()).item()
    if nearly < SHARE_MIN or not judged["rises"].all() or (judged["dates"] > 1).any():
        return None
    return found["number"] if found.n_unique(entry) >= ENTRIES_MIN else None


def hold_several_documents(runs: pl.DataFrame) -> bool:
    """Return whether a number before ranks has several documents, each with both sides.

    Then each document is an entry, in which errors must not cancel out those of another.

    Args:
        runs: `journal_code`, `entry_number`, `piece_ref`, `debits` and `credits` of each run.
    """
    named = runs.filter(has_document())
    number = pl.col("entry_number").str.extract_groups(_RANKED).struct.field("number")
    documents = (
        named.group_by("journal_code", "piece_ref", number=number)
        .agg(pl.col("debits", "credits").sum())
        .filter((pl.col("debits") > 0) & (pl.col("credits") > 0))
    )
    return documents.n_unique(("journal_code", "number")) < documents.height
