"""The firms of a service, for its operators: the list, a new one, and which one to work on."""

from collections.abc import Mapping
from types import MappingProxyType

from fastapi import APIRouter, Request, Response

from ecritures.api.http.app_state import state_of
from ecritures.app.actions.domains import create_domain
from ecritures.core.errors import ConflictError
from ecritures.core.sentences import Sentence
from ecritures.directory.codes import checked_code
from ecritures.directory.domains import list_domains
from ecritures.directory.sessions import require_operator, switch_firm
from ecritures.web.administration import show_admin
from ecritures.web.forms import FormErrors, one_line
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
    database, errors = state_of(request).everyone, FormErrors()
    code = errors.check("code", lambda: checked_code(form.get("code", "").strip()), "")
    name = errors.check("name", lambda: one_line(form, "name"), "")
    if not errors:
        try:
            made = create_domain(database, code, name)
            switch_firm(database, session, made.code)
            return see("/admin/people")
        except ConflictError as error:
            errors["code"] = error.sentence
    return _page(request, state, session, errors, form)


def _page(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    errors: Mapping[str, Sentence] = MappingProxyType({}),
    form: dict[str, str] | None = None,
) -> Response:
    return show_admin(
        request,
        state,
        session,
        "firms.html",
        REFUSED if errors else 200,
        firms=list_domains(state_of(request).everyone),
        errors=errors,
        form=form or {},
    )
