"""Dossiers and their balance, on the product's own face."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr
from sqlalchemy import Connection
from typing_extensions import TypedDict

from ecritures.api.http.app_state import AppState, AuthenticatedRoute, TheCaller, TheState
from ecritures.api.http.idempotency import IdempotencyKey, answer, asked_of, respond
from ecritures.api.http.paging import Cursor, Limit, read_cursor, write_cursor
from ecritures.api.http.problems import problem_responses
from ecritures.app.idempotency import Answer, answer_once
from ecritures.core.errors import ForbiddenError
from ecritures.directory.domains import get_domain
from ecritures.directory.dossiers import (
    Dossier,
    FiscalYear,
    checked_dossier,
    get_dossier,
    insert_dossier,
    list_dossiers,
)
from ecritures.directory.keys import Caller
from ecritures.ledger.read.balance import Balance, read_balance

router = APIRouter(prefix="/v1/dossiers", tags=["Dossiers"], route_class=AuthenticatedRoute)

DossierCode = Annotated[str, Path(description="Code du dossier.")]


class NewFiscalYear(BaseModel):
    """First and last day of a fiscal year, both included."""

    model_config = ConfigDict(extra="forbid")

    start: date = Field(examples=["2024-01-01"])
    end: date = Field(examples=["2024-12-31"])
    closed: StrictBool = False


class NewDossier(BaseModel):
    """A dossier to create. The first SIRET is the main establishment's."""

    model_config = ConfigDict(extra="forbid")

    code: StrictStr = Field(description="Unique dans le domaine.", examples=["CEGID003"])
    name: StrictStr = Field(
        "", max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["Atelier Lumen"]
    )
    siren: StrictStr = Field(examples=["079555421"])
    sirets: list[StrictStr] = Field(
        default_factory=list, max_length=1000, examples=[["07955542100027"]]
    )
    fiscalYears: list[NewFiscalYear] = Field(  # noqa: N815 - the name in the JSON
        default_factory=list, max_length=100
    )


class FiscalYearView(TypedDict):
    """A fiscal year, as shown."""

    start: str
    end: str
    closed: bool


class DossierView(TypedDict):
    """A dossier, as shown."""

    code: str
    name: str
    siren: str
    sirets: list[str]
    fiscalYears: list[FiscalYearView]


class DossierPage(TypedDict):
    """A page of dossiers, by code."""

    items: list[DossierView]
    nextCursor: str | None


class AccountView(TypedDict):
    """One account's totals, in cents."""

    account: str
    label: str
    debitCents: int
    creditCents: int
    balanceCents: int


BalanceView = TypedDict(
    "BalanceView",
    {
        "dossier": str,
        "from": str | None,
        "to": str | None,
        "accounts": list[AccountView],
        "debitCents": int,
        "creditCents": int,
    },
)
"""The balance, in the shape of `balance --json`. A call, since `from` is a word of Python's."""


@router.get(
    "",
    summary="Lister les dossiers",
    description="Ceux auxquels la clé est liée, par code.",
    responses=problem_responses(401, 422, 429),
)
def list_all(
    service: TheState, caller: TheCaller, cursor: Cursor = None, limit: Limit = 50
) -> DossierPage:
    """List the dossiers that the key may touch, by code."""
    after = str(read_cursor(cursor, str)[0]) if cursor else ""
    found = [
        dossier
        for dossier in list_dossiers(service.database, caller.domain_id)
        if dossier.code > after and (caller.dossier_ids is None or dossier.id in caller.dossier_ids)
    ]
    page = found[:limit]
    return {
        "items": [_dossier_view(dossier) for dossier in page],
        "nextCursor": write_cursor(page[-1].code) if len(found) > limit else None,
    }


@router.post(
    "",
    status_code=201,
    summary="Créer un dossier",
    description="Avec une clé liée à tout le domaine.",
    response_model=DossierView,
    responses=problem_responses(400, 401, 403, 409, 413, 422, 429),
)
def create(
    service: TheState, caller: TheCaller, wanted: NewDossier, key: IdempotencyKey = None
) -> Response:
    """Create a dossier; the key must be one of the whole domain."""
    if caller.dossier_ids is not None:
        raise ForbiddenError(
            "key-limited",
            "Cette clé est liée à certains dossiers : elle ne peut pas en créer.",
            "This key is linked to certain dossiers: it cannot create any.",
        )
    given = answer_once(
        service.database,
        asked_of(service, caller, key, router.prefix, wanted.model_dump_json()),
        lambda: _prepare(service, caller, wanted),
    )
    return respond(given)


def _prepare(
    service: AppState, caller: Caller, wanted: NewDossier
) -> Callable[[Connection], Answer]:
    now = service.database.clock.now()
    domain = get_domain(service.database, caller.domain)
    years = [FiscalYear(year.start, year.end, year.closed) for year in wanted.fiscalYears]
    checked = checked_dossier(domain, wanted.code, wanted.name, wanted.siren, wanted.sirets, years)

    def write(connection: Connection) -> Answer:
        made = insert_dossier(connection, domain, checked, now)
        return answer(201, f"{router.prefix}/{made.code}", _dossier_view(made))

    return write


@router.get(
    "/{code}",
    summary="Montrer un dossier",
    description="Ses établissements, le principal d'abord, et ses exercices.",
    responses=problem_responses(401, 403, 404, 422, 429),
)
def get_one(service: TheState, caller: TheCaller, code: DossierCode) -> DossierView:
    """Show a dossier."""
    return _dossier_view(_touched(service, caller, code))


@router.get(
    "/{code}/balance",
    summary="Lire la balance",
    description="Débit et crédit de chaque compte, en centimes, bornes comprises.",
    responses=problem_responses(401, 403, 404, 422, 429),
)
def get_balance(
    service: TheState,
    caller: TheCaller,
    code: DossierCode,
    start: Annotated[date | None, Query(alias="from", description="Premier jour.")] = None,
    end: Annotated[date | None, Query(alias="to", description="Dernier jour.")] = None,
) -> BalanceView:
    """Give the debit and credit of each account."""
    dossier = _touched(service, caller, code)
    return _balance_view(read_balance(service.database, dossier, start, end))


def _touched(service: TheState, caller: Caller, code: str) -> Dossier:
    dossier = get_dossier(service.database, caller.domain_id, code)
    caller.check_may_touch(dossier)
    return dossier


def _dossier_view(dossier: Dossier) -> DossierView:
    return {
        "code": dossier.code,
        "name": dossier.name,
        "siren": dossier.siren,
        "sirets": list(dossier.sirets),
        "fiscalYears": [
            {"start": year.start.isoformat(), "end": year.end.isoformat(), "closed": year.closed}
            for year in dossier.fiscal_years
        ],
    }


def _balance_view(balance: Balance) -> BalanceView:
    return {
        "dossier": balance.dossier,
        "from": balance.start.isoformat() if balance.start else None,
        "to": balance.end.isoformat() if balance.end else None,
        "accounts": [
            {
                "account": account.account,
                "label": account.label,
                "debitCents": account.debit_cents,
                "creditCents": account.credit_cents,
                "balanceCents": account.balance_cents,
            }
            for account in balance.accounts
        ],
        "debitCents": balance.debit_cents,
        "creditCents": balance.credit_cents,
    }
