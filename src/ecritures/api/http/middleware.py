"""What every request goes through: an identity, a log line, headers, a limit on its body."""

from __future__ import annotations

import random
import re
import time
import traceback
import uuid
from typing import TYPE_CHECKING

import anyio
import structlog
from fastapi import Request
from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipResponder
from starlette.requests import ClientDisconnect

from ecritures.api.http.failures import refusal, render_unexpected

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEFTOVER_FACTOR = 16
LEFTOVER_SECONDS_MAX = 10

_HEADERS = [
    (b"strict-transport-security", b"max-age=15724800; includeSubDomains"),
    (b"vary", b"Accept-Encoding"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]

_CALLERS_IDS = (b"x-correlation-id", b"x-request-id")
_SAFE_ID = re.compile(rb"[\x21-\x7e]{1,128}")

_log = structlog.get_logger("ecritures.http")


class RequestIdentity:
    """Gives each request an identity, adds common headers, writes the access log, measures.

    Args:
        app: The next application.
        observe: Called after each request with its scope, its status and the seconds it took.
    """

    def __init__(self, app: ASGIApp, observe: Callable[[Scope, int, float], None]) -> None:
        self._app = app
        self._observe = observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # It is not a secret, and asking the system for random bits would let another thread run.
        identity = str(uuid.UUID(int=random.getrandbits(128), version=4))
        callers = _callers_id(scope)
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message["headers"]
                given = {name.lower() for name, _ in headers}
                headers += [
                    (b"request-id", identity.encode()),
                    (b"x-request-id", identity.replace("-", "").encode()),
                    *((name, value) for name, value in _HEADERS if name not in given),
                ]
                if callers:
                    headers.append((b"x-correlation-id", callers))
                if not given & {b"etag", b"cache-control"}:
                    headers.append((b"cache-control", b"no-store"))
            await send(message)

        started = time.perf_counter()
        structlog.contextvars.bind_contextvars(request_id=identity)  # of this request's own task
        if callers:
            structlog.contextvars.bind_contextvars(client_request_id=callers.decode())
        try:
            await self._app(scope, receive, send_with_headers)
        except ClientDisconnect:
            _log.info("caller disconnected", method=scope["method"], path=scope["path"])
        except Exception:  # noqa: BLE001 - the last resort; it is logged with its trace
            # As text: a renderer that shows local variables would show credentials.
            trace = traceback.format_exc()
            _log.error("request failed", path=scope["path"], exception=trace)
            if not status:
                answer = render_unexpected(Request(scope))
                await answer(scope, receive, send_with_headers)
        seconds = time.perf_counter() - started
        self._observe(scope, status, seconds)
        _log.info(
            "request",
            method=scope["method"],
            path=scope["path"],
            status=status,
            seconds=round(seconds, 4),
        )


def _callers_id(scope: Scope) -> bytes | None:
    """Return the caller's own number for its request: it is logged, and sent back."""
    given = dict(scope["headers"])
    found = next((given[name] for name in _CALLERS_IDS if name in given), b"")
    return found if _SAFE_ID.fullmatch(found) else None


class Gzip:
    """Compresses answers for callers that accept it, at no cost to the others."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        given = [value for name, value in scope.get("headers", ()) if name == b"accept-encoding"]
        app = self._app
        if given and accepts_gzip(b",".join(given).decode("latin-1")):
            app = GZipResponder(app, minimum_size=1, compresslevel=6)
        await app(scope, receive, send)


def accepts_gzip(accepted: str) -> bool:
    """Return whether a list of encodings allows gzip: by name, else as any other (`*`)."""
    weights: dict[str, bool] = {}
    for one in accepted.lower().split(","):
        name, _, parameter = one.partition(";")
        weight = parameter.replace(" ", "").removeprefix("q=")
        weights[name.strip()] = re.fullmatch(r"0(\.0*)?", weight) is None
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", False)))


class BodyLimit:
    """Refuses a body that is too large, by its declared size, then by its actual size.

    An answer sent while the caller is still sending would be lost with the connection, so the rest
    of the body is read and dropped first, up to a limit.
    """

    def __init__(self, app: ASGIApp, bytes_max: Callable[[Scope], int]) -> None:
        self._app = app
        self._bytes_max = bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(receive, Headers(scope=scope), self._bytes_max(scope))

        async def send_after_body(message: Message) -> None:
            if message["type"] == "http.response.start":
                await body.drop_leftover()
            await send(message)

        await self._app(scope, body.receive, send_after_body)


class _Body:
    def __init__(self, receive: Receive, headers: Headers, bytes_max: int) -> None:
        declared = headers.get("content-length", "")
        self._receive = receive
        self._bytes_max = bytes_max
        self._declared = int(declared) if declared.isdecimal() else 0
        self._received = 0
        self._awaits_continue = "expect" in headers
        self._pending = self._declared > 0 or "transfer-encoding" in headers

    async def receive(self) -> Message:
        if self._declared > self._bytes_max:
            raise self._too_large()
        message = await self._next()
        if self._received > self._bytes_max:
            raise self._too_large()
        return message

    async def drop_leftover(self) -> None:
        if self._awaits_continue and not self._received:
            return
        if self._pending:
            await self._drop()

    async def _drop(self) -> None:
        with anyio.move_on_after(LEFTOVER_SECONDS_MAX):
            while self._pending and self._received <= self._bytes_max * LEFTOVER_FACTOR:
                await self._next()

    async def _next(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        self._pending = message.get("more_body", False)
        return message

    def _too_large(self) -> Exception:
        return refusal(
            413,
            "body-too-large",
            f"Le corps de la requête dépasse {self._bytes_max} octets.",
            f"The body of the request is larger than {self._bytes_max} bytes.",
        )
