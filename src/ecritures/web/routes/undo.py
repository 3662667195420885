"""Undo an import, or restore it: what stands in the way, with the choice that lifts it."""

from fastapi import APIRouter, Request, Response

from ecritures.api.http.app_state import AppState
from ecritures.app.actions.undo import (
    UndoOptions,
    preview_undo,
    restore_import,
    undo_import,
)
from ecritures.app.home import dossier_names
from ecritures.app.queries import show_import
from ecritures.core.errors import ConflictError
from ecritures.core.policies import Definitive
from ecritures.core.rights import Right
from ecritures.core.sentences import Sentence
from ecritures.directory.sessions import Session
from ecritures.imports.request import Status
from ecritures.ledger.blockers import BlockedError
from ecritures.web.forms import once
from ecritures.web.guard import CurrentSession, FirmState, Form, SignedInRoute, see
from ecritures.web.imports.moved_balances import greatest_moves, labels_of
from ecritures.web.rendering import render

router = APIRouter(route_class=SignedInRoute, prefix="/imports/{import_id}")
CONFLICT = 409


@router.get("/undo")
def page(request: Request, state: FirmState, session: CurrentSession, import_id: str) -> Response:
    """Show what would be undone, or restored."""
    session.caller.require(Right.WITHDRAW)
    return _page(request, state, session, import_id)


@router.post("/undo")
def undo(
    request: Request, state: FirmState, session: CurrentSession, import_id: str, form: Form
) -> Response:
    """Take what an import posted out of the ledger."""
    session.caller.require(Right.WITHDRAW)
    options = UndoOptions(
        form.get("reason", "").strip() or None,
        "force" in form,
        "unmatch" in form,
        Definitive.REVERSE if "reverse" in form else None,
    )
    key = once(state, session, f"/imports/{import_id}/undo", form)
    try:
        undo_import(state.database, import_id, options, session.caller, key)
    except BlockedError as error:
        return _page(request, state, session, import_id, error.sentence, form)
    return see(f"/imports/{import_id}")


@router.post("/restore")
def restore(
    request: Request, state: FirmState, session: CurrentSession, import_id: str, form: Form
) -> Response:
    """Bring what an import had posted back."""
    session.caller.require(Right.WITHDRAW)
    reason = form.get("reason", "").strip() or None
    options = UndoOptions(reason, "force" in form, "unmatch" in form)
    key = once(state, session, f"/imports/{import_id}/restore", form)
    try:
        restore_import(state.database, import_id, options, session.caller, key)
    except BlockedError as error:
        return _page(request, state, session, import_id, error.sentence, form)
    return see(f"/imports/{import_id}")


def _page(
    request: Request,
    state: AppState,
    session: Session,
    import_id: str,
    refused: Sentence | None = None,
    form: dict[str, str] | None = None,
) -> Response:
    view = show_import(state.database, import_id, session.caller)
    names = dossier_names(state.database, session.caller.domain_id, {view["dossier"]})
    shown = None
    if view["status"] == Status.DONE and not view["dryRun"]:
        try:
            shown = preview_undo(state.database, import_id, session.caller)
        except ConflictError as error:
            refused = error.sentence
    balances = greatest_moves(shown["balances"] if shown else None)
    return render(
        request,
        "undo.html",
        CONFLICT if refused else 200,
        import_=view,
        name=names[view["dossier"]],
        refused=refused,
        shown=shown,
        balances=balances,
        labels=labels_of(state, session, view["dossier"], balances),
        form=form or {},
    )
