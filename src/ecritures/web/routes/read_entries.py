"""Parts of the page of a preview that take another reading of its file."""

from typing import Any

from fastapi import APIRouter, Request, Response

from ecritures.api.http.app_state import AppState
from ecritures.app.ledger_reads import ReadRequest, show_entry
from ecritures.app.queries import show_import
from ecritures.app.views.imports import ImportView
from ecritures.app.views.ledger_reads import OneEntryView
from ecritures.core.changes import Change
from ecritures.core.errors import EcrituresError, GoneError, NotFoundError
from ecritures.core.rights import Right
from ecritures.imports.past_files.file_entries import FileEntries, entries_in_file
from ecritures.imports.past_files.mended_lines import SHOWN_MAX, mended_cells
from ecritures.imports.queries import ImportState, get_import
from ecritures.imports.read.difference import page_difference
from ecritures.ledger.read.filter_texts import FilterTexts
from ecritures.web.guard import CurrentSession, FirmState, SignedInRoute
from ecritures.web.imports.entry_changes import differences, line_of_books, line_of_file
from ecritures.web.imports.import_form import MENDED_FROM
from ecritures.web.rendering import render, writing_of
from ecritures.web.words.import_words import is_confirmable
from ecritures.web.words.writing import Writing

router = APIRouter(route_class=SignedInRoute, prefix="/imports/{import_id}")
SHOWN_CHANGES = 20
SHOWN = (Change.CHANGED, Change.REMOVED, Change.ADDED)


def changes_of(state: AppState, found: ImportState, view: ImportView) -> list[dict[str, Any]]:
    """Return the first entries that an import changes, removes and adds; none: it is refused."""
    if not is_confirmable(view):
        return []
    pages = [page_difference(state.database, found, one, None, SHOWN_CHANGES) for one in SHOWN]
    return [one for page in pages for one in page.page.items]


@router.get("/entries")
def entries(
    request: Request, state: FirmState, session: CurrentSession, import_id: str
) -> Response:
    """Show the first lines of the file as they are understood, and what changes in each entry."""
    session.caller.require(Right.READ)
    found = get_import(state.database, import_id, session.caller)
    view = show_import(state.database, import_id, session.caller)
    changes = changes_of(state, found, view)
    read, refused = FileEntries(), None
    try:
        read = entries_in_file(
            state.deps, found, {one["line"] for one in changes if one.get("line")}
        )
    except EcrituresError as error:
        refused = error.sentence
    before = FilterTexts()
    if posted := view["ledger"]:  # what it has changed and removed is there no more
        before = FilterTexts(revision=str(posted["revision"] - 1))
    books = ReadRequest(state.database, session.caller, found.dossier, before)
    writing = writing_of(request)
    return render(
        request,
        "read_entries.html" if "hx-request" not in request.headers else "parts/read_entries.html",
        import_=view,
        changes=[one | _details(books, read, one, writing) for one in changes],
        first=read.first,
        refused=refused,
        is_read=True,
        past=before.revision,
    )


@router.get("/mended")
def mended(request: Request, state: FirmState, session: CurrentSession, import_id: str) -> Response:
    """Show the cells that the mended copy of a file has otherwise than the original."""
    session.caller.require(Right.READ)
    found = get_import(state.database, import_id, session.caller)
    original = get_import(state.database, found.options.get(MENDED_FROM, ""), session.caller)
    cells, refused = [], None
    try:
        cells = mended_cells(state.deps, original, found)
    except EcrituresError as error:
        refused = error.sentence
    return render(
        request,
        "mended.html" if "hx-request" not in request.headers else "parts/mended.html",
        import_id=import_id,
        original=original.id,
        cells=cells,
        is_cut=len(cells) == SHOWN_MAX,
        refused=refused,
        is_read=True,
    )


def _details(
    books: ReadRequest, read: FileEntries, change: dict[str, Any], writing: Writing
) -> dict[str, Any]:
    """Return the label and the amount of an entry, and what changes in it."""
    rows = read.by_line.get(change.get("line", 0), [])
    held = _in_books(books, change.get("before") or change.get("entry"))
    if rows:
        label = rows[0]["label"]
        cents = sum(row["debit_cents"] or 0 for row in rows)
    elif held:
        label, cents = held["label"], held["debitCents"]
    else:
        return {"label": "", "cents": None, "differences": []}
    changed: list[Any] = []
    if rows and held and change["change"] == Change.CHANGED:
        old = [line_of_books(line) for line in held["lines"]]
        changed = differences(old, [line_of_file(row) for row in rows], writing)
    return {"label": label, "cents": cents, "differences": changed}


def _in_books(books: ReadRequest, name: str | None) -> OneEntryView | None:
    """Return an entry of the ledger; None: it is no longer there."""
    if name is None:
        return None
    try:
        return show_entry(books, name)
    except (NotFoundError, GoneError):
        return None
