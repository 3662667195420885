"""Pair the entries of a file with those of the ledger, by their fingerprints.

A number of 64 bits for the journal and number and another for the content agree by chance once in
2^128: they decide alone, without the rows being compared (see docs/decisions/0021).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

PAIR_SCHEMA = {"entry": pl.UInt32, "batch_id": pl.Int32, "target": pl.UInt32}


def pair(file: pl.DataFrame, ledger: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Pair entries that agree on some fingerprints: the first with the first, and so on.

    With n equal ones in the file and m in the ledger, min(n, m) are paired.

    Args:
        file: Columns `entry` and fingerprints.
        ledger: Columns of `existing.EXISTING_SCHEMA`.
        by: Names of fingerprints; an entry where one is null is paired with none.

    Returns:
        Columns of `PAIR_SCHEMA`: the entry of the file, and the batch and entry of the ledger.
    """
    if file.is_empty() or ledger.is_empty():
        return pl.DataFrame(schema=PAIR_SCHEMA)
    left, right = file.select("entry", *by), ledger.select("batch_id", "entry", *by)
    left = left.join(right, on=by, how="semi", maintain_order="left")  # numbering costs more
    right = right.join(left, on=by, how="semi", maintain_order="left")
    right = right.rename({"entry": "target"})
    paired = _numbered(left, by).join(_numbered(right, by), on=[*by, "nth"], how="inner")
    return paired.select(PAIR_SCHEMA.keys()).sort("entry")


def unpaired(file: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the entries of the file that are in no pair."""
    if pairs.is_empty():
        return file
    return file.join(pairs, on="entry", how="anti", maintain_order="left")


def unpaired_targets(ledger: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the entries of the ledger that are in no pair."""
    if pairs.is_empty():
        return ledger
    targets = pairs.select("batch_id", pl.col("target").alias("entry"))
    return ledger.join(targets, on=["batch_id", "entry"], how="anti", maintain_order="left")


def _numbered(entries: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    return entries.with_columns(nth=pl.int_range(pl.len()).over(by))
