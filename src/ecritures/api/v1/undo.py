"""Undo imports and restore them, on the product's own API."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr

from ecritures.api.http.app_state import AuthenticatedRoute, CurrentState, WithdrawingCaller
from ecritures.api.http.idempotency import IdempotencyKey, identify, respond
from ecritures.api.http.problems import problem_responses
from ecritures.app.actions.undo import UndoOptions, restore_import, undo_import
from ecritures.app.views.undo import MovedView
from ecritures.core.policies import Definitive

router = APIRouter(prefix="/v1/imports", tags=["Imports"], route_class=AuthenticatedRoute)

ImportId = Annotated[str, Path(description="Numéro de l'import.")]
Reason = Annotated[
    StrictStr | None,
    Field(
        description="Motif, gardé dans l'historique.",
        max_length=1000,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        examples=["Mauvais exercice"],
    ),
]


class RestoreBody(BaseModel):
    """Why, and what does not prevent it."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason = None
    force: StrictBool = Field(
        default=False,
        description="Même si un fichier importé depuis compte sur ces écritures.",
    )
    unmatch: StrictBool = Field(
        default=False,
        description="Même si des écritures sont lettrées à la main avec celles d'autres imports :"
        " ces lettrages sont supprimés.",
    )

    def options(self) -> UndoOptions:
        """Return the same as the product's own value."""
        return UndoOptions(self.reason, self.force, self.unmatch)


class UndoBody(RestoreBody):
    """The same, and what happens to validated entries."""

    definitive: Definitive | None = Field(
        None,
        description="`reverse` : les écritures validées sont contre-passées. À défaut, ce que le"
        " dossier ou le domaine a choisi, sinon `refuse`.",
    )

    def options(self) -> UndoOptions:
        """Return the same as the product's own value."""
        return UndoOptions(self.reason, self.force, self.unmatch, self.definitive)


@router.post(
    "/{import_id}/undo",
    operation_id="undoImport",
    summary="Retirer du grand livre ce qu'un import a enregistré",
    description="Un refus (409) donne dans `blockers` tout ce qui l'empêche : genre, nombre, cent"
    " premières écritures.",
    response_model=MovedView,
    responses=problem_responses(400, 401, 403, 404, 409, 413, 422, 429),
)
def undo(
    state: CurrentState,
    caller: WithdrawingCaller,
    import_id: ImportId,
    wanted: UndoBody | None = None,
    key: IdempotencyKey = None,
) -> Response:
    """Take what an import posted out of the ledger."""
    body = wanted or UndoBody()
    path = f"{router.prefix}/{import_id}/undo"
    idempotent = identify(state.settings, caller, key, path, body.model_dump_json())
    return respond(undo_import(state.database, import_id, body.options(), caller, idempotent))


@router.post(
    "/{import_id}/restore",
    operation_id="restoreImport",
    summary="Rétablir un import annulé",
    description="Ses écritures reviennent telles qu'elles étaient. Un refus (409) donne dans"
    " `blockers` tout ce qui l'empêche.",
    response_model=MovedView,
    responses=problem_responses(400, 401, 403, 404, 409, 413, 422, 429),
)
def restore(
    state: CurrentState,
    caller: WithdrawingCaller,
    import_id: ImportId,
    wanted: RestoreBody | None = None,
    key: IdempotencyKey = None,
) -> Response:
    """Bring what an import had posted back into the ledger."""
    body = wanted or RestoreBody()
    path = f"{router.prefix}/{import_id}/restore"
    idempotent = identify(state.settings, caller, key, path, body.model_dump_json())
    return respond(restore_import(state.database, import_id, body.options(), caller, idempotent))
