"""The people of a firm, on the product's own API."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr

from ecritures.api.http.address import address_of
from ecritures.api.http.app_state import (
    AdministeringCaller,
    AppState,
    AuthenticatedRoute,
    CurrentState,
)
from ecritures.api.http.idempotency import IdempotencyKey, identify, respond
from ecritures.api.http.paging import Cursor, Limit
from ecritures.api.http.problems import problem_responses
from ecritures.api.v1.keys import DOSSIERS_MAX, DossierCode
from ecritures.app.actions.people import (
    Invitations,
    NewPerson,
    change_user,
    create_user,
    invite_user,
)
from ecritures.app.cursors import read_cursor
from ecritures.app.people import show_users
from ecritures.app.views.people import NewUserView, UserPage, UserView
from ecritures.core.rights import Role
from ecritures.directory.people import EMAIL_CHARACTERS_MAX, PersonChanges

router = APIRouter(prefix="/v1/users", tags=["People"], route_class=AuthenticatedRoute)

UserId = Annotated[int, Path(ge=1, le=2**31 - 1, description="Numéro de la personne.")]
FirmRole = Literal["reader", "collaborator", "administrator"]
Name = Annotated[
    StrictStr, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["Claire Delmas"])
]
Assigned = Annotated[list[DossierCode], Field(max_length=DOSSIERS_MAX, examples=[["CEGID003"]])]


class NewUser(BaseModel):
    """Somebody to add."""

    model_config = ConfigDict(extra="forbid")

    email: StrictStr = Field(
        min_length=3,
        max_length=EMAIL_CHARACTERS_MAX,
        pattern=r"^[^\x00-\x1f\x7f]+$",
        examples=["claire.delmas@cabinet.example"],
    )
    role: FirmRole
    name: Name = ""
    dossiers: Assigned | None = Field(
        None, description="Ceux qui lui sont affectés ; null : tous, ou aucun d'un collaborateur."
    )


class UserChanges(BaseModel):
    """What to change; what is not named stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    role: FirmRole | None = None
    dossiers: Assigned | None = Field(
        None, description="Ceux qui lui sont affectés désormais ; null : tous, d'un lecteur."
    )
    disabled: StrictBool | None = Field(
        None, description="true : cette personne n'entre plus, et ses sessions se terminent."
    )

    def given(self) -> PersonChanges:
        """Return what is named."""
        named: dict[str, Any] = self.model_dump(exclude_unset=True)
        changes: Any = {
            name: value for name, value in named.items() if value is not None or name == "dossiers"
        }
        if "role" in changes:
            changes["role"] = Role(changes["role"])
        found: PersonChanges = changes
        return found


@router.post(
    "",
    status_code=201,
    operation_id="createUser",
    summary="Ajouter une personne",
    description="La réponse donne une invitation : l'adresse où la personne choisit son mot de "
    "passe, une fois. Elle n'est plus montrée ensuite.",
    response_model=NewUserView,
    responses=problem_responses(400, 401, 403, 404, 409, 413, 422, 429),
)
def create(
    request: Request,
    state: CurrentState,
    caller: AdministeringCaller,
    wanted: NewUser,
    key: IdempotencyKey = None,
) -> Response:
    """Add somebody to the firm."""
    idempotent = identify(state.settings, caller, key, router.prefix, wanted.model_dump_json())
    person = NewPerson(wanted.email, Role(wanted.role), wanted.name, wanted.dossiers)
    invitations = _invitations(request, state)
    return respond(create_user(state.database, caller, person, invitations, idempotent), 201)


@router.get(
    "",
    operation_id="listUsers",
    summary="Lister les personnes",
    description="Par adresse électronique ; désactivées comprises.",
    responses=problem_responses(401, 403, 422, 429),
)
def list_all(
    state: CurrentState, caller: AdministeringCaller, cursor: Cursor = None, limit: Limit = 50
) -> UserPage:
    """List the people of the firm."""
    return show_users(state.database, caller, limit, read_cursor(cursor, str, int))


@router.patch(
    "/{user_id}",
    operation_id="changeUser",
    summary="Changer une personne",
    description="Son nom, son rôle, ses dossiers, si elle entre encore ; aussitôt, dans ses "
    "sessions aussi.",
    response_model=UserView,
    responses=problem_responses(400, 401, 403, 404, 409, 413, 422, 429),
)
def change(
    state: CurrentState,
    caller: AdministeringCaller,
    user_id: UserId,
    wanted: UserChanges,
    key: IdempotencyKey = None,
) -> Response:
    """Change somebody of the firm."""
    content = f"{router.prefix}/{user_id}", wanted.model_dump_json(exclude_unset=True)
    idempotent = identify(state.settings, caller, key, *content)
    return respond(change_user(state.database, caller, user_id, wanted.given(), idempotent))


@router.post(
    "/{user_id}/invitations",
    status_code=201,
    operation_id="inviteUser",
    summary="Inviter à nouveau une personne",
    description="À choisir un premier mot de passe, ou un autre ; l'invitation précédente ne sert "
    "plus.",
    response_model=NewUserView,
    responses=problem_responses(401, 403, 404, 409, 422, 429),
)
def invite(
    request: Request,
    state: CurrentState,
    caller: AdministeringCaller,
    user_id: UserId,
    key: IdempotencyKey = None,
) -> Response:
    """Invite somebody of the firm again."""
    content = f"{router.prefix}/{user_id}/invitations"
    idempotent = identify(state.settings, caller, key, content)
    invitations = _invitations(request, state)
    return respond(invite_user(state.database, caller, user_id, invitations, idempotent), 201)


def _invitations(request: Request, state: AppState) -> Invitations:
    return Invitations(address_of(request, state.settings), state.settings.invitation_hours_max)
