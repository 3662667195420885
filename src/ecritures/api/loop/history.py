"""The history of imports, newest first, in the form of the vendor's status."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NoReturn

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from ecritures.api.http.address import address_of
from ecritures.api.http.app_state import (
    LOOP_PREFIX,
    AuthenticatedRoute,
    CurrentState,
    ReadingCaller,
)
from ecritures.api.loop.history_openapi import GET_IMPORT_HISTORY, TAKE_DEFAULT, TAKE_MAX
from ecritures.api.loop.openapi import TAG
from ecritures.api.loop.parameters import SKIP_MAX, find_number, find_parameter
from ecritures.api.loop.status_object import status_object
from ecritures.app.queries import dossier_named
from ecritures.core.errors import RefusedRequestError
from ecritures.imports.queries import ImportFilter, list_imports
from ecritures.imports.read.delays import with_delays
from ecritures.imports.request import KINDS, Status

if TYPE_CHECKING:
    from ecritures.database import Database
    from ecritures.directory.keys import Caller

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?")

router = APIRouter(prefix=LOOP_PREFIX, tags=[TAG], route_class=AuthenticatedRoute)


@router.get("/getImportHistory", **GET_IMPORT_HISTORY)
def get_import_history(
    request: Request, state: CurrentState, caller: ReadingCaller
) -> JSONResponse:
    """List the imports of the dossiers of a key; a dry run is none."""
    given = request.query_params.multi_items()
    skip = find_number(given, "skip", 0, SKIP_MAX, 0)
    take = find_number(given, "take", 1, TAKE_MAX, TAKE_DEFAULT)
    wanted = _filter(state.database, caller, given)
    found = list_imports(state.database, caller, wanted, take, skip=skip).items
    base = address_of(request, state.settings)
    return JSONResponse([status_object(one, base) for one in with_delays(state.database, found)])


def _filter(database: Database, caller: Caller, given: list[tuple[str, str]]) -> ImportFilter:
    # The vendor's reference routes call it `codeDossier`.
    code = find_parameter(given, "codeIbs") or find_parameter(given, "codeDossier")
    number = find_number(given, "status", min(Status), max(Status), 0)
    since, until = find_parameter(given, "from"), find_parameter(given, "to")
    return ImportFilter(
        dossier=dossier_named(database, caller, code).code if code else None,
        status=Status(number) if number else None,
        kind=_kind(find_parameter(given, "kind")),
        since=_moment("from", since)[0] if since else None,
        before=_moment("to", until)[1] if until else None,
        dry_run=False,
    )


def _kind(text: str) -> str | None:
    kind = text.lower().removeprefix("import")
    if text and kind not in KINDS:
        names = ", ".join(KINDS)
        raise RefusedRequestError(
            "kind-refused",
            f"Le paramètre kind doit être l'une des valeurs {names}.",
            f"Parameter kind must be one of {names}.",
        )
    return kind or None


def _moment(name: str, text: str) -> tuple[datetime, datetime]:
    """Return when a day or a moment begins, and when it has passed; UTC, unless it says another."""
    is_day = _DAY.fullmatch(text) is not None
    if not is_day and _MOMENT.fullmatch(text) is None:
        _refuse_date(name)
    try:
        moment = datetime.fromisoformat(text)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        return moment, moment + (timedelta(days=1) if is_day else timedelta(milliseconds=1))
    except (ValueError, OverflowError):
        _refuse_date(name)


def _refuse_date(name: str) -> NoReturn:
    raise RefusedRequestError(
        "date-refused",
        f"Le paramètre {name} doit être un jour (AAAA-MM-JJ) ou un instant ISO 8601 qui existe.",
        f"Parameter {name} must be a day (YYYY-MM-DD) or an ISO 8601 instant that exists.",
    ) from None
