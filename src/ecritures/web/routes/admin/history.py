"""Who changed what in the administration of a firm, and when."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ecritures.app.cursors import read_cursor
from ecritures.app.people import show_firm_changes
from ecritures.web.administration import Administrator, show_admin
from ecritures.web.guard import FirmState, SignedInRoute

HISTORY = "/admin/history"
LIMIT = 50

router = APIRouter(route_class=SignedInRoute, prefix=HISTORY)


@router.get("")
def page(
    request: Request,
    state: FirmState,
    session: Administrator,
    cursor: Annotated[str | None, Query()] = None,
) -> Response:
    """Show the changes of policies, people and keys, the last first."""
    after = read_cursor(cursor, int)
    view = show_firm_changes(state.database, session.caller, LIMIT, after)
    return show_admin(request, state, session, "history.html", view=view)
