"""How the lines of a file are grouped into entries."""

from __future__ import annotations

from enum import StrEnum


class Grouping(StrEnum):
    """What tells the entries of a file apart."""

    NUMBER = "journal-number"
    NUMBER_DATE = "journal-number-date"
    PIECE_DATE = "journal-piece-date"
    HEADING = "heading"  # each heading record of an import model begins an entry
    RUNNING_BALANCE = "running-balance"  # an entry ends where its journal is back to zero
