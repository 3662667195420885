"""The report of an import, from the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.core.errors import ConflictError
from ecritures.imports.queries import count_details, every_anomaly
from ecritures.reports.content import Content

if TYPE_CHECKING:
    from ecritures.database import Database
    from ecritures.imports.queries import ImportState


def content_of_import(database: Database, state: ImportState) -> Content:
    """Return what the last reading of an import found; nothing when its file was not read yet."""
    summary = {**state.report, "file": state.source_name}
    return Content(summary, count_details(database, state), lambda: every_anomaly(database, state))


def require_report(state: ImportState) -> None:
    """Refuse to report on an import whose file was not read.

    Raises:
        ConflictError: It was not read yet, or could not be fetched.
    """
    if not state.report:
        raise ConflictError(
            "report-not-ready",
            "Le fichier de cet import n'a pas été lu : il n'y a pas de rapport.",
            "The file of this import was not read: there is no report.",
        )
