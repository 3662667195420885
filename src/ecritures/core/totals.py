"""Totals: counted when a file is read, and asked of the ledger again once it is loaded."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Totals:
    """Lines, debit and credit, in cents."""

    lines: int
    debit_cents: int
    credit_cents: int

    def __add__(self, other: Totals) -> Totals:
        """Add up; without limit, unlike the integers of a column."""
        return Totals(
            self.lines + other.lines,
            self.debit_cents + other.debit_cents,
            self.credit_cents + other.credit_cents,
        )
