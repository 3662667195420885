"""importJson: entries in the body of the request, which is written to disk as it arrives."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import structlog
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from ecritures.api.http.app_state import (
    LOOP_PREFIX,
    AuthenticatedRoute,
    CurrentState,
    ImportingCaller,
)
from ecritures.api.http.disk_space import RequireDiskSpace
from ecritures.api.http.idempotency import REPLAYED, checked_key, identify
from ecritures.api.http.multipart import receive_body
from ecritures.api.loop.body import check_media_type
from ecritures.api.loop.json_openapi import IMPORT_JSON
from ecritures.api.loop.openapi import TAG
from ecritures.app.actions.json_import import JsonRequest, import_json
from ecritures.config.folders import make_folder
from ecritures.core.errors import RefusedRequestError
from ecritures.imports.submission.enqueue import QueueLimits
from ecritures.sources.files import sha256_of

if TYPE_CHECKING:
    from ecritures.api.http.app_state import AppState
    from ecritures.app.actions.imports import SubmittedView
    from ecritures.app.idempotency import Answer
    from ecritures.directory.keys import Caller

NAME = "importJson"

router = APIRouter(prefix=LOOP_PREFIX, tags=[TAG], route_class=AuthenticatedRoute)


@router.post(f"/{NAME}", **IMPORT_JSON, dependencies=[RequireDiskSpace])
async def import_json_body(
    request: Request, state: CurrentState, caller: ImportingCaller
) -> JSONResponse:
    """Submit the import of the entries in the body."""
    check_media_type(request)
    key = checked_key(request.headers.get("idempotency-key"))
    make_folder(state.settings.scratch_dir)
    with TemporaryDirectory(dir=state.settings.scratch_dir, prefix="body-") as folder:
        path = Path(folder) / "source"
        await receive_body(request, path)
        answer = await run_in_threadpool(_submit, state, caller, path, key)
    state.wake()
    structlog.contextvars.bind_contextvars(import_id=answer.view["accountingImportRequestId"])
    return JSONResponse(answer.view, headers=REPLAYED if answer.replayed else None)


def _submit(state: AppState, caller: Caller, path: Path, key: str | None) -> Answer[SubmittedView]:
    if not path.stat().st_size:
        raise RefusedRequestError(
            "payload-missing",
            "Il n'y a pas de payload : la méthode est-elle bien en POST dans la requête ?",
            "There is no payload: is the method of the request POST?",
        )
    sha256 = sha256_of(path)
    limits = QueueLimits.from_settings(state.settings, deduplicate=True)
    idempotent = identify(state.settings, caller, key, NAME, sha256)
    return import_json(state.deps, caller, JsonRequest(path, sha256), limits, idempotent)
