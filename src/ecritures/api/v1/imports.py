"""Imports, on the product's own API."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StrictStr

from ecritures.api.http.app_state import (
    AuthenticatedRoute,
    CurrentState,
    ImportingCaller,
    ReadingCaller,
)
from ecritures.api.http.disk_space import RequireDiskSpace
from ecritures.api.http.idempotency import IdempotencyKey, identify, respond
from ecritures.api.http.paging import Cursor, Limit
from ecritures.api.http.problems import problem_responses
from ecritures.api.v1.new_import import REQUEST_BODY, ImportBody
from ecritures.api.v1.report_files import DOWNLOADED, DownloadName, download
from ecritures.app.actions import imports as actions
from ecritures.app.cursors import read_cursor, refuse_cursor
from ecritures.app.queries import show_import, show_imports
from ecritures.app.views.anomalies import AnomalyPage, anomaly_page
from ecritures.app.views.difference import DifferencePage, difference_page
from ecritures.app.views.imports import ImportPage, ImportView
from ecritures.core.changes import Change
from ecritures.core.sentences import Language
from ecritures.imports.queries import ImportFilter, get_import, list_anomalies
from ecritures.imports.read.difference import page_difference
from ecritures.imports.request import Status
from ecritures.imports.submission.enqueue import QueueLimits

router = APIRouter(prefix="/v1/imports", tags=["Imports"], route_class=AuthenticatedRoute)

ImportId = Annotated[str, Path(description="Numéro de l'import.")]


@router.post(
    "",
    status_code=202,
    operation_id="createImport",
    summary="Demander un import",
    description="`Location` dit où le suivre.",
    response_model=ImportView,
    responses=problem_responses(400, 401, 403, 409, 413, 415, 422, 429, 503),
    openapi_extra=REQUEST_BODY,
    dependencies=[RequireDiskSpace],
)
def create_import(
    state: CurrentState, caller: ImportingCaller, body: ImportBody, key: IdempotencyKey = None
) -> Response:
    """Submit an import; `Location` is the address to follow it at."""
    wanted, file = body
    content = [wanted.model_dump_json(), *(file.fingerprint() if file and key else ())]
    answer = actions.create_import(
        state.deps,
        caller,
        wanted.request(file),
        upload=file.path if file else None,
        limits=QueueLimits.from_settings(state.settings),
        idempotent=identify(state.settings, caller, key, router.prefix, *content),
    )
    state.wake()
    return respond(answer, 202, f"{router.prefix}/{answer.view['id']}")


@router.get(
    "",
    operation_id="listImports",
    summary="Lister les imports",
    description="Du plus récent au plus ancien.",
    responses=problem_responses(401, 403, 422, 429),
)
def list_all(
    state: CurrentState,
    caller: ReadingCaller,
    *,
    dossier: Annotated[str | None, Query(description="Code d'un dossier.")] = None,
    status: Annotated[Status | None, Query(description="État, de 1 à 4.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ImportPage:
    """List imports, newest first."""
    after = read_cursor(cursor, datetime, str)
    return show_imports(state.database, caller, ImportFilter(dossier, status), limit, after)


@router.get(
    "/{import_id}",
    operation_id="getImport",
    summary="Suivre un import",
    description="Où il en est, ses tentatives, ce qui a été trouvé.",
    responses=problem_responses(401, 403, 404, 422, 429),
)
def get_one(state: CurrentState, caller: ReadingCaller, import_id: ImportId) -> ImportView:
    """Show the progress of an import and what was found."""
    return show_import(state.database, import_id, caller)


@router.get(
    "/{import_id}/anomalies",
    operation_id="listAnomalies",
    summary="Lister les anomalies",
    description="Dans l'ordre des lignes du fichier ; les totaux sont exacts. "
    "Avec `as`, tout le rapport en un fichier ; `fec` : les écritures rejetées, à corriger.",
    response_model=AnomalyPage,
    responses={200: DOWNLOADED, **problem_responses(401, 403, 404, 409, 422, 429)},
)
def list_found(
    state: CurrentState,
    caller: ReadingCaller,
    import_id: ImportId,
    *,
    lang: Annotated[Language, Query(description="Langue des phrases.")] = "fr",
    as_: Annotated[
        DownloadName | None, Query(alias="as", description="Télécharger dans cette forme.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> AnomalyPage | Response:
    """List the anomalies of the file, or download the report."""
    found = get_import(state.database, import_id, caller)
    if as_ is not None:
        refuse_cursor(cursor)
        return download(state, found, as_, lang)
    after = read_cursor(cursor, int)
    return anomaly_page(
        found, list_anomalies(state.database, found, after=after, limit=limit), lang
    )


@router.get(
    "/{import_id}/difference",
    operation_id="listDifference",
    summary="Comparer un import au grand livre",
    description="Ce que devient chaque écriture du dernier plan de l'import : ajoutée, modifiée,"
    " retirée, déjà connue, ou enregistrée sous un numéro déjà pris. Vide pour un import qui"
    " n'a fait qu'ajouter ; d'un aperçu, la comparaison est entière.",
    responses=problem_responses(401, 403, 404, 422, 429),
)
def list_difference(
    state: CurrentState,
    caller: ReadingCaller,
    import_id: ImportId,
    *,
    change: Annotated[Change | None, Query(description="Ne donner que celles-ci.")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> DifferencePage:
    """List what an import does to each entry."""
    after = read_cursor(cursor, int)
    found = get_import(state.database, import_id, caller)
    return difference_page(page_difference(state.database, found, change, after, limit))


@router.post(
    "/{import_id}/cancel",
    operation_id="cancelImport",
    summary="Arrêter un import",
    description="S'il tourne, son travail est abandonné.",
    response_model=ImportView,
    responses=problem_responses(401, 403, 404, 409, 422, 429),
)
def cancel(
    state: CurrentState, caller: ImportingCaller, import_id: ImportId, key: IdempotencyKey = None
) -> Response:
    """End an import that has not ended."""
    idempotent = identify(state.settings, caller, key, f"{router.prefix}/{import_id}/cancel")
    return respond(actions.cancel_import(state.database, import_id, caller, idempotent))


class Confirmation(BaseModel):
    """Which plan to carry out."""

    model_config = ConfigDict(extra="forbid")

    ifPlan: StrictStr | None = Field(  # noqa: N815 - the name in the JSON
        None, description="`planDigest` attendu ; à défaut, celui de l'aperçu."
    )


@router.post(
    "/{import_id}/confirm",
    operation_id="confirmImport",
    summary="Confirmer un aperçu",
    description="L'aperçu devient un import réel, sous le même numéro et sans nouvel envoi.",
    response_model=ImportView,
    responses=problem_responses(401, 403, 404, 409, 413, 422, 429),
)
def confirm(
    state: CurrentState,
    caller: ImportingCaller,
    import_id: ImportId,
    wanted: Confirmation | None = None,
    key: IdempotencyKey = None,
) -> Response:
    """Have a dry run posted."""
    if_plan = wanted.ifPlan if wanted else None
    content = f"{router.prefix}/{import_id}/confirm", if_plan or ""
    idempotent = identify(state.settings, caller, key, *content)
    answer = actions.confirm_import(state.database, import_id, caller, if_plan, idempotent)
    state.wake()
    return respond(answer)


@router.post(
    "/{import_id}/retry",
    operation_id="retryImport",
    summary="Reprendre un import",
    description="Terminé avec erreur, il dispose à nouveau de tout le délai des tentatives ; en "
    "attente, il est essayé tout de suite.",
    response_model=ImportView,
    responses=problem_responses(401, 403, 404, 409, 422, 429),
)
def retry(
    state: CurrentState, caller: ImportingCaller, import_id: ImportId, key: IdempotencyKey = None
) -> Response:
    """Have an import tried now."""
    idempotent = identify(state.settings, caller, key, f"{router.prefix}/{import_id}/retry")
    answer = actions.retry_import(state.database, import_id, caller, idempotent)
    state.wake()
    return respond(answer)
