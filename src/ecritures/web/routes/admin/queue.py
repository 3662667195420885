"""The queue of a firm: which of its imports run, which wait, and in which order."""

from fastapi import APIRouter, Request, Response

from ecritures.app.actions.imports import cancel_import, retry_import
from ecritures.app.home import dossier_names, show_queue
from ecritures.web.administration import Administrator, show_admin
from ecritures.web.forms import once
from ecritures.web.guard import FirmState, Form, SignedInRoute, see

QUEUE = "/admin/queue"
SHOWN = 200

router = APIRouter(route_class=SignedInRoute, prefix=QUEUE)


@router.get("")
def page(request: Request, state: FirmState, session: Administrator) -> Response:
    """Show the queue."""
    found = show_queue(state.database, session.caller, SHOWN)
    codes = {one["dossier"] for one in (*found.running, *found.next, *found.retrying)}
    return show_admin(
        request,
        state,
        session,
        "queue.html",
        queue=found,
        names=dossier_names(state.database, session.caller.domain_id, codes),
        at_once=state.settings.domain_imports_max,
        now=state.database.clock.now(),
    )


@router.post("/{import_id}/cancel")
def cancel(state: FirmState, session: Administrator, import_id: str, form: Form) -> Response:
    """End an import that has not ended."""
    key = once(state, session, f"{QUEUE}/{import_id}/cancel", form)
    cancel_import(state.database, import_id, session.caller, key)
    return see(QUEUE)


@router.post("/{import_id}/retry")
def retry(state: FirmState, session: Administrator, import_id: str, form: Form) -> Response:
    """Have an import tried now."""
    key = once(state, session, f"{QUEUE}/{import_id}/retry", form)
    retry_import(state.database, import_id, session.caller, key)
    state.wake()
    return see(QUEUE)
