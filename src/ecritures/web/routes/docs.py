"""The page of the API: a recipe filled in for its reader, and every operation to try."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ecritures.api.http.address import address_of
from ecritures.api.http.app_state import state_of
from ecritures.app.queries import show_dossiers
from ecritures.core.rights import Right
from ecritures.web.door import session_of
from ecritures.web.rendering import render

router = APIRouter()
DOSSIERS_SHOWN = 500
DOSSIER = "DOSSIER"
LANGUAGES = (("curl", "curl"), ("py", "Python"), ("ts", "JavaScript"))
# Swagger UI writes style attributes; there is no inline script.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@router.get("/docs")
def page(request: Request, dossier: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Show the recipe and the operations, to whoever has signed in and to others."""
    state = state_of(request)
    session = session_of(request)
    dossiers = []
    if session is not None:
        request.state.session = session
        if Right.READ in session.caller.rights:
            database = state.for_domain(session.caller.domain_id).database
            dossiers = show_dossiers(database, session.caller, DOSSIERS_SHOWN)["items"]
    codes = [one["code"] for one in dossiers]
    first = codes[0] if codes else DOSSIER
    answer = render(
        request,
        "docs.html",
        host=address_of(request, state.settings),
        dossiers=dossiers,
        chosen=dossier if dossier in codes else first,
        languages=LANGUAGES,
    )
    answer.headers["content-security-policy"] = POLICY
    return answer
