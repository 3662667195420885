"""Dossiers, on the product's own API."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr

from ecritures.api.http.app_state import (
    AdministeringCaller,
    AuthenticatedRoute,
    CurrentState,
    ReadingCaller,
)
from ecritures.api.http.idempotency import IdempotencyKey, identify, respond
from ecritures.api.http.paging import Cursor, Limit
from ecritures.api.http.problems import problem_responses
from ecritures.api.v1.policies import PolicyDefaults
from ecritures.app.actions.dossiers import DossierFields, create_dossier, update_dossier
from ecritures.app.cursors import read_cursor
from ecritures.app.queries import find_dossier, show_dossiers
from ecritures.app.views.dossiers import DossierPage, DossierView, dossier_view
from ecritures.directory.dossier_changes import DossierChanges
from ecritures.directory.dossiers import FiscalYear, YearState

router = APIRouter(prefix="/v1/dossiers", tags=["Dossiers"], route_class=AuthenticatedRoute)

DossierCode = Annotated[str, Path(description="Code du dossier.")]


class NewFiscalYear(BaseModel):
    """First and last day of a fiscal year, both included."""

    model_config = ConfigDict(extra="forbid")

    start: date = Field(examples=["2024-01-01"])
    end: date = Field(examples=["2024-12-31"])
    closed: StrictBool = False

    def value(self) -> FiscalYear:
        """Return the same as the product's own value."""
        state = YearState.CLOSED if self.closed else YearState.OPEN
        return FiscalYear(self.start, self.end, state)


class NewDossier(BaseModel):
    """A dossier to create. The first SIRET is the main establishment's."""

    model_config = ConfigDict(extra="forbid")

    code: StrictStr = Field(description="Unique dans le domaine.", examples=["CEGID003"])
    name: StrictStr = Field(
        "", max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["Atelier Lumen"]
    )
    siren: StrictStr = Field(examples=["079555421"], json_schema_extra={"pattern": r"^[0-9]{9}$"})
    sirets: list[StrictStr] = Field(
        default_factory=list, max_length=1000, examples=[["07955542100027"]]
    )
    fiscalYears: list[NewFiscalYear] = Field(  # noqa: N815 - the name in the JSON
        default_factory=list, max_length=100
    )

    def fields(self) -> DossierFields:
        """Return the same as the product's own value."""
        years = [year.value() for year in self.fiscalYears]
        return DossierFields(self.code, self.siren, self.name, self.sirets, years)


@router.get(
    "",
    operation_id="listDossiers",
    summary="Lister les dossiers",
    description="Ceux auxquels la clé est liée, par code.",
    responses=problem_responses(401, 403, 422, 429),
)
def list_all(
    state: CurrentState, caller: ReadingCaller, cursor: Cursor = None, limit: Limit = 50
) -> DossierPage:
    """List the dossiers that the key gives access to, by code."""
    return show_dossiers(state.database, caller, limit, read_cursor(cursor, str))


@router.post(
    "",
    status_code=201,
    operation_id="createDossier",
    summary="Créer un dossier",
    description="Avec une clé liée à tout le domaine.",
    response_model=DossierView,
    responses=problem_responses(400, 401, 403, 409, 413, 422, 429),
)
def create(
    state: CurrentState, caller: AdministeringCaller, wanted: NewDossier, key: IdempotencyKey = None
) -> Response:
    """Create a dossier; the key must be one of the whole domain."""
    idempotent = identify(state.settings, caller, key, router.prefix, wanted.model_dump_json())
    answer = create_dossier(state.database, caller, wanted.fields(), idempotent)
    return respond(answer, 201, f"{router.prefix}/{answer.view['code']}")


@router.get(
    "/{code}",
    operation_id="getDossier",
    summary="Montrer un dossier",
    description="Ses établissements, le principal d'abord, et ses exercices.",
    responses=problem_responses(401, 403, 404, 422, 429),
)
def get_one(state: CurrentState, caller: ReadingCaller, code: DossierCode) -> DossierView:
    """Show a dossier."""
    return dossier_view(find_dossier(state.database, caller, code), caller.domain)


class DossierPatch(BaseModel):
    """What to change; what is not named stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: StrictStr | None = Field(
        None, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["Atelier"]
    )
    siren: StrictStr | None = Field(None, examples=["079555421"])
    sirets: list[StrictStr] | None = Field(
        None, max_length=1000, description="Tous les établissements, le principal d'abord."
    )
    policies: PolicyDefaults = Field(
        default_factory=PolicyDefaults,
        description="Les choix pour ses imports ; null : celui du domaine à nouveau.",
    )

    def changes(self) -> DossierChanges:
        """Return the same as the product's own value."""
        return DossierChanges(self.name, self.siren, self.sirets, self.policies.given())


@router.patch(
    "/{code}",
    operation_id="changeDossier",
    summary="Changer un dossier",
    description="Son nom, son SIREN, ses établissements, ses choix pour les imports.",
    response_model=DossierView,
    responses=problem_responses(400, 401, 403, 404, 409, 413, 422, 429),
)
def change(
    state: CurrentState,
    caller: AdministeringCaller,
    code: DossierCode,
    wanted: DossierPatch,
    key: IdempotencyKey = None,
) -> Response:
    """Change the name, SIREN, establishments or policies of a dossier."""
    content = f"{router.prefix}/{code}", wanted.model_dump_json(exclude_unset=True)
    idempotent = identify(state.settings, caller, key, *content)
    return respond(update_dossier(state.database, caller, code, wanted.changes(), idempotent))
