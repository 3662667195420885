"""Totals: counted when a file is read, and read back from the ledger once it is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import polars as pl

_INT64_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Totals:
    """Lines, debit and credit, in cents."""

    lines: int
    debit_cents: int
    credit_cents: int

    @classmethod
    def of(cls, lines: pl.DataFrame) -> Self:
        """Add up canonical lines."""
        return cls(lines.height, sum_of(lines["debit_cents"]), sum_of(lines["credit_cents"]))

    def __add__(self, other: Totals) -> Totals:
        """Add two totals. Python integers do not overflow, unlike those of a column."""
        return Totals(
            self.lines + other.lines,
            self.debit_cents + other.debit_cents,
            self.credit_cents + other.credit_cents,
        )


def sum_of(cents: pl.Series) -> int:
    """Add up amounts exactly, also where their sum is more than the integers of a column hold."""
    low, high = cents.min(), cents.max()
    largest = max(abs(low), abs(high)) if isinstance(low, int) and isinstance(high, int) else 0
    if largest * cents.len() > _INT64_MAX:
        return int(cents.cast(pl.Int128).sum())
    return int(cents.sum())
