"""What is done to a request before a route is chosen: its spelling, and HEAD."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Spelling:
    """Gives routes their documented spelling.

    Callers may write them in any letter case, with one of their aliases, and with a slash too many:
    a base address that ends with one is joined to a route that begins with one.

    Args:
        app: The next application.
        prefix: The prefix of the API concerned, without a slash.
        names: Lower-case name of a route or of its alias → name of the route.
    """

    def __init__(self, app: ASGIApp, prefix: str, names: Mapping[str, str]) -> None:
        self._app = app
        self._prefix = prefix
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        parts = [part for part in scope.get("path", "").split("/") if part]
        if len(parts) > 1 and parts[0].lower() == self._prefix:
            name = self._names.get(parts[1].lower(), parts[1])
            scope["path"] = "/".join(("", self._prefix, name, *parts[2:]))
        await self._app(scope, receive, send)


class HeadAsGet:
    """Answers HEAD as GET, without the body: load balancers ask so whether a service is there."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope.get("method") != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        asked = {**scope, "method": "GET"}
        await self._app(asked, receive, send_without_body)
        if "route" in asked:
            scope["route"] = asked["route"]  # the metrics name it
