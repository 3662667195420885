"""The history of a ledger, on the product's own API."""

from typing import Annotated

from fastapi import APIRouter, Path

from ecritures.api.http.app_state import AuthenticatedRoute, CurrentState, ReadingCaller
from ecritures.api.http.paging import Cursor, Limit
from ecritures.api.http.problems import problem_responses
from ecritures.app.cursors import read_cursor
from ecritures.app.queries import find_dossier, show_audit
from ecritures.app.views.audit import EventPage

router = APIRouter(prefix="/v1/dossiers", tags=["Dossiers"], route_class=AuthenticatedRoute)

DossierCode = Annotated[str, Path(description="Code du dossier.")]


@router.get(
    "/{code}/audit",
    operation_id="auditLedger",
    summary="Lire l'historique du grand livre",
    description="Qui l'a changé, quand et pourquoi, du plus récent au plus ancien.",
    responses=problem_responses(401, 403, 404, 422, 429),
)
def audit(
    state: CurrentState,
    caller: ReadingCaller,
    code: DossierCode,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> EventPage:
    """Show who changed the ledger, when and why."""
    dossier = find_dossier(state.database, caller, code)
    return show_audit(state.database, dossier, limit, read_cursor(cursor, int))
