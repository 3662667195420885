"""Lettering, on the product's own API."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StrictStr

from ecritures.api.http.app_state import (
    AuthenticatedRoute,
    CurrentState,
    ImportingCaller,
    ReadingCaller,
    WithdrawingCaller,
)
from ecritures.api.http.idempotency import IdempotencyKey, identify, respond
from ecritures.api.http.paging import Cursor, Limit
from ecritures.api.http.problems import problem_responses
from ecritures.api.v1.filter_query import FilterQuery
from ecritures.api.v1.ledger_reads import PAGED, As, DossierCode, Lang
from ecritures.api.v1.table_files import table_file
from ecritures.app.actions.closing import DossierRequest
from ecritures.app.actions.lettering import match, unmatch
from ecritures.app.ledger_reads import ReadName, ReadRequest, open_table, show_lettering
from ecritures.app.views.lettering import GroupPage, MatchedView

router = APIRouter(prefix="/v1/dossiers", tags=["Dossiers"], route_class=AuthenticatedRoute)

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
LineName = Annotated[StrictStr, Field(pattern="^[0-9]{1,9}:[0-9]{1,9}$")]
Account = Annotated[
    str | None,
    Query(description="Compte, ou son début suivi de `*`.", max_length=200, pattern=PRINTABLE),
]
ThirdParty = Annotated[
    str | None,
    Query(
        alias="third-party",
        description="Compte auxiliaire ; vide : les lignes sans tiers.",
        max_length=200,
        pattern=PRINTABLE,
    ),
]


class GroupState(StrEnum):
    """Whether a group balances."""

    OPEN = "open"
    CLOSED = "closed"


class NewMatching(BaseModel):
    """Lines to be matched."""

    model_config = ConfigDict(extra="forbid")

    lines: list[LineName] = Field(
        min_length=2,
        max_length=1000,
        description="Lignes d'un même compte et d'un même tiers : `lot:ligne`.",
        examples=[["91631441:2", "91631507:14"]],
    )
    code: StrictStr | None = Field(
        None,
        min_length=1,
        max_length=20,
        pattern=r"^[A-Za-z0-9]+$",
        description="Code du lettrage ; à défaut, le premier libre.",
        examples=["AB"],
    )


@router.get(
    "/{code}/lettering",
    operation_id="listLettering",
    summary="Lister les lettrages",
    description="Par compte, tiers et code : ceux des fichiers et ceux faits à la main. `open` :"
    " le groupe ne s'équilibre pas, `restCents` donne son reste. Un code de fichier repris d'un"
    " exercice à l'autre fait un groupe par exercice, sauf si ses lignes ont la même date de"
    " lettrage et ne s'équilibrent qu'ensemble. Les filtres choisissent les groupes dont une ligne"
    " convient.",
    response_model=GroupPage,
    responses=PAGED,
)
def list_lettering(  # noqa: PLR0917 - a filter and a page
    state: CurrentState,
    caller: ReadingCaller,
    code: DossierCode,
    given: FilterQuery,
    group_state: Annotated[
        GroupState | None, Query(alias="state", description="Ouverts ou soldés ; à défaut, tous.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
    as_: As = None,
    lang: Lang = "fr",
) -> GroupPage | Response:
    """List the groups of lettered lines."""
    is_open = None if group_state is None else group_state is GroupState.OPEN
    request = ReadRequest(state.database, caller, code, given, limit, cursor, is_open=is_open)
    if as_:
        return table_file(open_table(request, ReadName.LETTERING, lang), code, as_, lang)
    return show_lettering(request)


@router.post(
    "/{code}/lettering",
    operation_id="matchLines",
    summary="Lettrer des lignes",
    description="Lignes d'un même compte et d'un même tiers, en période ouverte ou non. Un lettrage"
    " partiel est permis. Le lettrage à la main l'emporte sur celui du fichier.",
    response_model=MatchedView,
    responses=problem_responses(400, 401, 403, 404, 409, 413, 422, 429),
)
def match_(
    state: CurrentState,
    caller: ImportingCaller,
    code: DossierCode,
    wanted: NewMatching,
    key: IdempotencyKey = None,
) -> Response:
    """Match lines."""
    address = f"{router.prefix}/{code}/lettering"
    idempotent = identify(state.settings, caller, key, address, wanted.model_dump_json())
    request = DossierRequest(state.database, caller, code, idempotent=idempotent)
    return respond(match(request, wanted.lines, wanted.code))


@router.delete(
    "/{code}/lettering/{name}",
    operation_id="unmatchLines",
    summary="Délettrer",
    description="Par le numéro d'un lettrage fait à la main, ou par un code ; `account`,"
    " `third-party` et `fiscal-year` le précisent quand plusieurs l'ont.",
    response_model=MatchedView,
    responses=problem_responses(400, 401, 403, 404, 422, 429),
)
def unmatch_(  # noqa: PLR0917 - a group
    state: CurrentState,
    caller: WithdrawingCaller,
    code: DossierCode,
    name: Annotated[str, Path(description="Numéro ou code du lettrage.", max_length=200)],
    account: Account = None,
    third_party: ThirdParty = None,
    year: Annotated[
        str | None,
        Query(alias="fiscal-year", description="Exercice : son premier jour, ou son année."),
    ] = None,
) -> Response:
    """Unmatch a group."""
    request = DossierRequest(state.database, caller, code)
    return respond(unmatch(request, name, account, third_party, year))
