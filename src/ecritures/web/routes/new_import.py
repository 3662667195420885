"""Import: drop files or give an address, see what each would do, then import."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from ecritures.api.http.app_state import AppState
from ecritures.api.http.disk_space import RequireDiskSpace
from ecritures.api.http.multipart import FILE_FIELD, MEDIA_TYPE, receive_form
from ecritures.app.dry_runs import dossier_of_file, list_own_previews
from ecritures.app.queries import show_dossiers
from ecritures.config.folders import make_folder
from ecritures.core.errors import RefusedRequestError
from ecritures.core.rights import Right
from ecritures.core.sentences import Sentence
from ecritures.directory.sessions import Session
from ecritures.imports.submission.import_models import list_models
from ecritures.imports.submission.recognition import recognise
from ecritures.sources.unpack import UnpackLimits
from ecritures.web.forms import once
from ecritures.web.guard import (
    CSRF_FIELD,
    CSRF_HEADER,
    CurrentSession,
    FileRoute,
    FirmState,
    check_token,
    see,
)
from ecritures.web.imports.import_form import OF_SCOPE, request_of
from ecritures.web.imports.submitting import submit
from ecritures.web.rendering import render
from ecritures.web.routes.uploads import uploads_of

router = APIRouter(route_class=FileRoute)
NEW = "/imports/new"
DOSSIERS_SHOWN, REFUSED = 500, 422


@router.get(NEW)
def page(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    dossier: Annotated[str, Query()] = "",
    model: Annotated[str, Query()] = "",
) -> Response:
    """Show where to drop files, and the previews that wait for a decision."""
    session.caller.require(Right.IMPORT)
    if "hx-request" in request.headers:
        queue = list_own_previews(state.database, session.caller)
        return render(request, "parts/queue.html", queue=queue.views, names=queue.names)
    return _page(request, state, session, {"dossier": dossier, "model": model})


def _page(
    request: Request,
    state: AppState,
    session: Session,
    form: dict[str, str],
    error: Sentence | None = None,
) -> Response:
    """Return the page; with an error, at the field that the form has wrong."""
    queue = list_own_previews(state.database, session.caller)
    dossiers = show_dossiers(state.database, session.caller, DOSSIERS_SHOWN)["items"]
    models = list_models(state.database, session.caller.domain_id)
    return render(
        request,
        "new_import.html",
        REFUSED if error else 200,
        **({"error": error, "form": form} if error else {}),
        queue=queue.views,
        names=queue.names,
        dossiers=dossiers,
        dossier_code=form.get("dossier", ""),
        model_name=form.get("model", ""),
        models=[one for one in models if one.version is not None],
        built_in=[one for one in models if one.version is None],
    )


@router.post(NEW, dependencies=[RequireDiskSpace])
async def ask(request: Request, state: FirmState, session: CurrentSession) -> Response:
    """Preview a file: sent with the form, uploaded before, or at an address."""
    session.caller.require(Right.IMPORT)
    make_folder(state.settings.scratch_dir)
    with TemporaryDirectory(dir=state.settings.scratch_dir, prefix="upload-") as folder:
        path = Path(folder) / "source"
        if request.headers.get("content-type", "").startswith(MEDIA_TYPE):
            sent = await receive_form(request, path)
            form, name = sent.fields, sent.file_name
            if name == FILE_FIELD and not path.stat().st_size:  # what a browser sends for no file
                name = None
        else:
            form = {key: str(value) for key, value in (await request.form()).items()}
            name = None
        check_token(session, form.get(CSRF_FIELD) or request.headers.get(CSRF_HEADER, ""))
        is_program = "application/json" in request.headers.get("accept", "")
        try:
            import_id = await run_in_threadpool(
                _submit, state, session, form, path if name else None, name
            )
        except RefusedRequestError as error:
            if is_program or error.sentence.code not in OF_SCOPE:
                raise
            return await run_in_threadpool(_page, request, state, session, form, error.sentence)
    if is_program:
        return JSONResponse({"id": import_id, "address": f"/imports/{import_id}"}, 201)
    return see(f"/imports/{import_id}")


def _submit(
    state: AppState, session: Session, form: dict[str, str], path: Path | None, name: str | None
) -> str:
    uploads = uploads_of(state, session)
    upload = uploads.find(form["upload"]) if form.get("upload") else None
    if upload is not None:
        path, name = upload.path, upload.name
    if path is None and not form.get("url", "").strip():
        raise RefusedRequestError(
            "file-or-address-missing",
            "Choisissez un fichier, ou donnez son adresse.",
            "Choose a file, or give its address.",
        )
    chosen = {key: value for key, value in form.items() if key != "kind"}
    if name and not chosen.get("dossier"):
        chosen["dossier"] = dossier_of_file(state.database, session.caller, name) or ""
    if path is not None and name and not chosen.get("model"):
        limits = UnpackLimits.from_settings(state.settings)
        stored = list_models(state.database, session.caller.domain_id)
        own = [one.document for one in stored if one.version is not None]
        found = state.deps.preview(recognise, path, name, limits, own)
        chosen |= {"kind": found.kind, "model": found.models[0] if found.models else ""}
    key = once(state, session, NEW, chosen)
    made = submit(state, session, request_of(chosen, name), path, key)
    if upload is not None:
        uploads.forget(upload)
    return made
