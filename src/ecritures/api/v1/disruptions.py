"""Disruptions of the service, on the product's own API."""

from datetime import datetime

from fastapi import APIRouter

from ecritures.api.http.app_state import (
    AuthenticatedRoute,
    CurrentState,
    ReadingCaller,
)
from ecritures.api.http.paging import Cursor, Limit
from ecritures.api.http.problems import problem_responses
from ecritures.app.cursors import read_cursor
from ecritures.app.queries import show_disruptions
from ecritures.app.views.disruptions import DisruptionPage

router = APIRouter(prefix="/v1/disruptions", tags=["Service"], route_class=AuthenticatedRoute)


@router.get(
    "",
    operation_id="listDisruptions",
    summary="Lister les interruptions",
    description="Maintenances et pannes qui ont retardé des imports, la plus récente d'abord ; "
    "`importsDelayed` compte ceux de l'appelant.",
    responses=problem_responses(401, 403, 422, 429),
)
def list_all(
    state: CurrentState, caller: ReadingCaller, *, cursor: Cursor = None, limit: Limit = 50
) -> DisruptionPage:
    """List disruptions, newest first."""
    return show_disruptions(state.database, caller, limit, read_cursor(cursor, datetime, str))
