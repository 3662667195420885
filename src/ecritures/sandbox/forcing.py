"""Forces what requests ask for: in their answers, and in the imports that they have made."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import HTTPException, Request
from starlette.middleware import Middleware

from ecritures.api.http.connections import Connection
from ecritures.api.http.failures import REFUSED, Failure, render, render_unexpected
from ecritures.api.http.server import make_server
from ecritures.core.errors import RefusedRequestError
from ecritures.core.sentences import Sentence
from ecritures.imports.files.source_files import fetch_source
from ecritures.imports.submission.submit import present_request_id, siret_unknown
from ecritures.sandbox.outcomes import BY_DOSSIER, Forced, Outcome, dossier_codes, forced_by
from ecritures.sandbox.refused_file import write_refused
from ecritures.sources.failures import not_found

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fastapi import FastAPI, Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ecritures.api.http.server import Server
    from ecritures.config.settings import Settings
    from ecritures.imports.dependencies import Dependencies
    from ecritures.imports.queries import ImportState
    from ecritures.sources.download import Fetched

SLOW_SECONDS = 5
BEGINNING_BYTES = 1 << 16
"""How far into a body its dossier is looked for."""

_CUT = "sandbox_cut"
_BUSY = Sentence(
    "too-many-requests",
    "Trop de requêtes à la fois : attendez un instant.",
    "Too many requests at once: wait a moment.",
)
_SIRET = "07955542100035"


class CuttableConnection(Connection):
    """A connection that a request can cut."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        """Give its requests the means to cut it."""
        super().connection_made(transport)
        self.app_state = self.app_state | {_CUT: transport.abort}


class Sandbox:
    """Remembers which requests have asked for what, as long as the process runs."""

    def __init__(self) -> None:
        self._imports: dict[str, Outcome] = {}
        self._had: set[tuple[str, Forced]] = set()

    def make_server(self, app: FastAPI, settings: Settings) -> Server:
        """Return the server of an application whose requests are judged first."""
        # The innermost: requests have an identity by then, which imports keep.
        app.user_middleware.append(Middleware(_Forcing, sandbox=self))
        return make_server(app, settings, CuttableConnection)

    def adapt(self, deps: Dependencies) -> Dependencies:
        """Return the same, with files brought as the requests for their imports have asked."""
        return replace(deps, fetch=self._fetch)

    def note(self, outcome: Outcome) -> None:
        """Note what the import shall become that the present request asks for."""
        if request_id := present_request_id():
            self._imports[request_id] = outcome

    def is_due(self, forced: Forced, caller: str) -> bool:
        """Return whether a request meets the outcome: with `once`, every other one does."""
        if not forced.once:
            return True
        self._had ^= {(caller, forced)}
        return (caller, forced) in self._had

    def _fetch(
        self, deps: Dependencies, state: ImportState, target: Path, progress: Callable[[int], None]
    ) -> Fetched:
        outcome = self._imports.get(state.request_id or "")
        forced = BY_DOSSIER.get(state.dossier)
        if outcome is None and forced and not forced.once:  # asked for before a restart
            outcome = forced.outcome
        if outcome is Outcome.WAITING:
            raise not_found(state.source_name or "?")
        if outcome is Outcome.FAILED:
            fetched = write_refused(state.kind, state.dossier, target)
            if state.stored_key:  # its report is made of what is kept
                deps.storage.put(state.stored_key, target)
            return fetched
        if outcome is Outcome.SLOW:
            time.sleep(SLOW_SECONDS)
        return fetch_source(deps, state, target, progress)


class _Forcing:
    """Answers in place of the application, or cuts its answer off."""

    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        self._app = app
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(receive)
        if scope["method"] in {"POST", "PATCH"}:
            await body.look()
        request = Request(scope)
        try:
            forced = forced_by(scope, body.beginning)
        except RefusedRequestError as error:
            await render(request, Failure(REFUSED, error.sentence))(scope, body.receive, send)
            return
        if forced and self._sandbox.is_due(forced, request.headers.get("x-apikey", "")):
            await self._force(forced.outcome, request, body, send)
        else:
            await self._app(scope, body.receive, send)

    async def _force(self, outcome: Outcome, request: Request, body: _Body, send: Send) -> None:
        scope = request.scope
        if (answer := _answer(outcome, request, body.beginning)) is not None:
            await answer(scope, body.receive, send)
            return
        self._sandbox.note(outcome)
        if outcome is Outcome.SLOW:
            await asyncio.sleep(SLOW_SECONDS)
        if outcome is not Outcome.CUT:
            await self._app(scope, body.receive, send)
            return
        await self._app(scope, body.receive, _drop)
        scope["state"][_CUT]()
        await asyncio.sleep(0)  # the server notes that the caller is gone, and answers nothing


async def _drop(_message: Message) -> None:
    """Keep a part of an answer from its caller."""


def _answer(outcome: Outcome, request: Request, beginning: bytes) -> Response | None:
    """Return the answer that an outcome is, if it is one."""
    if outcome is Outcome.BUSY:
        return render(request, Failure(429, _BUSY, {"retry-after": "1"}))
    if outcome is Outcome.BROKEN:
        return render_unexpected(request)
    if outcome is Outcome.SIRET and request.method == "POST":
        code = next(iter(dossier_codes(request.scope, beginning)), "?")
        return render(request, Failure(REFUSED, siret_unknown(_SIRET, code).sentence))
    return None


class _Body:
    """A body whose beginning is looked at, then read from the start."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._looked_at: list[Message] = []
        self.beginning = b""

    async def look(self) -> None:
        """Read the beginning; a body that is too large is refused when the application reads it."""
        more = True
        with suppress(HTTPException):
            while more and len(self.beginning) < BEGINNING_BYTES:
                message = await self._receive()
                self._looked_at.append(message)
                self.beginning += message.get("body", b"")
                more = message.get("more_body", False)

    async def receive(self) -> Message:
        """Return the next part, those looked at included."""
        return self._looked_at.pop(0) if self._looked_at else await self._receive()
