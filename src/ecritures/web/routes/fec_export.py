"""The FEC of a dossier, and its books in other forms."""

from fastapi import APIRouter, Request, Response

from ecritures.api.v1.ledger_files import FecQuery, PeriodQuery, export_answer
from ecritures.app.exporting import count_left_out
from ecritures.app.queries import find_dossier
from ecritures.core.errors import ConflictError, RefusedRequestError
from ecritures.core.rights import Right
from ecritures.exports.exporter import TABLES
from ecritures.formats.layouts.backwards import is_writable
from ecritures.imports.submission.import_models import list_models
from ecritures.web.guard import CurrentSession, FirmState, SignedInRoute, error_page
from ecritures.web.ledger_filter import books_of
from ecritures.web.rendering import render

router = APIRouter(route_class=SignedInRoute, prefix="/dossiers/{code}/export")


@router.get("")
def page(request: Request, state: FirmState, session: CurrentSession, code: str) -> Response:
    """Show what may be exported, and what a FEC would leave out."""
    books = books_of(request, state, session, code)
    left_out = count_left_out(state.database, find_dossier(state.database, session.caller, code))
    years = [
        {"start": start.isoformat(), "end": end.isoformat(), "entries": entries}
        for (start, end), entries in sorted(left_out.items(), reverse=True)
    ]
    return render(
        request,
        "export.html",
        books=books,
        dossier=books.dossier,
        models=[
            one
            for one in list_models(state.database, session.caller.domain_id)
            if one.name not in TABLES and is_writable(one.model)
        ],
        left_out=years,
    )


@router.get("/file")
def file(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    code: str,
    period: PeriodQuery,
    options: FecQuery,
) -> Response:
    """Download the FEC, or another form, with its description."""
    session.caller.require(Right.READ)
    dossier = find_dossier(state.database, session.caller, code)
    form = request.query_params.get("as") or "fec"
    try:
        answer = export_answer(state, dossier, form, period, options)
    except (ConflictError, RefusedRequestError) as error:
        return error_page(request, error, f"/dossiers/{dossier.code}/export")
    if not isinstance(answer, Response):
        message = "the page asks for files"
        raise TypeError(message)
    return answer
