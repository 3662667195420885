"""The keys of a firm: the list, a new one, which is shown once, and its end."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ecritures.app.actions.keys import create_key, revoke_key
from ecritures.app.cursors import read_cursor
from ecritures.app.people import show_keys
from ecritures.core.clock import end_of_day
from ecritures.core.errors import EcrituresError, NotFoundError, RefusedRequestError
from ecritures.core.rights import Right
from ecritures.core.sentences import Sentence
from ecritures.directory.keys import NewKey
from ecritures.web.administration import (
    Administrator,
    ChosenDossiers,
    content_of,
    dossiers_to_tick,
    show_admin,
)
from ecritures.web.forms import FormErrors, day_in, once, one_line
from ecritures.web.guard import FirmState, Form, SignedInRoute, see

KEYS = "/admin/keys"
LIMIT = 100
REFUSED = 422

router = APIRouter(route_class=SignedInRoute, prefix=KEYS)


@router.get("")
def list_all(
    request: Request,
    state: FirmState,
    session: Administrator,
    cursor: Annotated[str | None, Query()] = None,
) -> Response:
    """List the keys of the firm, oldest first."""
    return _list(request, state, session, cursor)


@router.get("/new")
def form_of_new(request: Request, state: FirmState, session: Administrator) -> Response:
    """Show the form of a new key."""
    return _form(request, state, session)


@router.post("/new")
def create(
    request: Request, state: FirmState, session: Administrator, form: Form, chosen: ChosenDossiers
) -> Response:
    """Create a key, and show it this once."""
    key = once(state, session, f"{KEYS}/new", content_of(form, chosen))
    errors, zone = FormErrors(), state.settings.time_zone
    no_right: frozenset[Right] = frozenset()
    everywhere: list[str] = []
    rights = errors.check("rights", lambda: _rights_in(form), no_right)
    reach = errors.check("reach", lambda: _reach_in(form, chosen), everywhere)
    name = errors.check("name", lambda: _name_in(form), "")
    has_end = form.get("expires", "").strip()
    until = errors.check(
        "expires", lambda: end_of_day(day_in(form, "expires"), zone) if has_end else None, None
    )
    if errors:
        return _form(request, state, session, None, form, chosen, errors)
    try:
        made = create_key(state.database, session.caller, NewKey(reach, rights, name, until), key)
    except (RefusedRequestError, NotFoundError) as error:
        return _form(request, state, session, error, form, chosen)
    return _list(request, state, session, None, made=made.view)


def _name_in(form: Form) -> str:
    name = one_line(form, "name")
    if not name:
        raise RefusedRequestError(
            "key-name-missing",
            "Donnez un nom à la clé : l'historique des imports le montre.",
            "Give the key a name: the history of imports shows it.",
        )
    return name


@router.get("/{key_name}/revoke")
def ask(request: Request, state: FirmState, session: Administrator, key_name: str) -> Response:
    """Ask whether a key is to be revoked."""
    return show_admin(request, state, session, "revoke.html", key_name=key_name)


@router.post("/{key_name}/revoke")
def revoke(state: FirmState, session: Administrator, key_name: str, form: Form) -> Response:
    """Refuse a key from now on."""
    key = once(state, session, f"{KEYS}/{key_name}/revoke", form)
    revoke_key(state.database, session.caller, key_name, key)
    return see(KEYS)


def _rights_in(form: dict[str, str]) -> frozenset[Right]:
    rights = frozenset(right for right in Right if f"right-{right}" in form)
    if not rights:
        raise RefusedRequestError(
            "rights-none",
            "Cochez au moins un droit : une clé sans droit n'ouvre rien.",
            "Tick at least one right: a key without rights opens nothing.",
        )
    return rights


def _reach_in(form: dict[str, str], chosen: list[str]) -> list[str]:
    """Return the dossiers that a key is limited to; none: all."""
    if form.get("reach") == "all":
        return []
    if not chosen:
        raise RefusedRequestError(
            "dossiers-none",
            "Choisissez au moins un dossier, ou tous.",
            "Choose at least one dossier, or all of them.",
        )
    return chosen


def _list(
    request: Request,
    state: FirmState,
    session: Administrator,
    cursor: str | None,
    **values: object,
) -> Response:
    page = show_keys(state.database, session.caller, LIMIT, read_cursor(cursor, int))
    return show_admin(request, state, session, "keys.html", page=page, **{"made": None} | values)


def _form(
    request: Request,
    state: FirmState,
    session: Administrator,
    error: EcrituresError | None = None,
    form: dict[str, str] | None = None,
    chosen: list[str] | None = None,
    errors: Mapping[str, Sentence] | None = None,
) -> Response:
    return show_admin(
        request,
        state,
        session,
        "key_new.html",
        REFUSED if error or errors else 200,
        error=error.sentence if error else None,
        errors=errors or {},
        form=form,
        chosen=chosen or [],
        dossiers=dossiers_to_tick(state, session),
        rights=[right for right in Right if right in session.caller.rights],
    )
