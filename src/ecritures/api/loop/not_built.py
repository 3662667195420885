"""The vendor's routes that this service does not have yet: they say so, to callers with a key.

A client takes 404 for the end of its entry, and 501 for something to try later.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool

from ecritures.api.http.app_state import (
    LOOP_PREFIX,
    AuthenticatedRoute,
    CurrentState,
    ImportingCaller,
    ReadingCaller,
)
from ecritures.api.http.failures import refusal
from ecritures.api.loop.body import read_body, read_fields
from ecritures.app.queries import find_dossier
from ecritures.core.errors import NotFoundError, RefusedRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.api.http.app_state import AppState
    from ecritures.directory.keys import Caller

ROUTES: Mapping[str, str] = {
    "importJson": "POST",
}
"""Route → its verb."""

_DOSSIER_PARAMETERS = {"codedossier", "codeibs"}

router = APIRouter(prefix=LOOP_PREFIX, include_in_schema=False, route_class=AuthenticatedRoute)


async def refuse_read(request: Request, state: CurrentState, caller: ReadingCaller) -> NoReturn:
    """Say that a route is not built, to a caller that may read."""
    await _refuse(request, state, caller)


async def refuse_import(request: Request, state: CurrentState, caller: ImportingCaller) -> NoReturn:
    """Say that a route is not built, to a caller that may import."""
    await _refuse(request, state, caller)


async def _refuse(request: Request, state: AppState, caller: Caller) -> NoReturn:
    """Say that the route is not built, to a caller that may touch the dossier it names."""
    if code := await _dossier_code(request):
        with suppress(NotFoundError):
            await run_in_threadpool(find_dossier, state.database, caller, code)
    name = request.url.path.rpartition("/")[2]
    raise refusal(
        501,
        "route-not-built",
        f"La route {name} n'est pas encore disponible sur ce service.",
        f"Route {name} is not available on this service yet.",
    )


async def _dossier_code(request: Request) -> str | None:
    if request.method == "GET":
        given = request.query_params.multi_items()
        return next((value for name, value in given if name.lower() in _DOSSIER_PARAMETERS), None)
    try:
        return read_fields(await read_body(request), {"codeibs": "codeIbs"}).get("codeIbs")
    except (RefusedRequestError, HTTPException):
        return None


for _name, _verb in ROUTES.items():
    _refused = refuse_read if _verb == "GET" else refuse_import
    router.add_api_route(f"/{_name}", _refused, methods=[_verb], response_model=None)
