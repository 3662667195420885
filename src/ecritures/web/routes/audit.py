"""The history of a dossier, and the proof that nobody has changed it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ecritures.app.cursors import read_cursor
from ecritures.app.queries import find_dossier, show_audit, show_verification
from ecritures.web.guard import CurrentSession, FirmState, SignedInRoute
from ecritures.web.ledger_filter import books_of
from ecritures.web.rendering import render

router = APIRouter(route_class=SignedInRoute, prefix="/dossiers/{code}/audit")
LIMIT = 50


@router.get("")
def page(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    code: str,
    *,
    cursor: Annotated[str | None, Query()] = None,
    verify: Annotated[str, Query()] = "",
) -> Response:
    """Show who changed what and when; `verify`: recompute every digest from the rows."""
    books = books_of(request, state, session, code, period=False)
    dossier = find_dossier(state.database, session.caller, code)
    view = show_audit(state.database, dossier, LIMIT, read_cursor(cursor, int))
    verdict = None
    if verify:
        verdict = show_verification(
            state.database,
            dossier,
            full=True,
            expected_head=None,
            progress=lambda _lines: None,
        )
    return render(
        request, "audit.html", books=books, dossier=books.dossier, view=view, verdict=verdict
    )
