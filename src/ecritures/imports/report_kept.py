"""What a report tells of an import, as the database keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.imports.store import count_details, every_anomaly
from ecritures.model.errors import ConflictError
from ecritures.reports.content import Content

if TYPE_CHECKING:
    from ecritures.database import Database
    from ecritures.imports.store import ImportState


def content_of_import(database: Database, state: ImportState) -> Content:
    """Return what the last reading of an import found.

    Raises:
        ConflictError: Its file was not read yet.
    """
    if not state.report:
        raise ConflictError(
            "report-not-ready",
            "Le fichier de cet import n'a pas encore été lu : demandez son rapport plus tard.",
            "The file of this import was not read yet: ask for its report later.",
        )
    summary = {"file": state.source_name, **state.report}
    return Content(
        summary, count_details(database, state), lambda: every_anomaly(database, state)
    )
