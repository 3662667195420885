"""The settings of a dossier: its identity, establishments, and what an import may do in it."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from fastapi import APIRouter, Request, Response

from ecritures.app.actions.dossiers import update_dossier
from ecritures.app.queries import find_dossier
from ecritures.core.errors import EcrituresError, RefusedRequestError
from ecritures.core.policies import POLICY_NAMES, default_of
from ecritures.core.rights import Right
from ecritures.core.sentences import Sentence
from ecritures.directory.domains import get_domain
from ecritures.directory.dossier_changes import DossierChanges
from ecritures.directory.dossiers import check_company
from ecritures.web.forms import FormErrors, digits_in, once, one_line
from ecritures.web.guard import CurrentSession, FirmState, Form, SignedInRoute, see
from ecritures.web.ledger_filter import books_of
from ecritures.web.rendering import render
from ecritures.web.words.policy_words import chosen_policies

REFUSED = 422

router = APIRouter(route_class=SignedInRoute, prefix="/dossiers/{code}/settings")


@router.get("")
def page(request: Request, state: FirmState, session: CurrentSession, code: str) -> Response:
    """Show the settings of a dossier; who may not administer reads them."""
    return _page(request, state, session, code)


@router.post("")
def change(
    request: Request, state: FirmState, session: CurrentSession, code: str, form: Form
) -> Response:
    """Change the name and the SIREN."""
    errors, siren = FormErrors(), digits_in(form, "siren")
    name = errors.check("name", lambda: one_line(form, "name") or None, None)
    if siren:
        sirets = _sirets(state, session, code)
        errors.check("siren", lambda: check_company(siren, sirets), None)
    changes = DossierChanges(name=name, siren=siren or None)
    return _change(request, state, session, code, changes, form, errors)


@router.post("/establishments")
def add_establishment(
    request: Request, state: FirmState, session: CurrentSession, code: str, form: Form
) -> Response:
    """Add an establishment."""
    errors, dossier = FormErrors(), find_dossier(state.database, session.caller, code)
    sirets = [*dossier.sirets, digits_in(form, "siret")]
    errors.check("siret", lambda: check_company(dossier.siren, sirets), None)
    changes = DossierChanges(sirets=sirets)
    return _change(request, state, session, code, changes, form, errors)


@router.post("/establishments/{siret}/main")
def make_main(
    state: FirmState, session: CurrentSession, code: str, siret: str, form: Form
) -> Response:
    """Make an establishment the main one."""
    sirets = _sirets(state, session, code)
    moved = sorted(sirets, key=lambda one: one != siret)
    _update(state, session, code, DossierChanges(sirets=moved), form)
    return _saved(code)


@router.post("/establishments/{siret}/remove")
def remove_establishment(
    state: FirmState, session: CurrentSession, code: str, siret: str, form: Form
) -> Response:
    """Remove an establishment: its entries stay."""
    sirets = [one for one in _sirets(state, session, code) if one != siret]
    _update(state, session, code, DossierChanges(sirets=sirets), form)
    return _saved(code)


@router.post("/policies")
def change_policies(
    request: Request, state: FirmState, session: CurrentSession, code: str, form: Form
) -> Response:
    """Choose the policies of the imports of the dossier."""
    errors = FormErrors()
    changes = DossierChanges(policies=chosen_policies(form, errors))
    return _change(request, state, session, code, changes, form, errors)


def _change(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    code: str,
    changes: DossierChanges,
    form: dict[str, str],
    errors: FormErrors,
) -> Response:
    """Change a dossier; a form that is wrong is shown again, as it was filled."""
    session.caller.require(Right.ADMINISTER)
    if errors:
        return _page(request, state, session, code, None, form, errors)
    try:
        _update(state, session, code, changes, form)
    except RefusedRequestError as error:
        return _page(request, state, session, code, error, form)
    return _saved(code)


def _sirets(state: FirmState, session: CurrentSession, code: str) -> Sequence[str]:
    return find_dossier(state.database, session.caller, code).sirets


def _update(
    state: FirmState,
    session: CurrentSession,
    code: str,
    changes: DossierChanges,
    form: dict[str, str],
) -> None:
    key = once(state, session, f"/dossiers/{code}/settings {changes}", form)
    update_dossier(state.database, session.caller, code, changes, key)


def _saved(code: str) -> Response:
    return see(f"/dossiers/{code}/settings?saved=yes")


def _page(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    code: str,
    error: EcrituresError | None = None,
    form: dict[str, str] | None = None,
    errors: Mapping[str, Sentence] = MappingProxyType({}),
) -> Response:
    books = books_of(request, state, session, code, period=False)
    firm = get_domain(state.database, session.domain)
    own: dict[str, object] = {**books.dossier["policies"]}
    if form is not None and any(name in form for name in POLICY_NAMES):
        own = {name: form[name] for name in POLICY_NAMES if form.get(name)}
    found = find_dossier(state.database, session.caller, code)
    return render(
        request,
        "dossier_settings.html",
        REFUSED if error or errors else 200,
        books=books,
        dossier=books.dossier,
        locked_through=found.locked_through,
        own=own,
        above={name: firm.settings.get(name, default_of(name)) for name in POLICY_NAMES},
        form=form or {},
        errors=errors,
        error=error.sentence if error else None,
        saved="saved" in request.query_params,
        may_change=Right.ADMINISTER in session.caller.rights,
    )
