"""Lines that repeat another one of their entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.lines import LINE_SCHEMA

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block

_ALIKE = ("entry_number", "account_number", "debit_cents", "credit_cents")
_SAME = tuple(name for name in LINE_SCHEMA if name != "line")


def check_repeated_lines(block: Block, anomalies: Anomalies) -> None:
    """Record each line that says the same as an earlier one of its entry."""
    repeated = block.lines.select(_ALIKE).is_duplicated()  # few, and cheaply found
    if not repeated.any():
        return
    alike = block.lines.filter(repeated)
    duplicates = alike.select("line", *_SAME).filter(alike.select(_SAME).is_duplicated())
    if duplicates.height:
        times, first = pl.len().over(_SAME), pl.col("line").min().over(_SAME)
        again = duplicates.with_columns(value=times.cast(pl.String), first=first)
        found = again.filter(pl.col("line") != pl.col("first")).select("line", "value")
        anomalies.extend("FEC-DUP-01", found)
