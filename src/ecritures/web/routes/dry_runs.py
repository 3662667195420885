"""Previews of files that are known already: made again with other choices, and confirmed."""

from contextlib import suppress
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from ecritures.api.http.app_state import AppState
from ecritures.app.actions.closing import DossierRequest, add_fiscal_year
from ecritures.app.actions.imports import confirm_import
from ecritures.core.errors import ConflictError, RefusedRequestError
from ecritures.core.rights import Right
from ecritures.directory.sessions import Session
from ecritures.imports.past_files.stored_sources import again_from_stored
from ecritures.imports.queries import get_import
from ecritures.web.forms import once
from ecritures.web.guard import CurrentSession, FirmState, Form, SignedInRoute, see
from ecritures.web.imports.import_form import OF_SCOPE, options_of, request_of
from ecritures.web.imports.next_steps import missing_years
from ecritures.web.imports.submitting import preview_of, submit
from ecritures.web.routes.import_page import preview_page

router = APIRouter(route_class=SignedInRoute)
PREPARED = "import-"


@router.post("/imports/{import_id}/again")
def again(
    request: Request, state: FirmState, session: CurrentSession, import_id: str, form: Form
) -> Response:
    """Preview a file again, with other choices."""
    session.caller.require(Right.IMPORT)
    try:
        return see(_again(state, session, import_id, form))
    except RefusedRequestError as error:
        if error.sentence.code not in OF_SCOPE:
            raise
        return preview_page(request, state, session, import_id, error.sentence, form)


def _again(state: AppState, session: Session, import_id: str, form: dict[str, str]) -> str:
    with again_from_stored(state.deps, import_id, session.caller) as (known, path):
        chosen = form | {"dossier": form.get("dossier") or known.dossier}
        chosen |= {"model": form.get("model") or known.model or "", "kind": known.kind}
        asked = request_of(chosen, known.source_name)
        key = once(state, session, f"/imports/{import_id}/again", form)
        return f"/imports/{submit(state, session, asked, path, key)}"


@router.post("/imports/{import_id}/again-with")
def again_with(state: FirmState, session: CurrentSession, import_id: str, form: Form) -> Response:
    """Preview a file again as it was asked for, but with another model or policy."""
    session.caller.require(Right.IMPORT)
    return see(_again_with(state, session, import_id, "again-with", form))


@router.post("/imports/{import_id}/years")
def years(state: FirmState, session: CurrentSession, import_id: str, form: Form) -> Response:
    """Create the fiscal years that a file lacks, and preview it again."""
    session.caller.require(Right.IMPORT)
    session.caller.require(Right.ADMINISTER)
    found = get_import(state.database, import_id, session.caller)
    for year in missing_years(state.database, found):
        with suppress(ConflictError):  # somebody else has just created it
            asked = DossierRequest(state.database, session.caller, found.dossier, None, None)
            add_fiscal_year(asked, year.start, year.end)
    return see(_again_with(state, session, import_id, "years", form))


def _again_with(
    state: AppState, session: Session, import_id: str, act: str, form: dict[str, str]
) -> str:
    with again_from_stored(state.deps, import_id, session.caller) as (known, path):
        asked = preview_of(known, options_of(form))
        if model := form.get("model"):
            asked = replace(asked, kind="perso", model=model)
        key = once(state, session, f"/imports/{import_id}/{act}", form)
        return f"/imports/{submit(state, session, asked, path, key)}"


@router.post("/imports/confirm")
def confirm_ready(state: FirmState, session: CurrentSession, form: Form) -> Response:
    """Import every preview that is ready, each as it was shown, one after the other."""
    session.caller.require(Right.IMPORT)
    for name, plan in form.items():
        if name.startswith(PREPARED):
            with suppress(ConflictError):  # confirmed elsewhere, or another plan: it shows there
                import_id = name.removeprefix(PREPARED)
                confirm_import(
                    state.database, import_id, session.caller, plan or None, with_others=True
                )
    state.wake()
    return see("/")
