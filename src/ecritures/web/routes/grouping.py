"""How the lines of a file become entries: the possible groupings side by side, and the choice."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from ecritures.api.http.app_state import AppState
from ecritures.app.actions.dossiers import update_dossier
from ecritures.app.home import dossier_names
from ecritures.app.queries import show_import
from ecritures.core.choices import asked_policies
from ecritures.core.errors import ConflictError, RefusedRequestError
from ecritures.core.rights import Right
from ecritures.directory.dossier_changes import DossierChanges
from ecritures.directory.sessions import Session
from ecritures.imports.past_files.grouping_choices import Groupings, groupings_of
from ecritures.imports.past_files.stored_sources import again_from_stored
from ecritures.imports.queries import get_import
from ecritures.web.forms import once
from ecritures.web.guard import CurrentSession, FirmState, Form, SignedInRoute, see
from ecritures.web.imports.submitting import preview_of, submit
from ecritures.web.rendering import render
from ecritures.web.words.import_words import GROUPINGS

router = APIRouter(route_class=SignedInRoute, prefix="/imports/{import_id}/grouping")
CONFLICT = 409


@router.get("")
def page(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    import_id: str,
    other: Annotated[str, Query(alias="with")] = "",
    lines: Annotated[str, Query()] = "",
) -> Response:
    """Show the possible groupings of the file of an import."""
    session.caller.require(Right.IMPORT)
    groupings, refused = None, None
    try:
        groupings = _groupings(state, session, import_id, other, is_all=lines == "all")
    except (ConflictError, RefusedRequestError) as error:
        refused = error.sentence
    view = show_import(state.database, import_id, session.caller)
    return render(
        request,
        "grouping.html",
        CONFLICT if refused else 200,
        import_=view,
        name=_name(state, session, view["dossier"]),
        groupings=groupings,
        refused=refused,
        names=GROUPINGS,
        is_all=lines == "all",
    )


@router.get("/question")
def question(
    request: Request, state: FirmState, session: CurrentSession, import_id: str
) -> Response:
    """Ask which grouping is meant, as a part of the queue of files."""
    session.caller.require(Right.IMPORT)
    view = show_import(state.database, import_id, session.caller)
    return render(
        request,
        "parts/grouping_question.html",
        import_=view,
        name=_name(state, session, view["dossier"]),
        groupings=_groupings(state, session, import_id),
        names=GROUPINGS,
    )


def _groupings(
    state: AppState, session: Session, import_id: str, other: str = "", *, is_all: bool = False
) -> Groupings:
    found = get_import(state.database, import_id, session.caller)
    return groupings_of(state.deps, found, other, is_all=is_all)


def _name(state: AppState, session: Session, dossier: str) -> str:
    return dossier_names(state.database, session.caller.domain_id, {dossier})[dossier]


@router.post("")
async def choose(state: FirmState, session: CurrentSession, import_id: str, form: Form) -> Response:
    """Preview the file again with a grouping, which the dossier keeps when that is asked."""
    session.caller.require(Right.IMPORT)
    made = await run_in_threadpool(_choose, state, session, import_id, form)
    return see("/imports/new" if "queue" in form else f"/imports/{made}")


def _choose(state: AppState, session: Session, import_id: str, form: dict[str, str]) -> str:
    rule = form.get("groupBy", "")
    if rule not in GROUPINGS:
        raise RefusedRequestError(
            "grouping-missing", "Choisissez un regroupement.", "Choose a grouping."
        )
    chosen = dict(asked_policies({"groupBy": rule}))
    if "keep" in form:
        session.caller.require(Right.ADMINISTER)
    with again_from_stored(state.deps, import_id, session.caller) as (known, path):
        key = once(state, session, f"/imports/{import_id}/grouping", form)
        made = submit(state, session, preview_of(known, chosen), path, key)
    if "keep" in form:
        changes = DossierChanges(policies=chosen)
        update_dossier(state.database, session.caller, known.dossier, changes)
    return made
