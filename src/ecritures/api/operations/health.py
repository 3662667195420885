"""Whether the service is alive, and whether it is ready."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from ecritures.api.http.app_state import CurrentState
from ecritures.database.migrate import schema_revision

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def healthz() -> JSONResponse:
    """Answer as long as the process runs."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
def readyz(state: CurrentState) -> JSONResponse:
    """Answer 200 when the database can be read and has this version's schema."""
    try:
        current, wanted = schema_revision(state.database)
    except Exception:  # noqa: BLE001 - whatever the reason, the service is not ready
        return JSONResponse({"status": "unavailable", "database": "unreachable"}, 503)
    if current != wanted:
        return JSONResponse({"status": "unavailable", "database": "other-version"}, 503)
    return JSONResponse({"status": "ok", "database": "ok"})
