"""The HTTP application."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.datastructures import Headers

from ecritures.api.http import failures, multipart, openapi
from ecritures.api.http.app_state import LOOP_PREFIX, AppState
from ecritures.api.http.middleware import BodyLimit, Gzip, RequestIdentity
from ecritures.api.http.routing import HeadAsGet, Spelling
from ecritures.api.loop import deposits, history, json_import, lists
from ecritures.api.loop import routes as loop
from ecritures.api.operations import docs, health, metrics
from ecritures.api.v1 import attachments as v1_attachments
from ecritures.api.v1 import audit as v1_audit
from ecritures.api.v1 import balance as v1_balance
from ecritures.api.v1 import closing as v1_closing
from ecritures.api.v1 import disruptions as v1_disruptions
from ecritures.api.v1 import domains as v1_domains
from ecritures.api.v1 import dossiers as v1_dossiers
from ecritures.api.v1 import import_models as v1_models
from ecritures.api.v1 import imports as v1_imports
from ecritures.api.v1 import keys as v1_keys
from ecritures.api.v1 import ledger_files as v1_ledger_files
from ecritures.api.v1 import ledger_reads as v1_ledger_reads
from ecritures.api.v1 import lettering as v1_lettering
from ecritures.api.v1 import undo as v1_undo
from ecritures.api.v1 import users as v1_users
from ecritures.api.v1 import validate as v1_validate
from ecritures.api.v1 import verify as v1_verify
from ecritures.api.v1 import webhooks as v1_webhooks
from ecritures.processes import DirectExecutor
from ecritures.sources.deposits import PATH

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Scope

    from ecritures.config.settings import Settings
    from ecritures.database import Database
    from ecritures.processes import Executor


FORMS_WITH_FILES = frozenset(
    {v1_imports.router.prefix, "/imports/new", "/models/new", "/models/draft", "/models/save"}
)
PIECES = "/uploads/"
"""Where the pages send files; they stand above this package."""


def create_app(
    settings: Settings,
    database: Database,
    wake: Callable[[], None],
    executor: Executor | None = None,
) -> FastAPI:
    """Return the application.

    Args:
        settings: The operator's choices.
        database: Already migrated.
        wake: Called when an import has been submitted.
        executor: Reads files for callers that wait; by default in this process.
    """
    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        # `config.traces` configures it, for the workers too; metrics and logs are our own.
        telemetry={"auto_configure": False, "metrics": False, "logs": False},
    )
    state = app.state.ecritures = AppState(settings, database, wake, executor or DirectExecutor())
    app.router.routes += loop.submissions.routes
    for module in (
        *(loop, history, lists, json_import),
        *(v1_imports, v1_undo, v1_dossiers, v1_closing, v1_validate),
        *(v1_audit, v1_balance, v1_ledger_reads, v1_ledger_files, v1_verify, v1_lettering),
        v1_attachments,
        *(v1_models, v1_domains, v1_keys, v1_users, v1_webhooks, v1_disruptions, deposits),
        *(health, metrics),
    ):
        # FastAPI would make the routes of an included router again, at the first request.
        app.router.routes += module.router.routes
    docs.install(app)
    openapi.install(app)
    failures.install(app)
    limit = partial(_body_bytes_max, settings)
    app.add_middleware(BodyLimit, bytes_max=limit)  # the innermost
    app.add_middleware(HeadAsGet)
    app.add_middleware(Spelling, prefix=LOOP_PREFIX.strip("/"), names=loop.NAMES)
    app.add_middleware(Gzip)
    app.add_middleware(RequestIdentity, observe=state.metrics.observe)
    return app


def _body_bytes_max(settings: Settings, scope: Scope) -> int:
    """Return how large the body of a request may be; files may be larger."""
    path: str = scope["path"]
    if path in FORMS_WITH_FILES:
        media_type = Headers(scope=scope).get("content-type", "")
        if media_type.startswith(multipart.MEDIA_TYPE):
            return settings.upload_bytes_max + settings.request_bytes_max
    if path.endswith(f"/{json_import.NAME}"):
        return settings.json_request_bytes_max
    if path.startswith((PATH, PIECES)):
        return settings.upload_bytes_max
    return settings.request_bytes_max
