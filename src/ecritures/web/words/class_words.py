"""What the pages call the classes of accounts."""

from __future__ import annotations

from ecritures.ledger.read.balance import CLASSES

_ENGLISH = {
    "1": "Equity and loans",
    "2": "Fixed assets",
    "3": "Inventory",
    "4": "Third parties",
    "5": "Cash and banks",
    "6": "Expenses",
    "7": "Income",
    "8": "Special accounts",
}
CLASS_NAMES = {number: (name, _ENGLISH[number]) for number, name in CLASSES.items()}
"""In French and in English, by their number."""
