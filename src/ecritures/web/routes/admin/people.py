"""The people of a firm: who they are, what they may do, invitations, which are shown once."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.params import Path

from ecritures.api.http.address import address_of
from ecritures.app.actions.people import (
    Invitations,
    NewPerson,
    change_user,
    create_user,
    invite_user,
)
from ecritures.app.cursors import read_cursor
from ecritures.app.people import show_user, show_users
from ecritures.app.queries import find_dossier
from ecritures.core.errors import ConflictError, EcrituresError, NotFoundError, RefusedRequestError
from ecritures.core.rights import Role
from ecritures.core.sentences import Sentence
from ecritures.directory.people import PersonChanges, checked_email
from ecritures.web.administration import (
    Administrator,
    ChosenDossiers,
    content_of,
    dossiers_to_tick,
    show_admin,
)
from ecritures.web.forms import FormErrors, once, one_line
from ecritures.web.guard import FirmState, Form, SignedInRoute, see

PEOPLE = "/admin/people"
LIMIT = 100
REFUSED = 422
ALL = "-of-all"
_CHOICES = {
    "collaborator": Role.COLLABORATOR,
    "reader": Role.READER,
    f"reader{ALL}": Role.READER,
    "administrator": Role.ADMINISTRATOR,
}
"""What a form chooses: a role, and for a reader whether of every dossier."""

PersonId = Annotated[int, Path(ge=1, le=2**31 - 1)]
router = APIRouter(route_class=SignedInRoute, prefix=PEOPLE)


@router.get("")
def list_all(
    request: Request,
    state: FirmState,
    session: Administrator,
    cursor: Annotated[str | None, Query()] = None,
) -> Response:
    """List the people of the firm, by e-mail address."""
    return _list(request, state, session, cursor=cursor)


@router.post("")
def invite(
    request: Request, state: FirmState, session: Administrator, form: Form, chosen: ChosenDossiers
) -> Response:
    """Add somebody, and show the address where they choose a password, this once."""
    key = once(state, session, PEOPLE, content_of(form, chosen))
    errors = FormErrors()
    email = errors.check("email", lambda: checked_email(form.get("email", "")), "")
    role, name, dossiers = _asked(state, session, form, chosen, errors)
    if not errors:
        wanted = NewPerson(email, role, name, dossiers)
        how = _invitations(request, state)
        try:
            made = create_user(state.database, session.caller, wanted, how, key)
            return _list(request, state, session, made=made.view)
        except (RefusedRequestError, ConflictError, NotFoundError) as error:
            errors[_FIELDS.get(error.sentence.code, "email")] = error.sentence
    return _list(request, state, session, errors, form, chosen)


@router.get("/{person_id}")
def person(
    request: Request, state: FirmState, session: Administrator, person_id: PersonId
) -> Response:
    """Show somebody, and what may be changed."""
    return _person(request, state, session, person_id)


@router.post("/{person_id}")
def change(
    request: Request,
    state: FirmState,
    session: Administrator,
    person_id: PersonId,
    form: Form,
    chosen: ChosenDossiers,
) -> Response:
    """Change the name, the role or the dossiers of somebody."""
    key = once(state, session, f"{PEOPLE}/{person_id}", content_of(form, chosen))
    errors = FormErrors()
    role, name, dossiers = _asked(state, session, form, chosen, errors)
    if not errors:
        changes = PersonChanges(name=name, role=role, dossiers=dossiers)
        if show_user(state.database, session.caller, person_id)["email"] == session.email:
            changes = PersonChanges(name=name)
        try:
            change_user(state.database, session.caller, person_id, changes, key)
            return see(PEOPLE)
        except (RefusedRequestError, ConflictError, NotFoundError) as error:
            errors[_FIELDS.get(error.sentence.code, "role")] = error.sentence
    return _person(request, state, session, person_id, errors=errors, form=form, chosen=chosen)


@router.post("/{person_id}/disabled")
def disable(
    request: Request, state: FirmState, session: Administrator, person_id: PersonId, form: Form
) -> Response:
    """Let somebody in no more, or again."""
    key = once(state, session, f"{PEOPLE}/{person_id}/disabled", form)
    changes = PersonChanges(disabled=form.get("disabled") == "yes")
    try:
        change_user(state.database, session.caller, person_id, changes, key)
    except ConflictError as error:
        return _person(request, state, session, person_id, error)
    return see(f"{PEOPLE}/{person_id}")


@router.post("/{person_id}/invitation")
def invite_again(
    request: Request, state: FirmState, session: Administrator, person_id: PersonId, form: Form
) -> Response:
    """Invite somebody again; the invitation before is of no use any more."""
    key = once(state, session, f"{PEOPLE}/{person_id}/invitation", form)
    how = _invitations(request, state)
    try:
        made = invite_user(state.database, session.caller, person_id, how, key)
    except ConflictError as error:
        return _person(request, state, session, person_id, error)
    return _person(request, state, session, person_id, made=made.view)


_FIELDS = {"role-of-all-dossiers": "dossiers", "dossier-unknown": "dossiers"}
"""The field of what is only known to be wrong when it is written."""


def _asked(
    state: FirmState,
    session: Administrator,
    form: dict[str, str],
    chosen: list[str],
    errors: FormErrors,
) -> tuple[Role, str, list[str] | None]:
    """Return the role, the name and the dossiers of a form; remember what is wrong with them."""
    otherwise: tuple[Role, list[str] | None] = Role.READER, None
    role, dossiers = errors.check("role", lambda: _role_in(form, chosen), otherwise)
    name = errors.check("name", lambda: one_line(form, "name"), "")
    for code in dossiers or ():
        errors.check("dossiers", partial(find_dossier, state.database, session.caller, code), None)
    return role, name, dossiers


def _role_in(form: dict[str, str], chosen: list[str]) -> tuple[Role, list[str] | None]:
    """Return the role that a form chooses, and the dossiers assigned to it; None: all."""
    choice = form.get("role", "")
    if choice not in _CHOICES:
        raise RefusedRequestError(
            "role-missing", "Choisissez un rôle de la liste.", "Choose a role of the list."
        )
    role = _CHOICES[choice]
    limited = role.may_be_limited and not choice.endswith(ALL)
    return role, chosen if limited else None


def _invitations(request: Request, state: FirmState) -> Invitations:
    return Invitations(address_of(request, state.settings), state.settings.invitation_hours_max)


def _list(
    request: Request,
    state: FirmState,
    session: Administrator,
    errors: Mapping[str, Sentence] = MappingProxyType({}),
    form: dict[str, str] | None = None,
    chosen: list[str] | None = None,
    *,
    cursor: str | None = None,
    made: object = None,
) -> Response:
    after = read_cursor(cursor, str, int)
    return show_admin(
        request,
        state,
        session,
        "people.html",
        REFUSED if errors else 200,
        page=show_users(state.database, session.caller, LIMIT, after),
        errors=errors,
        form=form or {},
        chosen=chosen or [],
        dossiers=dossiers_to_tick(state, session),
        made=made,
        days=round(state.settings.invitation_hours_max / 24),
    )


def _person(
    request: Request,
    state: FirmState,
    session: Administrator,
    person_id: int,
    error: EcrituresError | None = None,
    *,
    errors: Mapping[str, Sentence] = MappingProxyType({}),
    form: dict[str, str] | None = None,
    chosen: list[str] | None = None,
    made: object = None,
) -> Response:
    return show_admin(
        request,
        state,
        session,
        "person.html",
        REFUSED if error or errors else 200,
        errors=errors,
        form=form or {},
        chosen=chosen or [],
        person=show_user(state.database, session.caller, person_id),
        error=error.sentence if error else None,
        dossiers=dossiers_to_tick(state, session),
        made=made,
    )
