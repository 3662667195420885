"""Balances of a ledger, on the product's own API."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from ecritures.api.http.app_state import AuthenticatedRoute, CurrentState, ReadingCaller
from ecritures.api.v1.filter_query import FilterQuery
from ecritures.api.v1.ledger_reads import PAGED, As, DossierCode, Lang
from ecritures.api.v1.table_files import table_file
from ecritures.app import balance
from ecritures.app.ledger_reads import ReadRequest
from ecritures.app.views.aged import AgedView
from ecritures.app.views.balance import BalanceView
from ecritures.app.views.statements import StatementsView
from ecritures.ledger.read.balance import By

router = APIRouter(prefix="/v1/dossiers", tags=["Ledger"], route_class=AuthenticatedRoute)


@router.get(
    "/{code}/balance",
    operation_id="getBalance",
    summary="Lire la balance",
    description="Ouverture, mouvements et clôture, en centimes. L'ouverture est celle des"
    " à-nouveaux de l'exercice ; à défaut, la clôture de l'exercice précédent"
    " (`openingComputed`), les classes 6 et 7 à zéro. `by` choisit les lignes de la balance,"
    " `compare` ajoute une autre année. La balance auxiliaire est celle par tiers.",
    response_model=BalanceView,
    responses=PAGED,
)
def get_balance(  # noqa: PLR0917 - a filter
    state: CurrentState,
    caller: ReadingCaller,
    code: DossierCode,
    given: FilterQuery,
    by: Annotated[By, Query(description="Ce qui fait une ligne.")] = By.ACCOUNT,
    compare: Annotated[
        str | None, Query(description="Année à mettre en regard.", max_length=20, examples=["2023"])
    ] = None,
    as_: As = None,
    lang: Lang = "fr",
) -> BalanceView | Response:
    """Show a trial balance."""
    request = ReadRequest(state.database, caller, code, given)
    if as_:
        return table_file(balance.open_balance_table(request, by, compare), code, as_, lang)
    return balance.show_balance(request, by, compare)


@router.get(
    "/{code}/aged",
    operation_id="getAgedBalance",
    summary="Lire la balance âgée",
    description="Ce qui reste ouvert au jour `to` (à défaut, aujourd'hui), par compte et par"
    " tiers : les lignes qu'aucun lettrage ne solde à ce jour, rangées selon leur échéance, à"
    " défaut la date de leur pièce. Sans `account`, les comptes 40 et 41.",
    response_model=AgedView,
    responses=PAGED,
)
def get_aged_balance(  # noqa: PLR0917 - a filter
    state: CurrentState,
    caller: ReadingCaller,
    code: DossierCode,
    given: FilterQuery,
    as_: As = None,
    lang: Lang = "fr",
) -> AgedView | Response:
    """Show an aged balance."""
    request = ReadRequest(state.database, caller, code, given)
    if as_:
        return table_file(balance.open_aged_table(request), code, as_, lang)
    return balance.show_aged(request)


@router.get(
    "/{code}/statements",
    operation_id="getStatements",
    summary="Lire le compte de résultat et le bilan",
    description="Par classes de comptes, à deux chiffres : indicatifs, ils ne remplacent pas les"
    " comptes annuels.",
    response_model=StatementsView,
    responses=PAGED,
)
def get_statements(  # noqa: PLR0917 - a filter
    state: CurrentState,
    caller: ReadingCaller,
    code: DossierCode,
    given: FilterQuery,
    as_: As = None,
    lang: Lang = "fr",
) -> StatementsView | Response:
    """Show the income statement and the balance sheet."""
    request = ReadRequest(state.database, caller, code, given)
    if as_:
        return table_file(balance.open_statements_table(request), code, as_, lang)
    return balance.show_statements(request)
