"""Mend a refused file in place: safe repairs, cells by hand; a new file is made and previewed."""

from collections.abc import Collection
from pathlib import PurePath
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from ecritures.api.http.app_state import AppState
from ecritures.api.http.sent_files import send
from ecritures.app.home import dossier_names
from ecritures.app.queries import show_import
from ecritures.core.errors import ConflictError, RefusedRequestError
from ecritures.core.rights import Right
from ecritures.core.sentences import Sentence
from ecritures.directory.sessions import Session
from ecritures.formats.repair.cells import CellEdit
from ecritures.imports.past_files.mending import (
    Excerpt,
    Mended,
    excerpt_of,
    mended_copy,
    survey_repairs,
)
from ecritures.imports.queries import ImportState, get_import
from ecritures.web.forms import once
from ecritures.web.guard import CurrentSession, FirmState, Form, SignedInRoute, see
from ecritures.web.imports.anomaly_groups import groups_of
from ecritures.web.imports.import_form import MENDED_FROM
from ecritures.web.imports.next_steps import OFF_BALANCE, next_steps
from ecritures.web.imports.submitting import preview_of, submit
from ecritures.web.rendering import language_of, render

router = APIRouter(route_class=SignedInRoute, prefix="/imports/{import_id}")
AROUND, PLACES, CELLS_MAX = 2, 3, 200
REFUSED = 409
CELL = "cell:"
ENTRIES_MAX, ENTRY_LINES_MAX = 10, 30
OF_ENTRIES = "FEC-ECR-"
"""How the codes of rules about whole entries begin."""
_ENTRY = ("JournalCode", "EcritureNum", "EcritureDate")
_AMOUNTS = ("Debit", "Credit", "Montant", "Sens")
_TELLING = frozenset({"EcritureNum", "CompteNum", "CompAuxNum", "EcritureLib", "Debit", "Credit"})


@router.get("/lines")
def lines(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    import_id: str,
    code: Annotated[str, Query()],
) -> Response:
    """Show the lines of the file around the first anomalies of a rule, the cells marked."""
    session.caller.require(Right.READ)
    found = get_import(state.database, import_id, session.caller)
    groups = groups_of(state.database, found, "", language_of(request))
    mine = [group for group in groups if group.rule["code"] == code]
    places = [place for group in mine for place in group.places if place["line"]][:PLACES]
    after = ENTRY_LINES_MAX if code.startswith(OF_ENTRIES) else AROUND
    numbers = {
        number
        for place in places
        for number in range((place["line"] or 0) - AROUND, (place["line"] or 0) + after + 1)
        if number > 1
    }
    excerpt, refused = _excerpt(state, found, numbers)
    marked = {
        line: _entry_at(excerpt, line) if excerpt and code.startswith(OF_ENTRIES) else [line]
        for place in places
        if (line := place["line"])
    }
    return render(
        request,
        "lines.html" if "hx-request" not in request.headers else "parts/lines.html",
        import_id=import_id,
        code=code,
        title=mine[0].rule["title"] if mine else code,
        places=places,
        marked=marked,
        around=AROUND,
        amounts=(*_AMOUNTS, "Montantdevise"),
        excerpt=excerpt,
        columns=_columns(excerpt, {place["column"] for place in places}),
        refused=refused,
    )


@router.get("/mend")
def page(request: Request, state: FirmState, session: CurrentSession, import_id: str) -> Response:
    """Show the safe repairs, and the cells that have an anomaly."""
    session.caller.require(Right.IMPORT)
    return _page(request, state, session, import_id)


@router.post("/mend")
async def mend(
    request: Request, state: FirmState, session: CurrentSession, import_id: str, form: Form
) -> Response:
    """Make the mended file and preview it."""
    session.caller.require(Right.IMPORT)
    edits = _edits(form)
    try:
        made = await run_in_threadpool(_submit, state, session, import_id, form, edits)
    except (ConflictError, RefusedRequestError) as error:
        return await run_in_threadpool(
            _page, request, state, session, import_id, error.sentence, form
        )
    return see(f"/imports/{made}")


@router.get("/repaired")
def repaired(state: FirmState, session: CurrentSession, import_id: str) -> Response:
    """Download the file with the safe repairs made; the page of mending says if there are none."""
    session.caller.require(Right.READ)
    found = get_import(state.database, import_id, session.caller)
    with mended_copy(state.deps, found, [], is_repaired=True) as (path, mended):
        if not mended.total:
            return see(f"/imports/{import_id}/mend")
        kept = TemporaryFile()  # noqa: SIM115 - closed once it is sent
        try:
            with path.open("rb") as file:
                copyfileobj(file, kept)
        except BaseException:
            kept.close()
            raise
    name = PurePath((found.source_name or import_id).replace("\\", "/")).stem
    return send(kept, "text/plain; charset=utf-8", f"{name}-repare.txt")


def _page(
    request: Request,
    state: AppState,
    session: Session,
    import_id: str,
    refused: Sentence | None = None,
    form: dict[str, str] | None = None,
) -> Response:
    found = get_import(state.database, import_id, session.caller)
    names = dossier_names(state.database, found.domain_id, {found.dossier})
    view = show_import(state.database, import_id, session.caller)
    repairs, unrepairable = Mended(), None
    try:
        repairs = survey_repairs(state.deps, found)
    except (ConflictError, RefusedRequestError) as error:
        unrepairable = error.sentence
    entries = [] if unrepairable else _off_balance(state, found, request)
    above = {(n, one) for entry in entries for n, _ in entry["lines"] for one in entry["amounts"]}
    places = [] if unrepairable else _cells(state, found, request, repairs, above)
    return render(
        request,
        "mend.html",
        REFUSED if refused else 200,
        import_=view,
        name=names[found.dossier],
        repairs=repairs,
        cells=places,
        entries=entries,
        steps=next_steps(state.database, found, session.caller),
        refused=refused or unrepairable,
        is_possible=unrepairable is None,
        form=form or {},
    )


def _cells(
    state: AppState,
    found: ImportState,
    request: Request,
    repairs: Mended,
    above: Collection[tuple[int, str]],
) -> list[dict[str, Any]]:
    """Return the cells that have an anomaly and that no safe repair changes.

    Those of the entries above them on the page are corrected there: a form has each cell once.
    """
    repaired = {(one.line, one.column) for one in repairs.changes}
    shown: dict[tuple[int, str], dict[str, Any]] = {}
    for group in groups_of(state.database, found, "", language_of(request)):
        for place in group.places:
            line, column = place["line"], place["column"]
            if not line or not column or line == 1 or (line, column) in repaired:
                continue
            cell = {"title": group.rule["title"], "blocks": group.blocks, **place}
            cell["is_above"] = (line, column) in above
            shown.setdefault((line, column), cell)
    excerpt, _ = _excerpt(state, found, {line for line, _ in shown})
    if excerpt is None:
        return []
    cells = []
    for (line, column), cell in shown.items():
        held = excerpt.lines.get(line, [])
        if column in excerpt.header and excerpt.header.index(column) < len(held):
            cells.append(cell | {"held": held[excerpt.header.index(column)]})
    return cells[:CELLS_MAX]


def _off_balance(state: AppState, found: ImportState, request: Request) -> list[dict[str, Any]]:
    """Return the first entries off balance: what is missing, and the lines that hold amounts."""
    places = [
        place
        for group in groups_of(state.database, found, "", language_of(request))
        for place in group.places[:ENTRIES_MAX]
        if group.rule["code"] == OFF_BALANCE and place["line"]
    ]
    spans = [range(place["line"] or 0, (place["line"] or 0) + ENTRY_LINES_MAX) for place in places]
    excerpt, _ = _excerpt(state, found, {number for span in spans for number in span})
    if excerpt is None:
        return []
    entries = []
    for place, span in zip(places, spans, strict=True):
        rows = [
            (number, dict(zip(excerpt.header, excerpt.lines[number], strict=False)))
            for number in span
            if number in excerpt.lines
        ]
        name = [rows[0][1].get(column) for column in _ENTRY] if rows else []
        lines = [row for row in rows if [row[1].get(column) for column in _ENTRY] == name]
        amounts = [column for column in _AMOUNTS if column in excerpt.header]
        entries.append({"message": place["message"], "lines": lines, "amounts": amounts})
    return entries


def _entry_at(excerpt: Excerpt, first: int) -> list[int]:
    """Return the lines of the entry that begins at a line, as far as they follow each other."""
    places = [excerpt.header.index(name) for name in _ENTRY if name in excerpt.header]
    held = excerpt.lines.get(first, [])
    last = first
    while (after := excerpt.lines.get(last + 1)) and all(
        n < len(after) and n < len(held) and after[n] == held[n] for n in places
    ):
        last += 1
    return list(range(first, last + 1)) if places else [first]


def _columns(excerpt: Excerpt | None, faulty: set[str | None]) -> list[int]:
    """Return which columns are shown: those that tell an entry, and the faulty ones."""
    header = excerpt.header if excerpt else []
    shown = [n for n, name in enumerate(header) if name in _TELLING or name in faulty]
    return shown if len(shown) >= len(_TELLING) - 1 else list(range(len(header)))


def _excerpt(
    state: AppState, found: ImportState, numbers: set[int]
) -> tuple[Excerpt | None, Sentence | None]:
    try:
        return excerpt_of(state.deps, found, numbers), None
    except ConflictError as error:
        return None, error.sentence


def _edits(form: dict[str, str]) -> list[CellEdit]:
    """Return the cells that a form has changed: `cell:LINE:COLUMN`, beside what stood there."""
    edits = []
    for name, after in form.items():
        if not name.startswith(CELL):
            continue
        line, _, column = name.removeprefix(CELL).partition(":")
        before = form.get(f"was:{line}:{column}", "")
        if line.isdecimal() and after != before:
            edits.append(CellEdit(int(line), column, before, after))
    return edits


def _submit(
    state: AppState,
    session: Session,
    import_id: str,
    form: dict[str, str],
    edits: list[CellEdit],
) -> str:
    found = get_import(state.database, import_id, session.caller)
    with mended_copy(state.deps, found, edits, is_repaired="repair" in form) as (path, mended):
        if not edits and not mended.total:
            raise RefusedRequestError(
                "nothing-mended",
                "Rien n'a changé : corrigez une cellule, ou gardez la réparation.",
                "Nothing has changed: mend a cell, or keep the repair.",
            )
        key = once(state, session, f"/imports/{import_id}/mend", form)
        return submit(state, session, preview_of(found, {MENDED_FROM: found.id}), path, key)
