"""What becomes of an entry when a file enters a ledger."""

from __future__ import annotations

from enum import StrEnum


class Change(StrEnum):
    """What an import does to an entry of its file, or to one of the ledger."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"
    SKIPPED = "skipped"  # in the ledger already
    REUSED = "reused"  # added under a number that the ledger has already
