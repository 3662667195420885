"""Files to repair, and what was changed in them."""

from __future__ import annotations

from helpers.fec import entries


def changed(**changes):
    """The lines of entries, the third one (line 4 of a file) with these values."""
    rows = entries()
    rows[2] |= changes
    return rows


def told(repairs):
    """The details of the changes."""
    return repairs.frame().select("line", "column", "before", "after", "repair").rows()
