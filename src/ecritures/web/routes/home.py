"""The home of a firm: what runs, what needs somebody, the last imports, the dossiers."""

from fastapi import APIRouter, Request, Response

from ecritures.app.home import show_home, show_unfinished
from ecritures.core.rights import Right
from ecritures.web.guard import CurrentSession, FirmState, SignedInRoute
from ecritures.web.rendering import render, writing_of

router = APIRouter(route_class=SignedInRoute)


@router.get("/")
def home(request: Request, state: FirmState, session: CurrentSession) -> Response:
    """Show the home of the firm."""
    session.caller.require(Right.READ)
    if "hx-request" in request.headers:
        unfinished = show_unfinished(state.database, session.caller)
        return render(request, "parts/running.html", unfinished=unfinished)
    writing = writing_of(request)
    now = state.database.clock.now().astimezone(writing.zone)
    found = show_home(state.database, session.caller, writing.midnight(now.date()))
    return render(
        request,
        "home.html",
        home=found,
        unfinished=found.unfinished,
        names=found.names,
        now=now,
    )
