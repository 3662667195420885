"""Import models: the list, the editor, versions, and the document."""

import json
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile

from ecritures.api.http.app_state import AppState
from ecritures.app.actions.import_models import add_model
from ecritures.app.actions.model_editing import Studied, guess_draft, study_draft
from ecritures.config.folders import make_folder
from ecritures.core.errors import (
    ConflictError,
    EcrituresError,
    NotFoundError,
    RefusedRequestError,
)
from ecritures.core.rights import Right
from ecritures.directory.sessions import Session
from ecritures.formats.layouts.loading import ModelRefusedError, yaml_text
from ecritures.formats.layouts.sample import SampleTable, read_sample
from ecritures.imports.past_files.stored_sources import again_from_stored
from ecritures.imports.submission.import_models import (
    BUILT_IN_VERSION,
    checked_model,
    find_model,
    list_models,
    versions_of,
)
from ecritures.sources.unpack import UnpackLimits, unpack
from ecritures.web.forms import once
from ecritures.web.guard import CurrentSession, FirmState, Form, SignedInRoute, see
from ecritures.web.model_editor.columns import FIELDS
from ecritures.web.model_editor.difference import compared
from ecritures.web.model_editor.draft import (
    DOCUMENTS,
    SAMPLE_BYTES_MAX,
    Draft,
    begin_by_hand,
    sample_of,
    sure_of,
)
from ecritures.web.model_editor.lines import SIDES
from ecritures.web.model_editor.settings import DATE_FORMATS, MAPPED, TESTS
from ecritures.web.rendering import language_of, render
from ecritures.web.routes.uploads import uploads_of

MODELS = "/models"
FORM_BYTES_MAX = 20_000_000
REFUSED = 422


class DraftRoute(SignedInRoute):
    """A form that holds a document and perhaps a small file."""

    async def _check_token(self, request: Request, session: Session) -> None:
        declared = request.headers.get("content-length", "")
        if not declared.isdecimal() or int(declared) > FORM_BYTES_MAX:
            raise RefusedRequestError(
                "form-too-large",
                "Ce fichier est trop grand pour un échantillon : gardez-en les premières lignes.",
                "This file is too large for a sample: keep its first lines.",
            )
        form = await request.form(max_part_size=FORM_BYTES_MAX)
        try:
            request.state.file = await _file_in(form)
        finally:
            await form.close()
        await super()._check_token(request, session)


router = APIRouter(route_class=DraftRoute, prefix=MODELS)


@router.get("")
def page(request: Request, state: FirmState, session: CurrentSession) -> Response:
    """Show the models of the firm, and the built-in ones."""
    session.caller.require(Right.READ)
    found = list_models(state.database, session.caller.domain_id)
    return render(
        request,
        "models.html",
        own=[one for one in found if one.version is not None],
        built_in=[one for one in found if one.version is None],
    )


@router.get("/new")
def new(request: Request, session: CurrentSession) -> Response:
    """Show where to drop a sample, or the document of a model."""
    session.caller.require(Right.IMPORT)
    return render(request, "model_new.html", refused=None, content="")


@router.post("/new")
async def begin(
    request: Request, state: FirmState, session: CurrentSession, form: Form
) -> Response:
    """Take a sample and propose a model, or take a document."""
    session.caller.require(Right.IMPORT)
    name, data = request.state.file
    content = form.get("content", "")
    if not data:
        name, data = "texte.txt", content.encode(errors="replace")
    if not data.strip():
        empty = RefusedRequestError(
            "sample-empty",
            "Déposez un fichier, ou collez quelques lignes.",
            "Drop a file, or paste a few lines.",
        )
        return render(request, "model_new.html", REFUSED, refused=empty.sentence, content="")
    return await run_in_threadpool(_begin_dropped, request, state, session, name, data)


@router.post("/new/{import_id}")
def begin_with(
    request: Request, state: FirmState, session: CurrentSession, import_id: str
) -> Response:
    """Propose a model of the file of an import, or of the one in its archive."""
    session.caller.require(Right.IMPORT)
    with again_from_stored(state.deps, import_id, session.caller) as (known, path):
        name, data = _unpacked(state, path, known.source_name or import_id)
    return _begin(request, state, session, name, sample_of(name, data))


@router.get("/draft")
def draft_again() -> Response:
    """A draft lives in its page: there is nothing to show again."""
    return see(f"{MODELS}/new")


@router.post("/draft")
async def change(
    request: Request, state: FirmState, session: CurrentSession, form: Form
) -> Response:
    """Apply what a form has changed, and show what it does."""
    session.caller.require(Right.IMPORT)
    name, data = request.state.file
    return await run_in_threadpool(_change, request, state, session, form, name, data)


@router.post("/save")
async def save(request: Request, state: FirmState, session: CurrentSession, form: Form) -> Response:
    """Store the model: a new one, or the next version of one."""
    session.caller.require(Right.ADMINISTER)
    return await run_in_threadpool(_save, request, state, session, form)


@router.get("/{name}")
def latest(state: FirmState, session: CurrentSession, name: str) -> Response:
    """Go to the latest version of a model."""
    session.caller.require(Right.READ)
    found = find_model(state.database, session.caller.domain_id, name)
    return see(_address(found.name, found.version))


@router.get("/{name}/{version}")
def show(
    request: Request,
    state: FirmState,
    session: CurrentSession,
    name: str,
    version: int,
    compare: Annotated[int | None, Query()] = None,
    sample: Annotated[str, Query()] = "",
) -> Response:
    """Show a version of a model in the editor, or beside another version."""
    session.caller.require(Right.READ)
    domain_id = session.caller.domain_id
    found = find_model(state.database, domain_id, name, version)
    versions = [one.version for one in versions_of(state.database, domain_id, name)]
    if compare is not None:
        other = find_model(state.database, domain_id, name, compare)
        path = _path_of(state, session, Draft(None, "", sample))
        return _compare(request, state, versions, (other, compare), (found, version), path)
    own = found.model.samples[0].name if found.model.samples else ""
    draft = Draft.of(found.document, sample=sample, sample_name=own, version=str(version))
    return _editor(request, state, session, draft, versions)


@router.get("/{name}/{version}/document")
def document(
    state: FirmState,
    session: CurrentSession,
    name: str,
    version: int,
    as_: Annotated[Literal["yaml", "json"], Query(alias="as")] = "yaml",
) -> Response:
    """Download the document of a model."""
    session.caller.require(Right.READ)
    found = find_model(state.database, session.caller.domain_id, name, version)
    text = (
        json.dumps(found.document, ensure_ascii=False, indent=2)
        if as_ == "json"
        else yaml_text(found.document)
    )
    shown = quote(f"{found.name}.{as_}", safe="")
    return Response(
        text,
        media_type=f"application/{as_}",
        headers={"content-disposition": f"attachment; filename*=UTF-8''{shown}"},
    )


def _begin_dropped(
    request: Request, state: AppState, session: Session, name: str, data: bytes
) -> Response:
    """Propose a model of what was dropped, or of the file in it."""
    make_folder(state.settings.scratch_dir)
    with TemporaryDirectory(dir=state.settings.scratch_dir, prefix="sample-") as folder:
        path = Path(folder) / "source"
        path.write_bytes(data)
        try:
            name, data = _unpacked(state, path, name)
        except EcrituresError as error:
            return render(request, "model_new.html", REFUSED, refused=error.sentence, content="")
    return _begin(request, state, session, name, sample_of(name, data))


def _unpacked(state: AppState, path: Path, name: str) -> tuple[str, bytes]:
    """Return the name and the beginning of a file, or of the one in its archive."""
    limits = UnpackLimits.from_settings(state.settings)
    unpacked, name = state.deps.preview(unpack, path, name, limits)
    with unpacked.open("rb") as file:
        return name, file.read(SAMPLE_BYTES_MAX + 1)


def _begin(request: Request, state: AppState, session: Session, name: str, data: bytes) -> Response:
    if name.lower().endswith(DOCUMENTS):
        draft = Draft(None, data.decode("utf-8-sig", "replace"))
        draft.read()
        return _editor(request, state, session, draft)
    sample, path = _keep(state, session, name, data)
    stem = Path(name).stem[:80] or "model"
    try:
        guess = guess_draft(state.deps, path, stem)
        table = state.deps.preview(read_sample, path, guess.document)
        draft = Draft.of(guess.document, sure=sure_of(guess, table), notes=guess.doubts)
    except RefusedRequestError as error:
        draft = Draft.of(begin_by_hand(stem, data), notes=[(error.sentence.fr, error.sentence.en)])
    draft.sample, draft.sample_name = sample, name
    return _editor(request, state, session, draft)


def _change(
    request: Request,
    state: AppState,
    session: Session,
    form: dict[str, str],
    name: str,
    data: bytes,
) -> Response:
    draft = Draft.sent(form)
    if data:
        draft.sample, _ = _keep(state, session, name, data)
        draft.sample_name = name
    draft.take(form, _table_of(state, session, draft))
    return _editor(request, state, session, draft)


def _save(request: Request, state: AppState, session: Session, form: dict[str, str]) -> Response:
    draft = Draft.sent(form)
    if draft.document is None:
        return _editor(request, state, session, draft)
    draft.take(form, _table_of(state, session, draft))
    key = once(state, session, f"{MODELS}/save", form)
    check = partial(state.deps.preview, checked_model)
    try:
        made = add_model(state.database, session.caller.domain_id, draft.document, key, check).view
    except ModelRefusedError as error:
        draft.refused, draft.errors = error.sentence, error.errors
        return _editor(request, state, session, draft)
    except ConflictError as error:
        draft.refused = error.sentence
        return _editor(request, state, session, draft)
    address = _address(made["name"], made["version"])
    return see(f"{address}?sample={draft.sample}" if draft.sample else address)


def _editor(
    request: Request,
    state: AppState,
    session: Session,
    draft: Draft,
    versions: list[int] | None = None,
) -> Response:
    path = _path_of(state, session, draft)
    language = language_of(request)
    is_read = draft.document is not None
    studied = study_draft(state.deps, path, draft.document, language) if is_read else Studied()
    refused = draft.refused or studied.refused
    named = draft.document.get("name") if isinstance(draft.document, dict) else None
    if versions is None and isinstance(named, str):
        versions = _versions(state, session, named)
    return render(
        request,
        "model.html",
        REFUSED if draft.refused and "hx-request" not in request.headers else 200,
        draft=draft,
        name=named if isinstance(named, str) else "",
        studied=studied,
        versions=versions or [],
        refused=refused,
        errors=draft.places(draft.errors or studied.errors),
        fields=FIELDS,
        date_formats=_shown_formats(language),
        mapped=MAPPED,
        sides=SIDES,
        tests=TESTS,
        **draft.shown(studied),
    )


def _shown_formats(language: str) -> list[tuple[str, str]]:
    """Return the formats of days, and how a reader writes them: JJ is DD, AAAA is YYYY."""
    letters = {} if language == "fr" else str.maketrans("JA", "DY")
    return [(one, one.translate(letters)) for one in DATE_FORMATS]


def _versions(state: AppState, session: Session, name: str) -> list[int]:
    try:
        return [v.version for v in versions_of(state.database, session.caller.domain_id, name)]
    except NotFoundError:
        return []


def _compare(
    request: Request,
    state: AppState,
    versions: list[int],
    before: tuple[Any, int],
    after: tuple[Any, int],
    path: Path | None,
) -> Response:
    (old, old_version), (new_, new_version) = before, after
    language = language_of(request)
    effects = [study_draft(state.deps, path, one.document, language).effect for one in (old, new_)]
    return render(
        request,
        "model_compare.html",
        name=new_.name,
        versions=versions,
        old_version=old_version,
        new_version=new_version,
        changes=compared(old.document, new_.document),
        effects=effects,
        sample=path.parent.name if path else "",
    )


async def _file_in(form: FormData) -> tuple[str, bytes]:
    """Return the name and the first bytes of the file of a form, up to its last whole line."""
    sent = form.get("file")
    if not isinstance(sent, UploadFile):
        return "", b""
    data = await sent.read(SAMPLE_BYTES_MAX + 1)
    name = (sent.filename or "").replace("\\", "/").rpartition("/")[2][:200]
    return name, sample_of(name, data)


def _keep(state: AppState, session: Session, name: str, data: bytes) -> tuple[str, Path]:
    """Keep a sample for a day, for whoever is signed in."""
    made = uploads_of(state, session).begin(name, len(data), FORM_BYTES_MAX)
    made.path.write_bytes(data)
    return made.id, made.path


def _path_of(state: AppState, session: Session, draft: Draft) -> Path | None:
    if not draft.sample:
        return None
    try:
        found = uploads_of(state, session).find(draft.sample)
    except NotFoundError:
        draft.sample = draft.sample_name = ""
        return None
    draft.sample_name = found.name
    return found.path


def _table_of(state: AppState, session: Session, draft: Draft) -> SampleTable | None:
    """Return the sample as the document cuts it before the controls are applied."""
    if draft.document is None:
        return None
    path = _path_of(state, session, draft)
    return study_draft(state.deps, path, draft.document, "fr").table


def _address(name: str, version: int | None) -> str:
    return f"{MODELS}/{quote(name, safe='')}/{version or BUILT_IN_VERSION}"
