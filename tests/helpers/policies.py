"""Firms whose files may contain entries that are in the ledger already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.directory.domains import change_domain

if TYPE_CHECKING:
    from ecritures.database import Database


def allow_known_entries(database: Database, code: str) -> None:
    """Let the imports of a firm post entries that are there already, under other files."""
    with database.write() as connection:
        change_domain(connection, code, {"duplicateEntries": "allow", "openings": "allow"})
