"""The words of entries, which searches look at before they look at lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.folding import folded

if TYPE_CHECKING:
    from ecritures.core.lines import NumberedLines

_TEXTS = ("piece_ref", "label")


def with_words(begun: pl.DataFrame, numbered: NumberedLines, shared: pl.Series) -> pl.DataFrame:
    """Add `words` to the entries that begin in a block: null where more lines may come.

    Args:
        begun: `entry`, `number`, and the texts of those whose lines share them.
        numbered: The lines of the block.
        shared: Which lines are of entries whose lines share their texts.
    """
    of_shared = shared.filter(numbered.begins)
    texts = pl.concat_str("number", *_TEXTS, separator="\n", ignore_nulls=True)
    found = begun.with_columns(words=pl.when(of_shared).then(folded(texts)))
    odd = numbered.whole & ~shared
    if not odd.any():
        return found
    several = (
        numbered.lines.select(text=pl.concat_str(*_TEXTS, separator="\n"), entry=numbered.entry)
        .filter(odd)
        .unique(maintain_order=True)
        .group_by("entry")
        .agg(pl.col("text").str.join("\n"))
    )
    joined = found.join(several, on="entry", how="left", maintain_order="left")
    all_texts = folded(pl.concat_str("number", "text", separator="\n"))
    return joined.with_columns(words=pl.coalesce("words", all_texts)).drop("text")
