"""The page of one import: its progress or its outcome, its anomalies, and what can be done."""

from collections.abc import AsyncIterator, Mapping
from tempfile import TemporaryFile
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from ecritures.api.http.app_state import AppState
from ecritures.api.http.sent_files import send
from ecritures.api.v1.report_files import DownloadName, download
from ecritures.app.actions.imports import cancel_import, confirm_import, retry_import
from ecritures.app.attachments import show_attachments
from ecritures.app.home import dossier_names
from ecritures.app.queries import find_dossier, show_import
from ecritures.core.errors import ConflictError
from ecritures.core.rights import Right
from ecritures.core.sentences import Language, Sentence
from ecritures.directory.sessions import Session
from ecritures.imports.past_files.stored_sources import copy_stored_source
from ecritures.imports.queries import ImportFilter, ImportState, get_import, list_imports
from ecritures.imports.request import Status
from ecritures.reports.words import read_as
from ecritures.web.forms import once
from ecritures.web.guard import CurrentSession, FirmState, Form, SignedInRoute, see
from ecritures.web.imports.anomaly_groups import groups_of, severity_counts
from ecritures.web.imports.fidelity import fidelity_of
from ecritures.web.imports.import_form import MENDED_FROM
from ecritures.web.imports.live import Watch, event
from ecritures.web.imports.moved_balances import greatest_moves, labels_of
from ecritures.web.imports.next_steps import next_steps
from ecritures.web.imports.progress import bars_of, progress_view
from ecritures.web.rendering import language_of, render, writing_of
from ecritures.web.routes.read_entries import changes_of

router = APIRouter(route_class=SignedInRoute, prefix="/imports/{import_id}")
EVENTS = "text/event-stream"
REFUSED = 422
LATER_MAX = 50
ENDED = frozenset({Status.DONE, Status.ENDED_WITH_ERROR})
_watch = Watch()


@router.get("")
def page(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    import_id: str,
    severity: Annotated[str, Query()] = "",
) -> Response:
    """Show an import."""
    session.caller.require(Right.READ)
    found = get_import(state.database, import_id, session.caller)
    view = show_import(state.database, import_id, session.caller)
    name = dossier_names(state.database, found.domain_id, {found.dossier})[found.dossier]
    language = language_of(request)
    counts = severity_counts(found)
    wanted = severity if severity in counts else next((one for one in counts if counts[one]), "")
    return render(
        request,
        "import.html",
        import_=view,
        name=name,
        bars=bars_of(found, writing_of(request)),
        read_as=_read_as(found, language),
        fidelity=fidelity_of(state.database, found, writing_of(request)),
        groups=groups_of(state.database, found, wanted, language),
        severities=counts,
        severity=wanted,
        asked_by=found.asked_by,
        is_kept=found.stored_key is not None,
        steps=next_steps(state.database, found, session.caller),
        attachments=_attachments(state, session, found),
        mended_from=found.options.get(MENDED_FROM),
        mended_in=_mended_in(state, session, found),
    )


def _attachments(state: FirmState, session: CurrentSession, found: ImportState) -> list[Any]:
    """Return the first documents that an import brought into the ledger."""
    if not found.report.get("attachments") or found.batch_id is None:
        return []
    shown = show_attachments(state.database, session.caller, found.dossier, import_id=found.id)
    return list(shown["items"])


def _read_as(found: ImportState, language: Language) -> str:
    """Say how a file was read; nothing of one that was not."""
    return read_as(found.report, language) if found.report.get("lines") else ""


def _mended_in(state: FirmState, session: CurrentSession, found: ImportState) -> str | None:
    """Return the last import of a mended copy of the file of an import."""
    since = ImportFilter(dossier=found.dossier, since=found.created_at)
    later = list_imports(state.database, session.caller, since, LATER_MAX).items
    return next((one.id for one in later if one.options.get(MENDED_FROM) == found.id), None)


@router.get("/events")
async def events(
    request: Request, state: FirmState, session: CurrentSession, import_id: str
) -> Response:
    """Tell the page how far the import is, until it ends."""
    session.caller.require(Right.READ)
    await run_in_threadpool(get_import, state.database, import_id, session.caller)
    writing = writing_of(request)

    async def stream() -> AsyncIterator[str]:
        async for found in _watch.states(state.database, import_id):
            if found is None:
                yield ": \n\n"
            elif found.status in ENDED:
                yield event("end", {"address": _address_after(found)})
                return
            else:
                yield event("progress", progress_view(found, writing))

    return StreamingResponse(stream(), media_type=EVENTS, headers={"cache-control": "no-store"})


def _address_after(state: ImportState) -> str:
    """Return where a reader wants to be once an import has ended."""
    is_ready = state.dry_run and state.report.get("importable")
    return f"/imports/{state.id}" + ("/preview" if is_ready else "")


@router.get("/report")
def report(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    import_id: str,
    as_: Annotated[DownloadName, Query(alias="as")],
) -> Response:
    """Download the report of an import."""
    session.caller.require(Right.READ)
    language = language_of(request)
    return download(state, get_import(state.database, import_id, session.caller), as_, language)


@router.get("/file")
def file(state: FirmState, session: CurrentSession, import_id: str) -> Response:
    """Download the file as it was received."""
    session.caller.require(Right.READ)
    found = get_import(state.database, import_id, session.caller)
    kept = TemporaryFile()  # noqa: SIM115 - closed once it is sent
    try:
        copy_stored_source(state.deps, found, kept)
    except BaseException:
        kept.close()
        raise
    return send(kept, "application/octet-stream", found.source_name or import_id)


@router.get("/preview")
def preview(
    request: Request, state: FirmState, session: CurrentSession, import_id: str
) -> Response:
    """Show what an import would change, before anything is written."""
    session.caller.require(Right.READ)
    return preview_page(request, state, session, import_id)


def preview_page(
    request: Request,
    state: AppState,
    session: Session,
    import_id: str,
    error: Sentence | None = None,
    form: Mapping[str, str] | None = None,
) -> Response:
    """Return the page of a preview; with an error, at the field that the form has wrong."""
    found = get_import(state.database, import_id, session.caller)
    if not found.dry_run or found.status not in ENDED:
        return see(f"/imports/{import_id}")
    view = show_import(state.database, import_id, session.caller)
    language = language_of(request)
    balances = greatest_moves((view["impact"] or {}).get("balances"))
    asked = {"error": error, "form": form} if error else {}
    return render(
        request,
        "preview.html",
        REFUSED if error else 200,
        **asked,
        import_=view,
        scope=found.options.get("replace"),
        fidelity=fidelity_of(state.database, found, writing_of(request)),
        name=dossier_names(state.database, found.domain_id, {found.dossier})[found.dossier],
        changes=changes_of(state, found, view),
        mended_from=found.options.get(MENDED_FROM),
        steps=next_steps(state.database, found, session.caller),
        balances=balances,
        labels=labels_of(state, session, found.dossier, balances),
        has_years=bool(find_dossier(state.database, session.caller, found.dossier).fiscal_years),
        groups=groups_of(state.database, found, "", language),
        read_as=_read_as(found, language),
    )


@router.post("/cancel")
def cancel(state: FirmState, session: CurrentSession, import_id: str, form: Form) -> Response:
    """End an import that has not ended."""
    session.caller.require(Right.IMPORT)
    key = once(state, session, f"/imports/{import_id}/cancel", form)
    cancel_import(state.database, import_id, session.caller, key)
    return see(f"/imports/{import_id}")


@router.post("/retry")
def retry(state: FirmState, session: CurrentSession, import_id: str, form: Form) -> Response:
    """Have an import tried now."""
    session.caller.require(Right.IMPORT)
    key = once(state, session, f"/imports/{import_id}/retry", form)
    retry_import(state.database, import_id, session.caller, key)
    state.wake()
    return see(f"/imports/{import_id}")


@router.post("/confirm")
def confirm(state: FirmState, session: CurrentSession, import_id: str, form: Form) -> Response:
    """Post what a preview has prepared."""
    session.caller.require(Right.IMPORT)
    key = once(state, session, f"/imports/{import_id}/confirm", form)
    try:
        confirm_import(state.database, import_id, session.caller, form.get("plan") or None, key)
    except ConflictError:
        if get_import(state.database, import_id, session.caller).dry_run:
            raise  # otherwise it was confirmed elsewhere
    state.wake()
    return see(f"/imports/{import_id}")
