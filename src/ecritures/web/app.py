"""The application with its pages: the API's, and what a browser shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.routing import Match

from ecritures.api.app import create_app as create_api
from ecritures.api.http.app_state import credential_of, is_loop
from ecritures.core.errors import EcrituresError, UnauthorizedError
from ecritures.web import static_files
from ecritures.web.guard import METHOD_NOT_ALLOWED, NOT_FOUND, SEE_OTHER, unknown_page
from ecritures.web.routes import (
    attachments,
    audit,
    books,
    docs,
    dossier_settings,
    dossiers,
    dry_runs,
    fec_export,
    firm_account,
    grouping,
    home,
    import_page,
    imports,
    lettering,
    mend,
    models,
    new_import,
    own_account,
    preferences,
    read_entries,
    sign_in,
    tables,
    undo,
    uploads,
    years,
)
from ecritures.web.routes.admin import dossiers as admin_dossiers
from ecritures.web.routes.admin import (
    firms,
    health,
    history,
    keys,
    people,
    policies,
    queue,
    webhooks,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

    from ecritures.config.settings import Settings
    from ecritures.database import Database
    from ecritures.directory.sign_in import SignedIn
    from ecritures.processes import Executor

_REPORT = re.compile(r"/v1(/imports/[0-9a-f-]{36})")
"""The `reportUrl` of an import; without `/v1`, it is the address of the page of the import."""


def create_app(
    settings: Settings,
    database: Database,
    wake: Callable[[], None],
    executor: Executor | None = None,
    *,
    visitor: SignedIn | None = None,
) -> FastAPI:
    """Return the application, with its pages.

    Args:
        settings: As for `api.app.create_app`, like the three that follow.
        database: Already migrated.
        wake: Called when an import has been submitted.
        executor: Reads files for callers that wait.
        visitor: Whoever opens a page on this machine is signed in as this person.
    """
    app = create_api(settings, database, wake, executor)
    app.state.visitor = visitor
    app.router.routes += static_files.router.routes
    for router in (
        *(home.router, imports.router, new_import.router, uploads.router, dry_runs.router),
        *(
            import_page.router,
            read_entries.router,
            dossiers.router,
            mend.router,
            grouping.router,
            models.router,
        ),
        *(undo.router, lettering.router, tables.router, years.router, audit.router),
        *(fec_export.router, books.router, attachments.router, preferences.router),
        *(sign_in.router, sign_in.signed_in),
        *(own_account.router, firm_account.router, dossier_settings.router, keys.router),
        *(people.router, policies.router, queue.router, webhooks.router, firms.router),
        *(admin_dossiers.router, health.router, history.router, docs.router),
    ):
        app.router.routes += router.routes
    _show_unknown_pages(app)
    _show_reports(app)
    return app


def _show_unknown_pages(app: FastAPI) -> None:
    """Answer with a page when a reader opens an address that has none.

    One that is only sent forms, as the address after a refused form is, leads to the page above it.
    """
    for_programs: Any = app.exception_handlers[HTTPException]

    async def answer(request: Request, error: Any) -> Response:  # noqa: ANN401 - Starlette's type
        if _is_reader(request) and not _is_of_programs(request.url.path):
            if error.status_code == NOT_FOUND:
                return await unknown_page(request)
            if error.status_code == METHOD_NOT_ALLOWED:
                return RedirectResponse(_page_above(app, request), SEE_OTHER)
        response: Response = await for_programs(request, error)
        return response

    app.add_exception_handler(HTTPException, answer)


def _page_above(app: FastAPI, request: Request) -> str:
    """Return the longest beginning of the path of a request that is the address of a page."""
    path = request.url.path
    while path := path.rpartition("/")[0]:
        asked = {**request.scope, "path": path}
        if any(route.matches(asked)[0] is Match.FULL for route in app.router.routes):
            return path
    return "/"


def _show_reports(app: FastAPI) -> None:
    """Lead a reader who opens the address of a report, which needs a key, to the page of it."""
    for_programs: Any = app.exception_handlers[EcrituresError]

    async def answer(request: Request, error: Any) -> Response:  # noqa: ANN401 - Starlette's type
        found = _REPORT.fullmatch(request.url.path)
        without_key = isinstance(error, UnauthorizedError) and not credential_of(request.headers)
        if found and without_key and _is_reader(request):
            return RedirectResponse(found[1], SEE_OTHER)
        response: Response = await for_programs(request, error)
        return response

    app.add_exception_handler(EcrituresError, answer)


def _is_reader(request: Request) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def _is_of_programs(path: str) -> bool:
    return is_loop(path) or path.startswith("/v1/")
