"""Whether the service lives, and whether it can work."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from ecritures.api.http.app_state import TheState
from ecritures.database.migrate import schema_revision

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz() -> JSONResponse:
    """Answer as long as the process does."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
def readyz(service: TheState) -> JSONResponse:
    """Answer 200 when the database can be read and has this version's schema."""
    try:
        current, wanted = schema_revision(service.database)
    except Exception:  # noqa: BLE001 - whatever the reason, the service is not ready
        return JSONResponse({"status": "unavailable", "database": "unreachable"}, 503)
    if current != wanted:
        return JSONResponse({"status": "unavailable", "database": "other-version"}, 503)
    return JSONResponse({"status": "ok", "database": "ok"})
