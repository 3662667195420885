"""The Loop-compatible face: what a client of the vendor's public import API finds here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import structlog
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from ecritures.api.http.app_state import (
    LOOP_PREFIX,
    AppState,
    AuthenticatedRoute,
    TheCaller,
    TheState,
    check_subscription,
    credential_of,
)
from ecritures.api.loop import openapi as loop_openapi
from ecritures.api.loop.body import read_body, read_fields
from ecritures.api.loop.submissions import UnauthenticatedRequest
from ecritures.app.views.imports import instant_text
from ecritures.core.errors import EcrituresError, NotFoundError, RefusedRequestError
from ecritures.imports.deposits import open_deposit
from ecritures.imports.queries import ImportState, get_import
from ecritures.imports.record import ImportRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope, Send

NAMES = {
    "importfec": "importFEC",
    "importperso": "importPerso",
    "getimportstatus": "getImportStatus",
    "getstatus": "getImportStatus",
    "importstatus": "getImportStatus",
    "getfileurldeposit": "getFileUrlDeposit",
}
"""Lower-case spelling of each route and of its aliases → the route."""

_FEC_FIELDS = {name.lower(): name for name in ("codeIbs", "URI", "URL", "SIRET")}
_PERSO_FIELDS = _FEC_FIELDS | {"modele": "MODELE"}
_ID_PARAMETER = "accountingImportRequestId"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class IntakeRoute(APIRoute):
    """A route whose function is handed the request as it is: what asks is short and frequent."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Leave FastAPI's own handling out: it costs more than the rest of the request."""
        if scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)  # says so
            return
        response: Response = await self.endpoint(Request(scope, receive, send))
        await response(scope, receive, send)


intake = APIRouter(prefix=LOOP_PREFIX, tags=["Cegid Loop"], route_class=IntakeRoute)
router = APIRouter(prefix=LOOP_PREFIX, tags=["Cegid Loop"], route_class=AuthenticatedRoute)


@intake.post("/importFEC", **loop_openapi.IMPORT_FEC)
async def import_fec(request: Request) -> Response:
    """Ask for the import of a FEC, named by its address."""
    return await _ask(request, "fec", _FEC_FIELDS)


@intake.post("/importPerso", **loop_openapi.IMPORT_PERSO)
async def import_perso(request: Request) -> Response:
    """Ask for the import of a file in a layout of its own, by the name of its model."""
    return await _ask(request, "perso", _PERSO_FIELDS)


@router.get("/getImportStatus", **loop_openapi.GET_IMPORT_STATUS)
def get_import_status(request: Request, service: TheState, caller: TheCaller) -> JSONResponse:
    """Tell how far an import is."""
    state = get_import(service.database, _asked_id(request), caller)
    return JSONResponse(_status_view(state, _base(service, request)))


@router.get("/getFileUrlDeposit", **loop_openapi.GET_FILE_URL_DEPOSIT)
def get_file_url_deposit(request: Request, service: TheState, caller: TheCaller) -> JSONResponse:
    """Give a place for a file: an address to put it at, and the URI to import it by."""
    name = _parameter(request, "filename", "filename-missing")
    deposit = open_deposit(service.deps, caller, name, _base(service, request))
    return JSONResponse({"depositUrl": deposit.address, "uri": deposit.uri})


async def _ask(request: Request, kind: str, names: Mapping[str, str]) -> Response:
    service: AppState = request.app.state.service
    headers = request.headers
    check_subscription(service.settings, headers)
    credential = credential_of(headers)
    if "expect" in headers:  # an unknown caller is not invited to send its body
        await service.callers.submit(credential)
    asked: ImportRequest | Exception
    try:
        asked = _import_request(kind, read_fields(await read_body(request), names))
    except (EcrituresError, HTTPException) as error:
        asked = error
    recorded = await service.intake.submit(UnauthenticatedRequest(credential, asked))
    structlog.contextvars.bind_contextvars(
        import_id=recorded.import_id, deduplicated=recorded.deduplicated
    )
    answer = f'{{"accountingImportRequestId":"{recorded.import_id}"}}'
    return Response(answer, media_type="application/json")


def _import_request(kind: str, fields: dict[str, str]) -> ImportRequest:
    return ImportRequest(
        kind=kind,
        dossier=fields.get("codeIbs"),
        url=fields.get("URL"),
        uri=fields.get("URI"),
        siret=fields.get("SIRET"),
        model=fields.get("MODELE"),
    )


def _base(service: AppState, request: Request) -> str:
    return (service.settings.public_url or str(request.base_url)).rstrip("/")


def _parameter(request: Request, wanted: str, code: str) -> str:
    """Return a parameter, whatever the letter case of its name."""
    for name, value in request.query_params.multi_items():
        if name.lower() == wanted.lower() and value.strip():
            return value.strip()
    raise RefusedRequestError(
        code, f"Le paramètre {wanted} n'est pas spécifié.", f"Parameter {wanted} is not given."
    )


def _asked_id(request: Request) -> str:
    import_id = _parameter(request, _ID_PARAMETER, "request-id-missing").lower()
    if _UUID.fullmatch(import_id) is None:
        raise NotFoundError(
            "import-unknown",
            f"Le paramètre {_ID_PARAMETER} n'est pas un numéro de demande d'import.",
            f"Parameter {_ID_PARAMETER} is not the number of an import request.",
        )
    return import_id


def _status_view(state: ImportState, base: str) -> dict[str, object]:
    """Return the vendor's eight fields, first and in its order, then ours."""
    return {
        "_id": state.object_id,
        "id": state.id,
        "creationDate": instant_text(state.created_at),
        "lastUpdate": instant_text(state.updated_at),
        "codeIBS": state.dossier,
        "domain": state.domain,
        "status": int(state.status),
        "__v": 0,
        "message": state.message.fr if state.message else None,
        "anomalyCount": state.anomaly_count,
        "lineCount": state.report.get("lines", state.lines_done),
        "reportUrl": f"{base}/v1/imports/{state.id}",
    }
