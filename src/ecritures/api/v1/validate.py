"""The validation of entries, on the product's own API."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field, StrictStr

from ecritures.api.http.app_state import (
    AdministeringCaller,
    AuthenticatedRoute,
    CurrentState,
    ReadingCaller,
)
from ecritures.api.http.idempotency import IdempotencyKey, identify, respond
from ecritures.api.http.problems import problem_responses
from ecritures.api.v1.undo import Reason
from ecritures.app.actions.ledger_acts import read_ledger
from ecritures.app.actions.validate import ValidationFields, validate
from ecritures.app.views.validate import ValidationList, ValidationView, validation_list
from ecritures.ledger.fiscal_years.validate import list_acts

router = APIRouter(prefix="/v1/dossiers", tags=["Dossiers"], route_class=AuthenticatedRoute)

DossierCode = Annotated[str, Path(description="Code du dossier.")]
JournalCode = Annotated[StrictStr, Field(min_length=1, max_length=200)]


class NewValidation(BaseModel):
    """Which entries become definitive."""

    model_config = ConfigDict(extra="forbid")

    until: date = Field(description="Dernier jour compris.", examples=["2024-03-31"])
    journals: list[JournalCode] | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description="Codes des journaux ; à défaut, tous.",
        examples=[["VE", "HA"]],
    )
    reason: Reason = None

    def fields(self) -> ValidationFields:
        """Return the same as the product's own value."""
        journals = None if self.journals is None else tuple(self.journals)
        return ValidationFields(self.until, journals, self.reason)


@router.post(
    "/{code}/validations",
    operation_id="validateEntries",
    summary="Valider les écritures",
    description="Celles qui sont au grand livre jusqu'à ce jour deviennent définitives : elles ne"
    " peuvent plus qu'être contre-passées.",
    response_model=ValidationView,
    responses=problem_responses(400, 401, 403, 404, 409, 413, 422, 429),
)
def create(
    state: CurrentState,
    caller: AdministeringCaller,
    code: DossierCode,
    wanted: NewValidation,
    key: IdempotencyKey = None,
) -> Response:
    """Make the entries in the ledger up to a day definitive."""
    path = f"{router.prefix}/{code}/validations"
    idempotent = identify(state.settings, caller, key, path, wanted.model_dump_json())
    return respond(validate(state.database, caller, code, wanted.fields(), idempotent))


@router.get(
    "/{code}/validations",
    operation_id="listValidations",
    summary="Lister les validations",
    description="De la plus récente à la plus ancienne.",
    responses=problem_responses(401, 403, 404, 422, 429),
)
def list_all(state: CurrentState, caller: ReadingCaller, code: DossierCode) -> ValidationList:
    """List the acts of validation of a dossier."""
    return validation_list(read_ledger(state.database, caller, code, list_acts))
