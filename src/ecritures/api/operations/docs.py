"""The files of the page that describes the API: Swagger UI, from local files."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse
from starlette.staticfiles import StaticFiles

STATIC = Path(__file__).parent / "static"
BUNDLE = "swagger-ui-bundle.js"

router = APIRouter(include_in_schema=False)


@router.get(f"/docs/static/{BUNDLE}")
async def bundle(request: Request) -> FileResponse:
    """Return the program, as small as the browser takes it: it is most of the page."""
    headers = {"vary": "Accept-Encoding"}
    accepted = request.headers.get("accept-encoding", "").replace(" ", "").lower().split(",")
    name = BUNDLE
    if "br" in accepted:
        name, headers["content-encoding"] = f"{BUNDLE}.br", "br"
    return FileResponse(STATIC / name, media_type="text/javascript", headers=headers)


def install(app: FastAPI) -> None:
    """Add the files to the application; the page itself is one of the pages."""
    app.router.routes += router.routes
    app.mount("/docs/static", StaticFiles(directory=STATIC), name="static")
