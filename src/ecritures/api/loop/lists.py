"""The vendor's reference routes: accounts, journals, sections, establishments and entries."""

from __future__ import annotations

import re
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
from ecritures.api.loop.parameters import find_parameter, split_query
from ecritures.app.loop_lists import LISTS, TAKE_DEFAULT, TAKE_MAX, Slice, show_list
from ecritures.core.errors import RefusedRequestError

if TYPE_CHECKING:
    from collections.abc import Callable

PARAMETERS = ("codeDossier", "filter", "sort", "skip", "take", "select")
SKIP_MAX = 1_000_000_000
_DIGITS = re.compile(r"[0-9]{1,10}")

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
        skip = _number(given, "skip", 0, SKIP_MAX, 0)
        take = _number(given, "take", 1, TAKE_MAX, TAKE_DEFAULT)
        wanted = Slice(filter_, sort, select, skip, take)
        return JSONResponse(show_list(state.database, caller, name, code, wanted))

    return show


def _number(given: list[tuple[str, str]], name: str, low: int, high: int, default: int) -> int:
    text = find_parameter(given, name)
    if not text:
        return default
    number = int(text) if _DIGITS.fullmatch(text) else -1
    if not low <= number <= high:
        raise RefusedRequestError(
            "number-refused",
            f"Le paramètre {name} doit être un nombre entier de {low} à {high}.",
            f"Parameter {name} must be a whole number from {low} to {high}.",
        )
    return number


for _name in LISTS:
    router.add_api_route(f"/{_name}", _route(_name), methods=["GET"], **lists_openapi.ROUTES[_name])
