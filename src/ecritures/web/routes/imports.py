"""The list of imports."""

from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ecritures.app.cursors import read_cursor
from ecritures.app.home import dossier_names
from ecritures.app.queries import show_imports
from ecritures.core.rights import Right
from ecritures.imports.queries import ImportFilter
from ecritures.imports.read.attention import ATTENTION
from ecritures.imports.request import KINDS, Status
from ecritures.web.forms import day_in
from ecritures.web.guard import CurrentSession, FirmState, SignedInRoute
from ecritures.web.rendering import render, writing_of

router = APIRouter(route_class=SignedInRoute)
LIMIT = 50
UNDONE, TO_DO = "undone", "attention"
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9000, 1, 1)
"""No import is outside them, and the days around them are dates in every zone."""


@router.get("/imports")
def list_all(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    *,
    dossier: Annotated[str, Query()] = "",
    status: Annotated[str, Query()] = "",
    kind: Annotated[str, Query()] = "",
    cursor: Annotated[str | None, Query()] = None,
) -> Response:
    """List imports, newest first."""
    session.caller.require(Right.READ)
    days = {
        name: min(max(day_in(request.query_params, name), FIRST_DAY), LAST_DAY)
        for name in ("from", "to")
        if request.query_params.get(name)
    }
    midnight = writing_of(request).midnight
    wanted = ImportFilter(
        dossier or None,
        Status(int(status)) if status in _STATUSES else None,
        kind=kind or None,
        since=midnight(days["from"]) if "from" in days else None,
        before=midnight(days["to"] + timedelta(days=1)) if "to" in days else None,
        undone=True if status == UNDONE else None,
        attention_since=state.database.clock.now() - ATTENTION if status == TO_DO else None,
    )
    after = read_cursor(cursor, datetime, str)
    page = show_imports(state.database, session.caller, wanted, LIMIT, after)
    names = dossier_names(
        state.database, session.caller.domain_id, {one["dossier"] for one in page["items"]}
    )
    asked = {"status": status, "dossier": dossier, "kind": kind}
    asked |= {name: day.isoformat() for name, day in days.items()}
    filled = {name: value for name, value in asked.items() if value}
    return render(request, "imports.html", page=page, names=names, asked=filled, kinds=KINDS)


_STATUSES = {str(int(status)) for status in Status}
