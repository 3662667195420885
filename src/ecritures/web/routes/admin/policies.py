"""The policies of a firm: what its imports may do, unless a dossier or a request says otherwise."""

from collections.abc import Mapping
from types import MappingProxyType

from fastapi import APIRouter, Request, Response

from ecritures.app.actions.domains import change_domain
from ecritures.core.errors import EcrituresError, RefusedRequestError
from ecritures.core.policies import POLICY_NAMES, default_of
from ecritures.core.sentences import Sentence
from ecritures.directory.domains import get_domain
from ecritures.web.administration import Administrator, show_admin
from ecritures.web.forms import FormErrors, once, one_line
from ecritures.web.guard import FirmState, Form, SignedInRoute, see
from ecritures.web.words.policy_words import chosen_policies

POLICIES = "/admin/policies"
REFUSED = 422

router = APIRouter(route_class=SignedInRoute, prefix=POLICIES)


@router.get("")
def page(request: Request, state: FirmState, session: Administrator) -> Response:
    """Show the policies of the firm."""
    return _page(request, state, session)


@router.post("")
def change(request: Request, state: FirmState, session: Administrator, form: Form) -> Response:
    """Change the policies of the firm, or its name."""
    key = once(state, session, POLICIES, form)
    errors = FormErrors()
    name = errors.check("name", lambda: one_line(form, "name") or None, None)
    policies = chosen_policies(form, errors)
    if errors:
        return _page(request, state, session, None, form, errors)
    try:
        change_domain(state.database, session.caller, policies, name, key)
    except RefusedRequestError as error:
        return _page(request, state, session, error, form)
    return see(f"{POLICIES}?saved=yes")


def _page(
    request: Request,
    state: FirmState,
    session: Administrator,
    error: EcrituresError | None = None,
    form: dict[str, str] | None = None,
    errors: Mapping[str, Sentence] = MappingProxyType({}),
) -> Response:
    firm = get_domain(state.database, session.domain)
    own = {name: firm.settings[name] for name in POLICY_NAMES if name in firm.settings}
    if form is not None:
        own = {name: form[name] for name in POLICY_NAMES if form.get(name)}
    return show_admin(
        request,
        state,
        session,
        "policies.html",
        REFUSED if error or errors else 200,
        firm=firm,
        own=own,
        form=form or {},
        errors=errors,
        above={name: default_of(name) for name in POLICY_NAMES},
        error=error.sentence if error else None,
        saved="saved" in request.query_params,
    )
