"""Imports, on the product's own face."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from sqlalchemy import Connection
from typing_extensions import TypedDict

from ecritures.api.http.app_state import AppState, AuthenticatedRoute, TheCaller, TheState
from ecritures.api.http.disk_space import RequireDiskSpace
from ecritures.api.http.idempotency import IdempotencyKey, answer, asked_of, respond
from ecritures.api.http.paging import Cursor, Limit, cursor_refused, read_cursor, write_cursor
from ecritures.api.http.problems import problem_responses
from ecritures.api.v1.downloads import DOWNLOADED, DownloadName, download
from ecritures.api.v1.new_import import REQUEST_BODY, SentFile, Wanted
from ecritures.app.idempotency import Answer, Asked, answer_once
from ecritures.app.views.imports import ImportView, import_view
from ecritures.core.sentences import Language
from ecritures.directory.keys import Caller
from ecritures.imports import state as states
from ecritures.imports.enqueue import QueueLimits, enqueue_import
from ecritures.imports.queries import (
    ImportFilter,
    ImportState,
    get_import,
    list_anomalies,
    list_attempts,
    list_imports,
    read_attempts,
)
from ecritures.imports.record import ImportRequest, Status
from ecritures.imports.source_files import drop_upload, store_upload
from ecritures.imports.submit import prepare_import
from ecritures.reports.content import FindingView, finding_view, policy_of

router = APIRouter(prefix="/v1/imports", tags=["Imports"], route_class=AuthenticatedRoute)

ImportId = Annotated[str, Path(description="Numéro de l'import.")]


class ImportPage(TypedDict):
    """A page of imports, newest first."""

    items: list[ImportView]
    nextCursor: str | None


class AnomalyPage(TypedDict):
    """A page of anomalies, in line order; the counts are exact, whatever is kept in detail."""

    anomalyCount: int
    anomalyCounts: dict[str, int]
    items: list[FindingView]
    nextCursor: str | None


@router.post(
    "",
    status_code=202,
    summary="Demander un import",
    description="`Location` dit où le suivre.",
    response_model=ImportView,
    responses=problem_responses(400, 401, 403, 409, 413, 415, 422, 429, 503),
    openapi_extra=REQUEST_BODY,
    dependencies=[RequireDiskSpace],
)
def create_import(
    service: TheState, caller: TheCaller, asked: Wanted, key: IdempotencyKey = None
) -> Response:
    """Ask for an import; `Location` says where to follow it."""
    wanted, sent = asked
    request = ImportRequest(
        kind="perso" if wanted.model else wanted.format,
        model=wanted.model,
        dossier=wanted.dossier,
        url=wanted.url,
        uri=wanted.uri,
        siret=wanted.siret,
        dry_run=wanted.dryRun,
        options=wanted.options(),
    )
    content = [wanted.model_dump_json(), *(sent.fingerprint() if sent and key else ())]
    uploads: list[str] = []  # what is in the storage, and no import names
    try:
        given = answer_once(
            service.database,
            asked_of(service, caller, key, router.prefix, *content),
            lambda: _prepare(service, caller, request, sent, uploads),
        )
    finally:
        for upload in uploads:
            drop_upload(service.deps, upload)
    service.wake()
    return respond(given)


@router.get(
    "",
    summary="Lister les imports",
    description="Du plus récent au plus ancien.",
    responses=problem_responses(401, 422, 429),
)
def list_all(
    service: TheState,
    caller: TheCaller,
    *,
    dossier: Annotated[str | None, Query(description="Code d'un dossier.")] = None,
    status: Annotated[Status | None, Query(description="État, de 1 à 4.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ImportPage:
    """List imports, newest first."""
    wanted = ImportFilter(dossier, status, _before(cursor))
    found = list_imports(service.database, caller, wanted, limit + 1)
    page = found[:limit]
    more = len(found) > limit
    return {
        "items": [import_view(state, list_attempts(service.database, state.id)) for state in page],
        "nextCursor": write_cursor(page[-1].created_at.isoformat(), page[-1].id) if more else None,
    }


@router.get(
    "/{import_id}",
    summary="Suivre un import",
    description="Où il en est, ses tentatives, ce qui a été trouvé.",
    responses=problem_responses(401, 404, 422, 429),
)
def get_one(service: TheState, caller: TheCaller, import_id: ImportId) -> ImportView:
    """Tell how far an import is, and what was found."""
    state = get_import(service.database, import_id, caller)
    return import_view(state, list_attempts(service.database, state.id))


@router.get(
    "/{import_id}/anomalies",
    summary="Lister les anomalies",
    description="Dans l'ordre des lignes du fichier ; les totaux sont exacts. "
    "Avec `as`, tout le rapport en un fichier ; `fec` : les écritures rejetées, à corriger.",
    response_model=AnomalyPage,
    responses={200: DOWNLOADED, **problem_responses(401, 404, 409, 422, 429)},
)
def list_found(
    service: TheState,
    caller: TheCaller,
    import_id: ImportId,
    *,
    lang: Annotated[Language, Query(description="Langue des phrases.")] = "fr",
    as_: Annotated[
        DownloadName | None, Query(alias="as", description="Télécharger dans cette forme.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> AnomalyPage | Response:
    """List what was found in the file, or give it as a file."""
    state = get_import(service.database, import_id, caller)
    if as_ is not None:
        return download(service, state, as_, lang)
    after = int(read_cursor(cursor, int)[0]) if cursor else -1
    found = list_anomalies(service.database, state, after=after, limit=limit + 1)
    page = found[:limit]
    policy = policy_of(state.report)
    return {
        "anomalyCount": state.anomaly_count,
        "anomalyCounts": _counts(state),
        "items": [finding_view(anomaly, lang, policy) for anomaly in page],
        "nextCursor": write_cursor(page[-1].ordinal) if len(found) > limit else None,
    }


@router.post(
    "/{import_id}/cancel",
    summary="Annuler un import",
    description="S'il tourne, son travail est abandonné.",
    response_model=ImportView,
    responses=problem_responses(401, 404, 409, 422, 429),
)
def cancel(
    service: TheState, caller: TheCaller, import_id: ImportId, key: IdempotencyKey = None
) -> Response:
    """End an import that has not ended."""
    asked = asked_of(service, caller, key, f"{router.prefix}/{import_id}/cancel")
    return _changed(service, caller, import_id, asked, states.cancel)


@router.post(
    "/{import_id}/retry",
    summary="Reprendre un import",
    description="Terminé avec erreur, il a de nouveau 24 heures ; en attente, il est essayé tout "
    "de suite.",
    response_model=ImportView,
    responses=problem_responses(401, 404, 409, 422, 429),
)
def retry(
    service: TheState, caller: TheCaller, import_id: ImportId, key: IdempotencyKey = None
) -> Response:
    """Have an import tried now."""
    asked = asked_of(service, caller, key, f"{router.prefix}/{import_id}/retry")
    answered = _changed(service, caller, import_id, asked, states.retry)
    service.wake()
    return answered


def _changed(
    service: AppState,
    caller: Caller,
    import_id: str,
    asked: Asked | None,
    change: Callable[[Connection, ImportState, datetime], ImportState],
) -> Response:
    """Change an import, once, and answer with what it has become."""

    def prepare() -> Callable[[Connection], Answer]:
        state = get_import(service.database, import_id, caller)
        now = service.database.clock.now()

        def write(connection: Connection) -> Answer:
            changed = change(connection, state, now)
            return answer(200, None, import_view(changed, read_attempts(connection, import_id)))

        return write

    return respond(answer_once(service.database, asked, prepare))


def _prepare(
    service: AppState,
    caller: Caller,
    request: ImportRequest,
    sent: SentFile | None,
    uploads: list[str],
) -> Callable[[Connection], Answer]:
    """Check a request, its file put into the storage; return what writes it down."""
    if sent:
        upload = store_upload(service.deps, caller.domain_id, sent.path)
        uploads.append(upload)
        request = replace(request, upload=upload, name=sent.name)
    row = prepare_import(service.database, caller, request)

    def write(connection: Connection) -> Answer:
        state = enqueue_import(connection, row, QueueLimits.from_settings(service.settings))
        uploads.clear()
        return answer(202, f"{router.prefix}/{state.id}", import_view(state, []))

    return write


def _before(cursor: str | None) -> tuple[datetime, str] | None:
    if not cursor:
        return None
    moment, import_id = read_cursor(cursor, str, str)
    try:
        return datetime.fromisoformat(str(moment)).astimezone(UTC), str(import_id)
    except (ValueError, OverflowError):
        raise cursor_refused() from None


def _counts(state: ImportState) -> dict[str, int]:
    counts: dict[str, int] = state.report.get("anomalyCounts", {})
    return counts
