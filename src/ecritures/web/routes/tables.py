"""Downloads of the books as tables."""

from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ecritures.api.v1.table_files import table_file
from ecritures.app.balance import open_balance_table
from ecritures.app.ledger_reads import ReadName, open_table
from ecritures.reports.tables.forms import TableFormName
from ecritures.web.guard import CurrentSession, FirmState, SignedInRoute
from ecritures.web.ledger_filter import books_of
from ecritures.web.rendering import language_of

router = APIRouter(route_class=SignedInRoute, prefix="/dossiers/{code}/tables")


class TableName(StrEnum):
    """What is downloaded."""

    BALANCE = "balance"
    LEDGER = "ledger"
    JOURNALS = "journals"
    ENTRIES = "entries"
    LINES = "lines"
    LETTERING = "lettering"
    SECTIONS = "sections"


@router.get("/{name}")
def table(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    code: str,
    name: TableName,
    as_: Annotated[TableFormName, Query(alias="as")],
) -> Response:
    """Download a part of the books, with the filter of the page."""
    books = books_of(request, state, session, code)
    language = language_of(request)
    if name is TableName.BALANCE:
        opened = open_balance_table(books.request())
    else:
        opened = open_table(books.request(), ReadName(name.value), language)
    return table_file(opened, code, as_, language)
