"""The API keys of a firm, on the product's own API."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictStr

from ecritures.api.http.app_state import AdministeringCaller, AuthenticatedRoute, CurrentState
from ecritures.api.http.idempotency import IdempotencyKey, identify, respond
from ecritures.api.http.paging import Cursor, Limit
from ecritures.api.http.problems import problem_responses
from ecritures.app.actions.keys import create_key, revoke_key
from ecritures.app.cursors import read_cursor
from ecritures.app.people import show_keys
from ecritures.app.views.keys import KeyPage, KeyView, NewKeyView
from ecritures.core.rights import Right
from ecritures.directory.codes import CODE_PATTERN
from ecritures.directory.keys import NAME_CHARACTERS_MAX, NewKey

router = APIRouter(prefix="/v1/keys", tags=["Keys"], route_class=AuthenticatedRoute)

DOSSIERS_MAX = 1000
DossierCode = Annotated[StrictStr, Field(pattern=f"^{CODE_PATTERN}$")]


class KeyBody(BaseModel):
    """A key to create."""

    model_config = ConfigDict(extra="forbid")

    dossiers: list[DossierCode] = Field(
        default_factory=list,
        max_length=DOSSIERS_MAX,
        description="Ceux que la clé peut toucher ; vide : tous.",
        examples=[["CEGID003"]],
    )
    rights: list[Right] | None = Field(
        None,
        min_length=1,
        max_length=len(Right),
        description="Par défaut tous, sauf `administer` pour certains dossiers.",
        examples=[["read", "import"]],
    )
    name: StrictStr = Field(
        "",
        max_length=NAME_CHARACTERS_MAX,
        description="À quoi elle sert : ce nom paraît dans l'histoire des imports.",
        examples=["Logiciel de paie"],
    )
    expires_at: AwareDatetime | None = Field(
        None,
        alias="expiresAt",
        description="Quand elle cesse de valoir ; par défaut jamais.",
        examples=["2030-12-31T23:00:00Z"],
    )


@router.post(
    "",
    status_code=201,
    operation_id="createKey",
    summary="Créer une clé",
    description="La réponse donne `key:secret`, qui n'est plus montré ensuite. Une clé ne donne "
    "pas un droit que l'appelant n'a pas.",
    response_model=NewKeyView,
    responses=problem_responses(400, 401, 403, 404, 409, 413, 422, 429),
)
def create(
    state: CurrentState, caller: AdministeringCaller, wanted: KeyBody, key: IdempotencyKey = None
) -> Response:
    """Create a key."""
    idempotent = identify(state.settings, caller, key, router.prefix, wanted.model_dump_json())
    asked = NewKey(wanted.dossiers, wanted.rights, wanted.name.strip(), wanted.expires_at)
    made = create_key(state.database, caller, asked, idempotent)
    return respond(made, 201)


@router.get(
    "",
    operation_id="listKeys",
    summary="Lister les clés",
    description="Sans leur secret, de la plus ancienne à la plus récente ; révoquées comprises.",
    responses=problem_responses(401, 403, 422, 429),
)
def list_all(
    state: CurrentState, caller: AdministeringCaller, cursor: Cursor = None, limit: Limit = 50
) -> KeyPage:
    """List the keys of the firm."""
    return show_keys(state.database, caller, limit, read_cursor(cursor, int))


@router.delete(
    "/{key_name}",
    operation_id="revokeKey",
    summary="Révoquer une clé",
    description="Elle est refusée aussitôt, et les sessions ouvertes avec elle se terminent.",
    response_model=KeyView,
    responses=problem_responses(401, 403, 404, 409, 422, 429),
)
def revoke(
    state: CurrentState,
    caller: AdministeringCaller,
    key_name: Annotated[
        str, Path(pattern=r"^[0-9a-f]{24}$", description="La clé, sans son secret.")
    ],
    key: IdempotencyKey = None,
) -> Response:
    """Revoke a key."""
    idempotent = identify(state.settings, caller, key, f"DELETE {router.prefix}/{key_name}")
    return respond(revoke_key(state.database, caller, key_name, idempotent))
