"""Totals: counted when a file is read, and read back from the ledger once it is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Totals:
    """Lines, debit and credit, in cents."""

    lines: int
    debit_cents: int
    credit_cents: int

    @classmethod
    def of(cls, lines: pl.DataFrame) -> Self:
        """Add up canonical lines."""
        return cls(lines.height, int(lines["debit_cents"].sum()), int(lines["credit_cents"].sum()))

    def __add__(self, other: Totals) -> Totals:
        """Add two totals. Python integers do not overflow, unlike those of a column."""
        return Totals(
            self.lines + other.lines,
            self.debit_cents + other.debit_cents,
            self.credit_cents + other.credit_cents,
        )
