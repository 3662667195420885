"""The dossiers of a firm: their list, and many new ones from a file."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.datastructures import UploadFile

from ecritures.app.actions.dossier_files import (
    CHARACTERS_MAX,
    create_dossiers,
    read_dossier_lines,
    text_of,
)
from ecritures.app.cursors import next_cursor, read_cursor
from ecritures.app.views.dossiers import dossier_view
from ecritures.core.errors import ConflictError, EcrituresError, RefusedRequestError
from ecritures.directory.dossiers import page_dossiers
from ecritures.web.administration import Administrator, show_admin
from ecritures.web.forms import once
from ecritures.web.guard import FirmState, Form, SignedInRoute, see

DOSSIERS = "/admin/dossiers"
LIMIT = 50
REFUSED, CONFLICT = 422, 409
BYTES_MAX = 4 * CHARACTERS_MAX


async def _sent_text(request: Request) -> str:
    """Return the text of the file that a form has sent, or the lines pasted into it."""
    form = await request.form()
    sent, pasted = form.get("file"), form.get("text", "")
    data = await sent.read(BYTES_MAX) if isinstance(sent, UploadFile) else b""
    await form.close()
    return text_of(data) or (pasted if isinstance(pasted, str) else "")


SentText = Annotated[str, Depends(_sent_text)]
router = APIRouter(route_class=SignedInRoute, prefix=DOSSIERS)


@router.get("")
def list_all(
    request: Request,
    state: FirmState,
    session: Administrator,
    cursor: Annotated[str | None, Query()] = None,
) -> Response:
    """List the dossiers of the firm, by code."""
    return _list(request, state, session, cursor)


@router.post("/preview")
def preview(request: Request, state: FirmState, session: Administrator, text: SentText) -> Response:
    """Show what the lines of a file would make, before anything is created."""
    return _preview(request, state, session, text)


@router.post("/create")
def create(request: Request, state: FirmState, session: Administrator, form: Form) -> Response:
    """Create the dossiers of the lines that are right: all of them, or none."""
    text = form.get("text", "")
    key = once(state, session, f"{DOSSIERS}/create", form)
    try:
        lines = read_dossier_lines(state.database, session.caller, text)
        if str(sum(one.dossier is not None for one in lines)) != form.get("right"):
            raise _changed()
        made = create_dossiers(state.database, session.caller, lines, key)
    except RefusedRequestError as error:
        return _list(request, state, session, None, error)
    except ConflictError as error:
        return _preview(request, state, session, text, error)
    return see(f"{DOSSIERS}?created={made.view['created']}")


def _changed() -> ConflictError:
    return ConflictError(
        "dossier-file-changed",
        "Les dossiers du cabinet ont changé depuis l'aperçu : rien n'a été créé, voici le nouveau.",
        "The dossiers of the firm have changed since the preview: nothing was created, here is a"
        " new one.",
    )


def _preview(
    request: Request,
    state: FirmState,
    session: Administrator,
    text: str,
    error: EcrituresError | None = None,
) -> Response:
    try:
        lines = read_dossier_lines(state.database, session.caller, text)
    except RefusedRequestError as refused:
        return _list(request, state, session, None, refused)
    return show_admin(
        request,
        state,
        session,
        "dossier_file.html",
        CONFLICT if error else 200,
        lines=lines,
        right=sum(one.dossier is not None for one in lines),
        text=text,
        error=error.sentence if error else None,
    )


def _list(
    request: Request,
    state: FirmState,
    session: Administrator,
    cursor: str | None,
    error: EcrituresError | None = None,
) -> Response:
    after = read_cursor(cursor, str)
    page = page_dossiers(state.database, session.caller.domain_id, None, LIMIT, after)
    created = request.query_params.get("created", "")
    return show_admin(
        request,
        state,
        session,
        "dossiers.html",
        REFUSED if error else 200,
        dossiers=[dossier_view(one, session.domain) for one in page.items],
        next_cursor=next_cursor(page),
        error=error.sentence if error else None,
        created=int(created) if created.isascii() and created.isdigit() else 0,
    )
