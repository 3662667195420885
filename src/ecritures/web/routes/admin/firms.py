"""The firms of a service, for its operators: the list, a new one, and which one to work on."""

from fastapi import APIRouter, Request, Response

from ecritures.api.http.app_state import state_of
from ecritures.app.actions.domains import create_domain
from ecritures.core.errors import ConflictError, EcrituresError, RefusedRequestError
from ecritures.directory.domains import list_domains
from ecritures.directory.sessions import require_operator, switch_firm
from ecritures.web.administration import show_admin
from ecritures.web.forms import one_line
from ecritures.web.guard import CurrentSession, FirmState, Form, SignedInRoute, see

FIRMS = "/admin/firms"
REFUSED = 422

router = APIRouter(route_class=SignedInRoute, prefix=FIRMS)


@router.get("")
def list_all(request: Request, state: FirmState, session: CurrentSession) -> Response:
    """List the firms, by code."""
    require_operator(session)
    return _page(request, state, session)


@router.post("")
def create(request: Request, state: FirmState, session: CurrentSession, form: Form) -> Response:
    """Create a firm, and work on it."""
    require_operator(session)
    database = state_of(request).everyone
    try:
        made = create_domain(database, form.get("code", "").strip(), one_line(form, "name"))
    except (RefusedRequestError, ConflictError) as error:
        return _page(request, state, session, error, form)
    switch_firm(database, session, made.code)
    return see("/admin/people")


def _page(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    error: EcrituresError | None = None,
    form: dict[str, str] | None = None,
) -> Response:
    return show_admin(
        request,
        state,
        session,
        "firms.html",
        REFUSED if error else 200,
        firms=list_domains(state_of(request).everyone),
        error=error.sentence if error else None,
        form=form or {},
    )
