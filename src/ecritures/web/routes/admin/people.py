"""The people of a firm: who they are, what they may do, invitations, which are shown once."""

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
from ecritures.core.errors import ConflictError, EcrituresError, NotFoundError, RefusedRequestError
from ecritures.core.rights import Role
from ecritures.directory.people import PersonChanges
from ecritures.web.administration import (
    Administrator,
    ChosenDossiers,
    content_of,
    dossiers_to_tick,
    show_admin,
)
from ecritures.web.forms import once, one_line
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
    try:
        role, dossiers = _role_in(form, chosen)
        wanted = NewPerson(form.get("email", ""), role, one_line(form, "name"), dossiers)
        how = _invitations(request, state)
        made = create_user(state.database, session.caller, wanted, how, key)
    except (RefusedRequestError, ConflictError, NotFoundError) as error:
        return _list(request, state, session, error, form, chosen)
    return _list(request, state, session, made=made.view)


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
    try:
        role, dossiers = _role_in(form, chosen)
        changes = PersonChanges(name=one_line(form, "name"), role=role, dossiers=dossiers)
        if show_user(state.database, session.caller, person_id)["email"] == session.email:
            changes = PersonChanges(name=one_line(form, "name"))
        change_user(state.database, session.caller, person_id, changes, key)
    except (RefusedRequestError, ConflictError) as error:
        return _person(request, state, session, person_id, error)
    return see(PEOPLE)


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
    error: EcrituresError | None = None,
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
        REFUSED if error else 200,
        page=show_users(state.database, session.caller, LIMIT, after),
        error=error.sentence if error else None,
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
    made: object = None,
) -> Response:
    return show_admin(
        request,
        state,
        session,
        "person.html",
        REFUSED if error else 200,
        person=show_user(state.database, session.caller, person_id),
        error=error.sentence if error else None,
        dossiers=dossiers_to_tick(state, session),
        made=made,
    )
