"""Limits on connections: how many there are, and how long they may stay silent.

uvicorn waits for ever for a request that does not come. A few hundred such connections, which need
no key, would take every descriptor of the process.
"""

from __future__ import annotations

import json
import random
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import h11
import structlog
from h11._receivebuffer import ReceiveBuffer
from uvicorn.protocols.http.h11_impl import H11Protocol

from ecritures.api.http.problems import PROBLEM_TYPE, problem_body
from ecritures.core.sentences import Sentence

if TYPE_CHECKING:
    import asyncio

log = structlog.get_logger("ecritures.http")

UNREADABLE = Sentence(
    "request-unreadable",
    "La requête ne respecte pas HTTP/1.1, ou son en-tête est trop long.",
    "The request does not comply with HTTP/1.1, or its head is too long.",
)

_END_OR_BARE_LINE_FEED = re.compile(rb"\r\n\r\n|(?<!\r)\n")


@dataclass(slots=True)
class ConnectionLimits:
    """What bounds the connections.

    Attributes:
        connections_max: How many may be open. One more closes the one silent for the longest.
        head_seconds_max: How long the head of a request may take to arrive.
        silence_seconds_max: How long a caller may send or take nothing in the middle of a request.
        closed: How many have been closed for one of these reasons.
    """

    connections_max: int
    head_seconds_max: float
    silence_seconds_max: float
    closed: int = 0


class Connection(H11Protocol):
    """One connection, that can be closed when nothing comes."""

    def __init__(self, *arguments: Any, limits: ConnectionLimits, **named: Any) -> None:  # noqa: ANN401 - uvicorn's
        super().__init__(*arguments, **named)
        self.conn = _StrictConnection(h11.SERVER)
        self._limits = limits
        self._heard_at = 0.0
        self._head_since: float | None = None
        self._unread_since: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        """Take the connection, at the expense of a silent one if there are too many."""
        super().connection_made(transport)
        self._heard_at = self._head_since = self.loop.time()
        if len(self.connections) > self._limits.connections_max:
            others = (one for one in self._all() if one is not self and one.awaits_caller)
            most_silent = min(others, key=lambda one: one._heard_at, default=self)  # noqa: SLF001 - of this class
            most_silent.close()

    def data_received(self, data: bytes) -> None:
        """Note when something came."""
        self._heard_at = self.loop.time()
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._head_since = None
        elif self._head_since is None:
            self._head_since = self._heard_at

    def pause_writing(self) -> None:
        """Note since when the caller does not take its answer."""
        self._unread_since = self.loop.time()
        super().pause_writing()

    def resume_writing(self) -> None:
        """Note that the caller takes its answer."""
        self._unread_since = None
        super().resume_writing()

    @property
    def awaits_caller(self) -> bool:
        """Whether it is the caller's turn to send something."""
        state = self.conn.their_state
        return state is h11.IDLE or (state is h11.SEND_BODY and not self.flow.read_paused)

    def close_if_silent(self, now: float) -> None:
        """Close the connection when a request, or the reading of an answer, takes too long."""
        since, seconds_max = self._unread_since, self._limits.silence_seconds_max
        if since is None and self.conn.their_state is h11.IDLE:
            # Without the beginning of a head, uvicorn itself closes it.
            since, seconds_max = self._head_since, self._limits.head_seconds_max
        elif since is None and self.awaits_caller:
            since = self._heard_at
        if since is not None and now - since > seconds_max:
            self.close()

    def close(self) -> None:
        """Close at once."""
        self._limits.closed += 1
        self.connections.discard(self)  # its place is free from now on
        self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        """Refuse a request that cannot be read, as every other: JSON, with a number."""
        identity = str(uuid.UUID(int=random.getrandbits(128), version=4))
        log.info("request unreadable", request_id=identity, reason=msg)
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            body = json.dumps(problem_body(400, UNREADABLE, ""), ensure_ascii=False).encode()
            headers = {
                "content-type": PROBLEM_TYPE,
                "content-length": str(len(body)),
                "request-id": identity,
                "x-request-id": identity.replace("-", ""),
                "connection": "close",
            }
            start = h11.Response(status_code=400, headers=list(headers.items()))
            for event in (start, h11.Data(data=body), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _all(self) -> set[Connection]:
        return cast("set[Connection]", self.connections)


class _StrictConnection(h11.Connection):
    """Refuses requests that a proxy in front may have understood otherwise."""

    def __init__(self, our_role: type[h11.SERVER]) -> None:
        super().__init__(our_role)
        self._receive_buffer = _StrictBuffer()

    def next_event(self) -> type[h11.NEED_DATA | h11.PAUSED] | h11.Event:
        """Return what comes next in the bytes received.

        Raises:
            RemoteProtocolError: A request says its length in two ways.
        """
        event = super().next_event()
        if isinstance(event, h11.Request):
            names = {name for name, _ in event.headers}
            if {b"content-length", b"transfer-encoding"} <= names:
                message = "both Content-Length and Transfer-Encoding"
                raise h11.RemoteProtocolError(message)
        return event


class _StrictBuffer(ReceiveBuffer):
    def maybe_extract_lines(self) -> list[bytearray] | None:
        """Return the lines of a head, once it is complete.

        Raises:
            RemoteProtocolError: A line ends with a line feed alone.
        """
        found = _END_OR_BARE_LINE_FEED.search(self._data)
        if found and found[0] == b"\n":
            message = "bare line feed"
            raise h11.RemoteProtocolError(message)
        return super().maybe_extract_lines()
