"""The vendor's reference routes: accounts, journals, sections, establishments and entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from ecritures.api.http.app_state import (
    LOOP_PREFIX,
    AuthenticatedRoute,
    CurrentState,
    ReadingCaller,
)
from ecritures.api.loop import lists_openapi
from ecritures.api.loop.openapi import TAG
from ecritures.api.loop.parameters import SKIP_MAX, find_number, find_parameter, split_query
from ecritures.app.loop_lists import LISTS, TAKE_DEFAULT, TAKE_MAX, Slice, show_list
from ecritures.core.errors import RefusedRequestError

if TYPE_CHECKING:
    from collections.abc import Callable

PARAMETERS = ("codeDossier", "filter", "sort", "skip", "take", "select")

router = APIRouter(prefix=LOOP_PREFIX, tags=[TAG], route_class=AuthenticatedRoute)


def _route(name: str) -> Callable[..., JSONResponse]:
    """Return the function of a route: all do the same, each with its list."""

    def show(request: Request, state: CurrentState, caller: ReadingCaller) -> JSONResponse:
        given = split_query(request.url.query, PARAMETERS)
        filter_, sort, select = (find_parameter(given, one) for one in ("filter", "sort", "select"))
        code = find_parameter(given, "codeDossier")
        if not code:
            raise RefusedRequestError(
                "dossier-missing",
                "Le paramètre codeDossier n'est pas spécifié.",
                "Parameter codeDossier is missing.",
            )
        skip = find_number(given, "skip", 0, SKIP_MAX, 0)
        take = find_number(given, "take", 1, TAKE_MAX, TAKE_DEFAULT)
        wanted = Slice(filter_, sort, select, skip, take)
        return JSONResponse(show_list(state.database, caller, name, code, wanted))

    return show


for _name in LISTS:
    router.add_api_route(f"/{_name}", _route(_name), methods=["GET"], **lists_openapi.ROUTES[_name])
