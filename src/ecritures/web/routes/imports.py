"""The list of imports."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ecritures.app.cursors import read_cursor
from ecritures.app.home import dossier_names
from ecritures.app.queries import show_imports
from ecritures.core.rights import Right
from ecritures.imports.queries import ImportFilter
from ecritures.imports.request import Status
from ecritures.web.guard import CurrentSession, FirmState, SignedInRoute
from ecritures.web.rendering import render

router = APIRouter(route_class=SignedInRoute)
LIMIT = 50


@router.get("/imports")
def list_all(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    *,
    dossier: Annotated[str, Query()] = "",
    status: Annotated[str, Query()] = "",
    cursor: Annotated[str | None, Query()] = None,
) -> Response:
    """List imports, newest first."""
    session.caller.require(Right.READ)
    wanted = ImportFilter(dossier or None, Status(int(status)) if status in _STATUSES else None)
    after = read_cursor(cursor, datetime, str)
    page = show_imports(state.database, session.caller, wanted, LIMIT, after)
    names = dossier_names(
        state.database, session.caller.domain_id, {one["dossier"] for one in page["items"]}
    )
    return render(
        request, "imports.html", page=page, names=names, dossier_code=dossier, status=status
    )


_STATUSES = {str(int(status)) for status in Status}
