"""The home of a firm: what runs, what needs somebody, the last imports, the dossiers."""

from fastapi import APIRouter, Request, Response

from ecritures.app.home import show_home, show_unfinished
from ecritures.core.rights import Right
from ecritures.imports.read.overview import count_since
from ecritures.web.guard import CurrentSession, FirmState, SignedInRoute
from ecritures.web.rendering import render, writing_of

router = APIRouter(route_class=SignedInRoute)


@router.get("/")
def home(request: Request, state: FirmState, session: CurrentSession) -> Response:
    """Show the home of the firm."""
    session.caller.require(Right.READ)
    writing = writing_of(request)
    now = state.database.clock.now().astimezone(writing.zone)
    midnight = writing.midnight(now.date())
    if "hx-request" in request.headers:
        unfinished = show_unfinished(state.database, session.caller)
        counts = count_since(state.database, session.caller, midnight)
        if unfinished.count:  # otherwise the rest of the home has changed too
            return render(
                request, "parts/progress.html", unfinished=unfinished, counts=counts, now=now
            )
    found = show_home(state.database, session.caller, midnight)
    return render(
        request,
        "home.html",
        home=found,
        unfinished=found.unfinished,
        counts=found.counts,
        names=found.names,
        now=now,
    )
