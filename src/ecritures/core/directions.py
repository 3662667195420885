"""How a FEC writes the side of an amount that has its own column (A47 A-1 X)."""

from __future__ import annotations

DIRECTIONS = frozenset({"D", "C", "+1", "-1"})
ODD_DIRECTIONS = {"d": "D", "c": "C", "1": "+1", "+ 1": "+1", "- 1": "-1"}
"""Directions that are badly written, and still clear → how the law wants them."""
DEBIT_WORDS = ("D", "d", "+1", "1", "+ 1")
CREDIT_WORDS = ("C", "c", "-1", "- 1")
