"""Totals: counted when a file is read, and read back from the ledger once it is loaded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Totals:
    """Lines, debit and credit, in cents."""

    lines: int
    debit_cents: int
    credit_cents: int

    def __add__(self, other: Totals) -> Totals:
        """Add two totals. Python integers do not overflow, unlike those of a column."""
        return Totals(
            self.lines + other.lines,
            self.debit_cents + other.debit_cents,
            self.credit_cents + other.credit_cents,
        )
