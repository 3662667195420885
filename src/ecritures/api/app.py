"""The HTTP application, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from ecritures.api import docs, failures, health, loop, openapi, v1_dossiers, v1_imports, v1_models
from ecritures.api.middleware import BodyLimit, RequestIdentity, Spelling
from ecritures.api.service import LOOP_PREFIX, Service

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecritures.database import Database
    from ecritures.settings import Settings


def create_app(settings: Settings, database: Database, wake: Callable[[], None]) -> FastAPI:
    """Return the application.

    Args:
        settings: The operator's choices.
        database: Already migrated.
        wake: Called when an import has been written down.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    app.state.service = Service(settings, database, wake)
    for module in (loop, v1_imports, v1_dossiers, v1_models, health):
        app.include_router(module.router)
    docs.install(app)
    openapi.install(app)
    failures.install(app)
    app.add_middleware(BodyLimit, bytes_max=settings.request_bytes_max)  # the innermost
    app.add_middleware(Spelling, prefix=LOOP_PREFIX, names=loop.NAMES)
    app.add_middleware(GZipMiddleware, minimum_size=1, compresslevel=6)
    app.add_middleware(RequestIdentity)
    return app
