"""Previews of files that are known already: made again with other choices, and confirmed."""

from contextlib import suppress

from fastapi import APIRouter, Response

from ecritures.app.actions.imports import confirm_import
from ecritures.core.errors import ConflictError
from ecritures.core.rights import Right
from ecritures.imports.stored_sources import again_from_stored
from ecritures.web.forms import once
from ecritures.web.guard import CurrentSession, FirmState, Form, SignedInRoute, see
from ecritures.web.import_form import request_of
from ecritures.web.submitting import submit

router = APIRouter(route_class=SignedInRoute)
PREPARED = "import-"


@router.post("/imports/{import_id}/again")
def again(state: FirmState, session: CurrentSession, import_id: str, form: Form) -> Response:
    """Preview a file again, with other choices."""
    session.caller.require(Right.IMPORT)
    with again_from_stored(state.deps, import_id, session.caller) as (known, path):
        chosen = form | {"dossier": form.get("dossier") or known.dossier}
        chosen |= {"model": form.get("model") or known.model or "", "kind": known.kind}
        asked = request_of(chosen, known.source_name)
        key = once(state, session, f"/imports/{import_id}/again", form)
        made = submit(state, session, asked, path, key)
    return see(f"/imports/{made}")


@router.post("/imports/confirm")
def confirm_ready(state: FirmState, session: CurrentSession, form: Form) -> Response:
    """Import every preview that is ready, each exactly as it was shown."""
    session.caller.require(Right.IMPORT)
    for name, plan in form.items():
        if name.startswith(PREPARED):
            with suppress(ConflictError):  # confirmed elsewhere, or another plan: it shows there
                import_id = name.removeprefix(PREPARED)
                confirm_import(state.database, import_id, session.caller, plan or None)
    state.wake()
    return see("/")
