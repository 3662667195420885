"""The locks and the fiscal years of a dossier, on the product's own API."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from ecritures.api.http.app_state import (
    AdministeringCaller,
    AppState,
    AuthenticatedRoute,
    CurrentState,
    ReadingCaller,
)
from ecritures.api.http.idempotency import IdempotencyKey, identify, respond
from ecritures.api.http.problems import problem_responses
from ecritures.api.v1.undo import Reason, UndoBody
from ecritures.app.actions import closing as actions
from ecritures.app.actions.carry_forward import CarryOptions, carry_fiscal_year, undo_carried
from ecritures.app.actions.closing import DossierRequest
from ecritures.app.queries import find_dossier
from ecritures.app.views.closing import (
    CarriedBackView,
    CarriedView,
    FiscalYearList,
    LocksView,
    YearActView,
    locks_view,
    year_list,
)
from ecritures.core.policies import Openings
from ecritures.directory.keys import Caller

router = APIRouter(prefix="/v1/dossiers", tags=["Dossiers"], route_class=AuthenticatedRoute)

DossierCode = Annotated[str, Path(description="Code du dossier.")]
Year = Annotated[
    str,
    Path(description="Premier jour de l'exercice, ou année où il finit.", examples=["2024"]),
]
_CHANGES = problem_responses(400, 401, 403, 404, 409, 413, 422, 429)


class Why(BaseModel):
    """Why it is asked for."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason = None


class NewLock(Why):
    """A lock."""

    until: date = Field(description="Dernier jour verrouillé.", examples=["2024-03-31"])


class AddedYear(Why):
    """First and last day of a fiscal year, both included."""

    start: date = Field(examples=["2025-01-01"])
    end: date = Field(examples=["2025-12-31"])


class Closing(Why):
    """How a fiscal year is closed."""

    final: StrictBool = Field(
        default=False, description="Clôture définitive : l'exercice ne pourra pas être rouvert."
    )
    validate_: StrictBool = Field(
        default=False,
        alias="validate",
        description="Avec `final`, valide d'abord les écritures en brouillard.",
    )


class CarryForward(Why):
    """How the closing of a fiscal year is carried forward."""

    detail: StrictBool = Field(
        default=False,
        description="Garder une à une les lignes non soldées des comptes lettrés ou de tiers.",
    )
    journal: str | None = Field(
        default=None,
        max_length=64,
        description="Code du journal d'à-nouveaux ; à défaut, celui du dossier, sinon AN.",
    )
    openings: Openings | None = Field(
        default=None,
        description="Que faire d'à-nouveaux venus d'un fichier ; à défaut, selon le dossier.",
    )


@router.get(
    "/{code}/locks",
    operation_id="getLocks",
    summary="Lire les verrous",
    description="Dernier jour verrouillé, dernier jour clôturé.",
    responses=problem_responses(401, 403, 404, 422, 429),
)
def get_locks(state: CurrentState, caller: ReadingCaller, code: DossierCode) -> LocksView:
    """Show the last locked and the last closed day."""
    dossier = find_dossier(state.database, caller, code)
    return locks_view(dossier, dossier.ledger_revision, dossier.locked_through)


@router.post(
    "/{code}/locks",
    operation_id="lockPeriod",
    summary="Verrouiller une période",
    description="Plus rien n'est enregistré ni retiré jusqu'à ce jour compris. Le verrou se lève.",
    response_model=LocksView,
    responses=_CHANGES,
)
def lock(
    state: CurrentState,
    caller: AdministeringCaller,
    code: DossierCode,
    wanted: NewLock,
    key: IdempotencyKey = None,
) -> Response:
    """Lock the days up to one."""
    return respond(actions.lock(_request(state, caller, code, "locks", wanted, key), wanted.until))


@router.delete(
    "/{code}/locks",
    operation_id="unlockPeriod",
    summary="Lever le verrou",
    description="En entier, ou jusqu'à un jour plus ancien, qui reste verrouillé.",
    response_model=LocksView,
    responses=problem_responses(401, 403, 404, 409, 422, 429),
)
def unlock(
    state: CurrentState,
    caller: AdministeringCaller,
    code: DossierCode,
    reason: Annotated[str, Query(min_length=1, max_length=1000, description="Motif.")],
    until: Annotated[
        date | None, Query(description="Dernier jour qui reste verrouillé ; à défaut, aucun.")
    ] = None,
) -> Response:
    """Lift the lock."""
    return respond(actions.unlock(DossierRequest(state.database, caller, code, reason), until))


@router.get(
    "/{code}/fiscal-years",
    operation_id="listFiscalYears",
    summary="Lister les exercices",
    description="Du plus ancien au plus récent, avec leur état : `open`, `closed`, `final`.",
    responses=problem_responses(401, 403, 404, 422, 429),
)
def list_years(state: CurrentState, caller: ReadingCaller, code: DossierCode) -> FiscalYearList:
    """List the fiscal years of a dossier."""
    return year_list(find_dossier(state.database, caller, code))


@router.post(
    "/{code}/fiscal-years",
    operation_id="addFiscalYear",
    summary="Ajouter un exercice",
    description="Sans chevauchement ; `warnings` signale un trou, ou plus de douze mois.",
    response_model=YearActView,
    responses=_CHANGES,
)
def add_year(
    state: CurrentState,
    caller: AdministeringCaller,
    code: DossierCode,
    wanted: AddedYear,
    key: IdempotencyKey = None,
) -> Response:
    """Add a fiscal year."""
    request = _request(state, caller, code, "fiscal-years", wanted, key)
    return respond(actions.add_fiscal_year(request, wanted.start, wanted.end))


@router.post(
    "/{code}/fiscal-years/{year}/close",
    operation_id="closeFiscalYear",
    summary="Clore un exercice",
    description="Ses jours sont verrouillés ; avec `final`, pour toujours. Un refus (409) donne"
    " dans `blockers` les écritures en brouillard et les comptes dont l'à-nouveau diffère.",
    response_model=YearActView,
    responses=_CHANGES,
)
def close_year(
    state: CurrentState,
    caller: AdministeringCaller,
    code: DossierCode,
    *,
    year: Year,
    wanted: Closing | None = None,
    key: IdempotencyKey = None,
) -> Response:
    """Close a fiscal year."""
    body = wanted or Closing()
    request = _request(state, caller, code, f"fiscal-years/{year}/close", body, key)
    how = {"final": body.final, "validate": body.validate_}
    return respond(actions.close_fiscal_year(request, year, **how))


@router.post(
    "/{code}/fiscal-years/{year}/reopen",
    operation_id="reopenFiscalYear",
    summary="Rouvrir un exercice",
    description="Clos, mais pas définitivement.",
    response_model=YearActView,
    responses=_CHANGES,
)
def reopen_year(
    state: CurrentState,
    caller: AdministeringCaller,
    code: DossierCode,
    *,
    year: Year,
    wanted: Why | None = None,
    key: IdempotencyKey = None,
) -> Response:
    """Reopen a fiscal year."""
    request = _request(state, caller, code, f"fiscal-years/{year}/reopen", wanted or Why(), key)
    return respond(actions.reopen_fiscal_year(request, year))


@router.post(
    "/{code}/fiscal-years/{year}/carry-forward",
    operation_id="carryFiscalYearForward",
    summary="Générer les à-nouveaux",
    description="Reporte la clôture de l'exercice au premier jour du suivant : un solde par compte,"
    " ou les lignes non lettrées avec `detail`. Remplace les à-nouveaux générés avant, tant que"
    " l'exercice suivant est ouvert.",
    response_model=CarriedView,
    responses=_CHANGES,
)
def carry_forward(
    state: CurrentState,
    caller: AdministeringCaller,
    code: DossierCode,
    *,
    year: Year,
    wanted: CarryForward | None = None,
    key: IdempotencyKey = None,
) -> Response:
    """Post the openings of the next fiscal year."""
    body = wanted or CarryForward()
    request = _request(state, caller, code, f"fiscal-years/{year}/carry-forward", body, key)
    options = CarryOptions(body.detail, body.journal, body.openings)
    return respond(carry_fiscal_year(request, year, options))


@router.post(
    "/{code}/fiscal-years/{year}/carry-forward/undo",
    operation_id="undoCarryForward",
    summary="Annuler les à-nouveaux générés",
    description="Retire du grand livre les à-nouveaux du dernier report de l'exercice ; ceux qu'il"
    " avait remplacés reviennent. Un refus (409) donne dans `blockers` tout ce qui l'empêche.",
    response_model=CarriedBackView,
    responses=_CHANGES,
)
def undo_carry_forward(
    state: CurrentState,
    caller: AdministeringCaller,
    code: DossierCode,
    *,
    year: Year,
    wanted: UndoBody | None = None,
    key: IdempotencyKey = None,
) -> Response:
    """Take the openings of the next fiscal year back."""
    body = wanted or UndoBody()
    path = f"fiscal-years/{year}/carry-forward/undo"
    request = _request(state, caller, code, path, body, key)
    return respond(undo_carried(request, year, body.options()))


def _request(  # noqa: PLR0917 - the parts of a request
    state: AppState, caller: Caller, code: str, path: str, body: Why | UndoBody, key: str | None
) -> DossierRequest:
    address = f"{router.prefix}/{code}/{path}"
    idempotent = identify(state.settings, caller, key, address, body.model_dump_json())
    return DossierRequest(state.database, caller, code, body.reason, idempotent)
