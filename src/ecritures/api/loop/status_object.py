"""An import as the vendor shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.app.views.instants import instant_text
from ecritures.imports.request import Status

if TYPE_CHECKING:
    from ecritures.imports.queries import ImportState


def _message(state: ImportState) -> str | None:
    """Return what is wrong, or may go wrong as long as the import has not ended."""
    if state.message:
        return state.message.fr
    has_ended = state.status in {Status.DONE, Status.ENDED_WITH_ERROR}
    return None if has_ended or not state.warnings else state.warnings[0].fr


def status_object(state: ImportState, base: str) -> dict[str, object]:
    """Return the vendor's eight fields, first and in its order, then ours."""
    return {
        "_id": state.object_id,
        "id": state.id,
        "creationDate": instant_text(state.created_at),
        "lastUpdate": instant_text(state.updated_at),
        "codeIBS": state.dossier,
        "domain": state.domain,
        "status": int(state.status),
        "__v": 0,
        "message": _message(state),
        "anomalyCount": state.anomaly_count,
        "lineCount": state.report.get("lines", state.lines_done),
        "reportUrl": f"{base}/v1/imports/{state.id}",
    }
