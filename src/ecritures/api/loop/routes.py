"""The Loop-compatible API: the routes of the vendor's public import API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import structlog
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from ecritures.api.http.address import address_of
from ecritures.api.http.app_state import (
    LOOP_PREFIX,
    AuthenticatedRoute,
    CurrentState,
    ImportingCaller,
    ReadingCaller,
    check_subscription,
    credential_of,
    state_of,
)
from ecritures.api.http.idempotency import REPLAYED, checked_key
from ecritures.api.loop import openapi as loop_openapi
from ecritures.api.loop.body import read_body, read_fields
from ecritures.api.loop.parameters import find_parameter
from ecritures.api.loop.status_object import status_object
from ecritures.api.loop.submit_together import Replayed, UnauthenticatedRequest
from ecritures.api.loop.tra_openapi import IMPORT_TRA
from ecritures.app.actions.deposits import open_deposit
from ecritures.app.loop_lists import LISTS
from ecritures.core.errors import EcrituresError, NotFoundError, RefusedRequestError
from ecritures.imports.queries import get_import
from ecritures.imports.read.delays import with_delays
from ecritures.imports.request import ImportRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope, Send

NAMES = {
    "importfec": "importFEC",
    "importperso": "importPerso",
    "importtra": "importTRA",
    **{name.lower(): name for name in (*LISTS, "importJson")},
    "getimportstatus": "getImportStatus",
    "getstatus": "getImportStatus",
    "importstatus": "getImportStatus",
    "getimporthistory": "getImportHistory",
    "importhistory": "getImportHistory",
    "historiqueimports": "getImportHistory",
    "getfileurldeposit": "getFileUrlDeposit",
}
"""Lower-case name of each route and of its aliases → the route."""

_FEC_FIELDS = {name.lower(): name for name in ("codeIbs", "URI", "URL", "SIRET")}
_PERSO_FIELDS = _FEC_FIELDS | {"modele": "MODELE"}
_ID_PARAMETER = "accountingImportRequestId"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class SubmissionRoute(APIRoute):
    """A route whose function gets the bare request, since these requests are short and frequent."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Bypass FastAPI's own handling, which costs more than the rest of the request."""
        if scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)  # answers 405
            return
        response: Response = await self.endpoint(Request(scope, receive, send))
        await response(scope, receive, send)


submissions = APIRouter(prefix=LOOP_PREFIX, tags=[loop_openapi.TAG], route_class=SubmissionRoute)
router = APIRouter(prefix=LOOP_PREFIX, tags=[loop_openapi.TAG], route_class=AuthenticatedRoute)


@submissions.post("/importFEC", **loop_openapi.IMPORT_FEC)
async def import_fec(request: Request) -> Response:
    """Submit the import of a FEC, given by its address."""
    return await _submit(request, "fec", _FEC_FIELDS)


@submissions.post("/importPerso", **loop_openapi.IMPORT_PERSO)
async def import_perso(request: Request) -> Response:
    """Submit the import of a file read with the import model named in the request."""
    return await _submit(request, "perso", _PERSO_FIELDS)


@submissions.post("/importTRA", **IMPORT_TRA)
async def import_tra(request: Request) -> Response:
    """Submit the import of a TRA, given by its address."""
    return await _submit(request, "tra", _FEC_FIELDS)


@router.get("/getImportStatus", **loop_openapi.GET_IMPORT_STATUS)
def get_import_status(request: Request, state: CurrentState, caller: ReadingCaller) -> JSONResponse:
    """Show the progress of an import."""
    known = get_import(state.database, _import_id(request), caller)
    (found,) = with_delays(state.database, [known])
    return JSONResponse(status_object(found, address_of(request, state.settings)))


router.add_api_route(
    f"/getImportStatus/{{{_ID_PARAMETER}}}",
    get_import_status,
    **loop_openapi.GET_IMPORT_STATUS_BY_PATH,
)


@router.get("/getFileUrlDeposit", **loop_openapi.GET_FILE_URL_DEPOSIT)
def get_file_url_deposit(
    request: Request, state: CurrentState, caller: ImportingCaller
) -> JSONResponse:
    """Give an address to put a file at, and the URI to import it by."""
    name = _parameter(request, "filename", "filename-missing")
    deposit = open_deposit(state.deps, caller, name, address_of(request, state.settings))
    return JSONResponse({"depositUrl": deposit.address, "uri": deposit.uri})


async def _submit(request: Request, kind: str, names: Mapping[str, str]) -> Response:
    state = state_of(request)
    headers = request.headers
    check_subscription(state.settings, headers)
    credential = credential_of(headers)
    if "expect" in headers:  # an unknown caller must not be invited to send its body
        await state.authenticator.submit(credential)
    wanted: ImportRequest | Exception
    key = headers.get("idempotency-key")
    try:
        wanted = _import_request(kind, read_fields(await read_body(request), names))
        checked_key(key)
    except (EcrituresError, HTTPException) as error:
        wanted = error
    enqueued = await state.submitter.submit(UnauthenticatedRequest(credential, wanted, key))
    structlog.contextvars.bind_contextvars(
        import_id=enqueued.import_id, deduplicated=enqueued.deduplicated
    )
    answer = f'{{"accountingImportRequestId":"{enqueued.import_id}"}}'
    replayed = REPLAYED if isinstance(enqueued, Replayed) else None
    return Response(answer, headers=replayed, media_type="application/json")


def _import_request(kind: str, fields: dict[str, str]) -> ImportRequest:
    return ImportRequest(
        kind=kind,
        dossier=fields.get("codeIbs"),
        url=fields.get("URL"),
        uri=fields.get("URI"),
        siret=fields.get("SIRET"),
        model=fields.get("MODELE"),
    )


def _parameter(request: Request, wanted: str, code: str) -> str:
    """Return a parameter that must be there."""
    found = find_parameter(request.query_params.multi_items(), wanted)
    if not found:
        raise RefusedRequestError(
            code, f"Le paramètre {wanted} n'est pas spécifié.", f"Parameter {wanted} is missing."
        )
    return found


def _import_id(request: Request) -> str:
    import_id = request.path_params.get(_ID_PARAMETER)
    if import_id is None:
        import_id = _parameter(request, _ID_PARAMETER, "request-id-missing")
    import_id = import_id.strip().lower()
    if _UUID.fullmatch(import_id) is None:
        raise NotFoundError(
            "import-unknown",
            f"Le paramètre {_ID_PARAMETER} n'est pas un numéro de demande d'import.",
            f"Parameter {_ID_PARAMETER} is not the number of an import request.",
        )
    return import_id
