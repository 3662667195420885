"""The structure of the file, as far as its lines show it; its readers find the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.habits import Tally
from ecritures.core.lines import TEXTS

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block


def check_spaces(block: Block, spaces: Tally) -> None:
    """Count the texts with spaces around them; the canonical line has them stripped.

    Fields may be padded (A47 A-1 XII 3°): a program that does so does it all along.
    """
    if block.notation == "model":
        return
    given = [name for name in TEXTS if name in block.text.columns]
    wide = pl.col(given).str.len_bytes().sum()
    for text, stripped in zip(block.text.select(wide), block.lines.select(wide), strict=True):
        if text[0] > stripped[0]:
            column = text.name
            padded = block.text[column] != block.lines[column]
            spaces.add(block.text["line"].filter(padded), block.names.get(column))


def spaces_tally(anomalies: Anomalies) -> Tally:
    """Return what counts the texts with spaces around them."""
    return Tally(anomalies, "FEC-STR-16")
