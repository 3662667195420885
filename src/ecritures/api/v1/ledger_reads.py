"""Reading the ledger of a dossier, on the product's own API."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi import Path as InPath
from starlette.responses import Response

from ecritures.api.http.app_state import AuthenticatedRoute, CurrentState, ReadingCaller
from ecritures.api.http.paging import Cursor, Limit
from ecritures.api.http.problems import problem_responses
from ecritures.api.http.sent_files import file_contents
from ecritures.api.v1.filter_query import FilterQuery
from ecritures.api.v1.table_files import table_file
from ecritures.app import ledger_reads as reads
from ecritures.app.ledger_reads import ReadName, ReadRequest
from ecritures.app.views.ledger_reads import (
    CodePage,
    EntryPage,
    JournalPage,
    LedgerPage,
    LinePage,
    OneEntryView,
)
from ecritures.app.views.sections import SectionPage
from ecritures.core.sentences import Language
from ecritures.ledger.read.filter_texts import FilterTexts
from ecritures.reports.tables.forms import TABLE_FORMS, TableFormName

router = APIRouter(prefix="/v1/dossiers", tags=["Ledger"], route_class=AuthenticatedRoute)

DossierCode = Annotated[str, InPath(description="Code du dossier.")]
As = Annotated[
    TableFormName | None,
    Query(alias="as", description="Télécharger tout, dans cette forme, sans pages."),
]
Lang = Annotated[Language, Query(description="Langue des intitulés du fichier.")]
RESPONSES: dict[int | str, dict[str, Any]] = problem_responses(401, 403, 404, 410, 422, 429)
PAGED = RESPONSES | {
    200: {
        "description": "Une page, ou le fichier demandé par `as`.",
        "content": file_contents(*(form.media_type for form in TABLE_FORMS.values())),
    }
}
OF_REVISION = " Toutes les pages sont de la révision `ledgerRevision`, quoi qu'on importe entre."


@router.get(
    "/{code}/lines",
    operation_id="listLines",
    summary="Lister les lignes",
    description="Par date, lot et ligne." + OF_REVISION,
    response_model=LinePage,
    responses=PAGED,
)
def list_lines(  # noqa: PLR0917 - a filter and a page
    state: CurrentState,
    caller: ReadingCaller,
    code: DossierCode,
    given: FilterQuery,
    cursor: Cursor = None,
    limit: Limit = 50,
    as_: As = None,
    lang: Lang = "fr",
) -> LinePage | Response:
    """List lines."""
    request = ReadRequest(state.database, caller, code, given, limit, cursor)
    return (
        table_file(reads.open_table(request, ReadName.LINES, lang), code, as_, lang)
        if as_
        else reads.show_lines(request)
    )


@router.get(
    "/{code}/entries",
    operation_id="listEntries",
    summary="Lister les écritures",
    description="Entières, par date, lot et écriture, quand une de leurs lignes convient ; avec"
    " `journal` et `number`, toutes celles de ce numéro." + OF_REVISION,
    response_model=EntryPage,
    responses=PAGED,
)
def list_entries(  # noqa: PLR0917 - a filter and a page
    state: CurrentState,
    caller: ReadingCaller,
    code: DossierCode,
    given: FilterQuery,
    cursor: Cursor = None,
    limit: Limit = 50,
    as_: As = None,
    lang: Lang = "fr",
) -> EntryPage | Response:
    """List entries with their lines."""
    request = ReadRequest(state.database, caller, code, given, limit, cursor)
    return (
        table_file(reads.open_table(request, ReadName.ENTRIES, lang), code, as_, lang)
        if as_
        else reads.show_entries(request)
    )


@router.get(
    "/{code}/entries/{name}",
    operation_id="getEntry",
    summary="Lire une écriture",
    description="Avec ses lignes. `lot-écriture` la désigne.",
    responses=RESPONSES,
)
def get_entry(
    state: CurrentState,
    caller: ReadingCaller,
    code: DossierCode,
    name: Annotated[str, InPath(description="`lot-écriture`.", examples=["91631441-2"])],
    revision: Annotated[
        str | None, Query(description="Révision passée du grand livre.", max_length=20)
    ] = None,
) -> OneEntryView:
    """Show an entry."""
    given = FilterTexts(revision=revision)
    return reads.show_entry(ReadRequest(state.database, caller, code, given), name)


@router.get(
    "/{code}/journals",
    operation_id="listJournals",
    summary="Lister les journaux",
    description="Ceux qui ont des lignes, par code, avec leurs totaux." + OF_REVISION,
    response_model=JournalPage,
    responses=PAGED,
)
def list_journals(  # noqa: PLR0917 - a filter and a page
    state: CurrentState,
    caller: ReadingCaller,
    code: DossierCode,
    given: FilterQuery,
    cursor: Cursor = None,
    limit: Limit = 50,
    as_: As = None,
    lang: Lang = "fr",
) -> JournalPage | Response:
    """List journals."""
    request = ReadRequest(state.database, caller, code, given, limit, cursor)
    return (
        table_file(reads.open_table(request, ReadName.JOURNALS, lang), code, as_, lang)
        if as_
        else reads.show_journals(request)
    )


@router.get(
    "/{code}/accounts",
    operation_id="listAccounts",
    summary="Lister les comptes",
    description="Ceux qui ont des lignes, par numéro, avec leurs totaux." + OF_REVISION,
    response_model=CodePage,
    responses=PAGED,
)
def list_accounts(  # noqa: PLR0917 - a filter and a page
    state: CurrentState,
    caller: ReadingCaller,
    code: DossierCode,
    given: FilterQuery,
    cursor: Cursor = None,
    limit: Limit = 50,
    as_: As = None,
    lang: Lang = "fr",
) -> CodePage | Response:
    """List accounts."""
    request = ReadRequest(state.database, caller, code, given, limit, cursor)
    return (
        table_file(reads.open_table(request, ReadName.ACCOUNTS, lang), code, as_, lang)
        if as_
        else reads.show_accounts(request)
    )


@router.get(
    "/{code}/third-parties",
    operation_id="listThirdParties",
    summary="Lister les tiers",
    description="Ceux qui ont des lignes, par code, avec leurs totaux." + OF_REVISION,
    response_model=CodePage,
    responses=PAGED,
)
def list_third_parties(  # noqa: PLR0917 - a filter and a page
    state: CurrentState,
    caller: ReadingCaller,
    code: DossierCode,
    given: FilterQuery,
    cursor: Cursor = None,
    limit: Limit = 50,
    as_: As = None,
    lang: Lang = "fr",
) -> CodePage | Response:
    """List third parties."""
    request = ReadRequest(state.database, caller, code, given, limit, cursor)
    if as_:
        return table_file(reads.open_table(request, ReadName.THIRD_PARTIES, lang), code, as_, lang)
    return reads.show_third_parties(request)


@router.get(
    "/{code}/sections",
    operation_id="listSections",
    summary="Lister les sections analytiques",
    description="Celles sur lesquelles des lignes sont ventilées, par axe et code, avec leurs"
    " totaux : la balance analytique." + OF_REVISION,
    response_model=SectionPage,
    responses=PAGED,
)
def list_sections(  # noqa: PLR0917 - a filter and a page
    state: CurrentState,
    caller: ReadingCaller,
    code: DossierCode,
    given: FilterQuery,
    cursor: Cursor = None,
    limit: Limit = 50,
    as_: As = None,
    lang: Lang = "fr",
) -> SectionPage | Response:
    """List analytic sections."""
    request = ReadRequest(state.database, caller, code, given, limit, cursor)
    return (
        table_file(reads.open_table(request, ReadName.SECTIONS, lang), code, as_, lang)
        if as_
        else reads.show_sections(request)
    )


@router.get(
    "/{code}/ledger",
    operation_id="readLedger",
    summary="Lire le grand livre",
    description="Compte par compte : solde d'ouverture, lignes avec le solde après chacune, solde"
    " de clôture. Les à-nouveaux sont dans l'ouverture, jamais parmi les lignes." + OF_REVISION,
    response_model=LedgerPage,
    responses=PAGED,
)
def read_ledger(  # noqa: PLR0917 - a filter and a page
    state: CurrentState,
    caller: ReadingCaller,
    code: DossierCode,
    given: FilterQuery,
    at: Annotated[
        date | None, Query(description="Commencer à ce jour, dans le premier compte.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
    as_: As = None,
    lang: Lang = "fr",
) -> LedgerPage | Response:
    """Read the general ledger."""
    request = ReadRequest(state.database, caller, code, given, limit, cursor, at=at)
    return (
        table_file(reads.open_table(request, ReadName.LEDGER, lang), code, as_, lang)
        if as_
        else reads.show_ledger(request)
    )


@router.get(
    "/{code}/search",
    operation_id="searchLedger",
    summary="Chercher dans le grand livre",
    description="Les lignes dont le libellé, la pièce ou le numéro ont tous les mots, et celles du"
    " montant, du compte ou du jour, si c'en est un. Par date, lot et ligne." + OF_REVISION,
    response_model=LinePage,
    responses=PAGED,
)
def search(  # noqa: PLR0917 - a filter and a page
    state: CurrentState,
    caller: ReadingCaller,
    code: DossierCode,
    given: FilterQuery,
    q: Annotated[
        str,
        Query(description="Des mots, une pièce, un montant, un compte, une date.", max_length=200),
    ],
    cursor: Cursor = None,
    limit: Limit = 50,
    as_: As = None,
    lang: Lang = "fr",
) -> LinePage | Response:
    """Search labels, documents, numbers, amounts, accounts and days."""
    request = ReadRequest(state.database, caller, code, given, limit, cursor, q)
    return (
        table_file(reads.open_table(request, ReadName.SEARCH, lang), code, as_, lang)
        if as_
        else reads.show_found(request)
    )
