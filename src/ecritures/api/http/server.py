"""The HTTP server: uvicorn, with bounded connections."""

from __future__ import annotations

import asyncio
import errno
import math
import resource
import time
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import structlog
import uvicorn

from ecritures.api.http.connections import Connection, ConnectionLimits

if TYPE_CHECKING:
    import socket

    from fastapi import FastAPI

    from ecritures.config.settings import Settings

BACKLOG = 2048
"""Connections that the system keeps until they are accepted."""

ACCEPTED_AT_ONCE_MAX = 64
"""They are not seen to be too many before they are all accepted: this bounds the excess."""

TICKS_PER_SECOND = 10
LOG_SECONDS = 60

log = structlog.get_logger("ecritures.http")


def make_server(
    app: FastAPI, settings: Settings, connection: type[Connection] = Connection
) -> Server:
    """Return the server of an application; it runs on sockets that are bound already."""
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if descriptors == resource.RLIM_INFINITY:
        descriptors = 2 * settings.connections_max
    # The other half: the files and the database, and connections being accepted or closed.
    connections_max = min(settings.connections_max, descriptors // 2)
    limits = ConnectionLimits(
        connections_max,
        settings.request_head_seconds_max,
        settings.request_silence_seconds_max,
    )
    config = uvicorn.Config(
        app,
        http=cast("Any", partial(connection, limits=limits)),
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        backlog=max(1, min(ACCEPTED_AT_ONCE_MAX, connections_max // 10)),
        timeout_graceful_shutdown=math.ceil(settings.stop_seconds_max),
    )
    return Server(config, limits)


class Server(uvicorn.Server):
    """Closes what is silent, and says so now and then.

    Args:
        config: uvicorn's.
        limits: What bounds the connections.
    """

    def __init__(self, config: uvicorn.Config, limits: ConnectionLimits) -> None:
        super().__init__(config)
        self._limits = limits
        self._said_at = -math.inf
        self._full_said_at = -math.inf

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept connections."""
        asyncio.get_running_loop().set_exception_handler(self._on_loop_error)
        await super().startup(sockets)
        for one in sockets or ():
            one.listen(BACKLOG)  # uvicorn has given the system the number accepted at once

    async def on_tick(self, counter: int) -> bool:
        """Do what is due; ten times a second."""
        if counter % TICKS_PER_SECOND == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                cast("Connection", connection).close_if_silent(now)
            if self._limits.closed and time.monotonic() - self._said_at >= LOG_SECONDS:
                log.warning("silent connections closed", connections=self._limits.closed)
                self._limits.closed, self._said_at = 0, time.monotonic()
        return await super().on_tick(counter)

    def _on_loop_error(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Log what no request is there to answer for; a lack of descriptors only now and then."""
        error = context.get("exception")
        if isinstance(error, OSError) and error.errno in {errno.EMFILE, errno.ENFILE}:
            if time.monotonic() - self._full_said_at >= LOG_SECONDS:
                self._full_said_at = time.monotonic()
                log.warning("no descriptor left for a connection")
            return
        log.error("event loop", reason=context["message"], exc_info=error)
