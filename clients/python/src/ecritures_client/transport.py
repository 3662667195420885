"""Runs conversations over HTTP, blocking or asynchronous."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

import httpx2

from ecritures_client.retries import Retries, persisting
from ecritures_client.steps import Answer, NoAnswer, Pause

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from ecritures_client.steps import Conversation, Request, T

SECONDS_MAX = 60.0
BLOCK_BYTES = 1 << 16
NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
"""No request has left: to repeat it is always safe."""


@dataclass(frozen=True, slots=True)
class Service:
    """Where a service is, and how it is to be asked.

    Attributes:
        address: Without a slash at its end.
        headers: What every request to it carries.
        honours_keys: It knows `Idempotency-Key`.
    """

    address: str
    headers: dict[str, str]
    retries: Retries
    honours_keys: bool

    @contextmanager
    def built(
        self, http: httpx2.Client | httpx2.AsyncClient, request: Request
    ) -> Iterator[httpx2.Request]:
        """Build a request; its file is open as long as the block lasts."""
        headers = dict(request.headers)
        address = request.path
        if address.startswith("/"):
            address = self.address + address
            headers |= self.headers
        with ExitStack() as opened:
            file = opened.enter_context(request.file.open("rb")) if request.file else None
            if file is None or request.form is not None:
                yield http.build_request(
                    request.method,
                    address,
                    params=request.params or None,
                    headers=headers,
                    json=request.json,
                    data=request.form,
                    files={"file": (Path(file.name).name, file)} if file else None,
                )
                return
            headers["Content-Length"] = str(Path(file.name).stat().st_size)
            built = http.build_request(request.method, address, headers=headers)
            built.stream = _FileBody(file)
            yield built


class _FileBody(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A file as a body, for both kinds of transport."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        while block := self._file.read(BLOCK_BYTES):
            yield block

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for block in self:
            yield block


class _Received:
    """What arrives: kept, or saved under its name once it is whole."""

    def __init__(self, request: Request, response: httpx2.Response) -> None:
        self._response = response
        self._target = request.save_to if response.is_success else None
        self._part = self._target and self._target.with_name(f"{self._target.name}.part")
        self._file = self._part.open("wb") if self._part else None
        self._kept = bytearray()

    def add(self, block: bytes) -> None:
        """Take a part."""
        if self._file:
            self._file.write(block)
        else:
            self._kept += block

    def answer(self) -> Answer:
        """Return the answer, which has arrived whole."""
        if self._file and self._part and self._target:
            self._file.close()
            self._part.replace(self._target)
        headers = {name.lower(): value for name, value in self._response.headers.items()}
        return Answer(self._response.status_code, headers, bytes(self._kept))

    def drop(self) -> None:
        """Remove what has arrived in part."""
        if self._file and self._part and not self._file.closed:
            self._file.close()
            self._part.unlink(missing_ok=True)


def _lost(error: httpx2.TransportError) -> NoAnswer:
    reason = f"{type(error).__name__}: {error}"
    return NoAnswer(reason, sent=not isinstance(error, NEVER_SENT))


class Blocking:
    """Runs conversations and returns when they have ended."""

    def __init__(self, service: Service, http: httpx2.Client | None = None) -> None:
        self._service = service
        self._http = http or httpx2.Client(timeout=SECONDS_MAX)

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def run(self, conversation: Conversation[T]) -> T:
        """Run a conversation and return its result."""
        service = self._service
        steps = persisting(conversation, service.retries, honours_keys=service.honours_keys)
        try:
            step = next(steps)
            while True:
                if isinstance(step, Pause):
                    time.sleep(step.seconds)
                    step = steps.send(Answer())
                else:
                    step = steps.send(self._send(step))
        except StopIteration as end:
            result: T = end.value
            return result

    def _send(self, request: Request) -> Answer | NoAnswer:
        try:
            with self._service.built(self._http, request) as built:
                response = self._http.send(built, stream=True)
                received = _Received(request, response)
                try:
                    for block in response.iter_bytes():
                        received.add(block)
                    return received.answer()
                finally:
                    received.drop()
                    response.close()
        except httpx2.TransportError as error:
            return _lost(error)


class Asynchronous:
    """Runs conversations while other tasks go on."""

    def __init__(self, service: Service, http: httpx2.AsyncClient | None = None) -> None:
        self._service = service
        self._http = http or httpx2.AsyncClient(timeout=SECONDS_MAX)

    async def __aenter__(self) -> Self:
        """Return the client."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def run(self, conversation: Conversation[T]) -> T:
        """Run a conversation and return its result."""
        service = self._service
        steps = persisting(conversation, service.retries, honours_keys=service.honours_keys)
        try:
            step = next(steps)
            while True:
                if isinstance(step, Pause):
                    await asyncio.sleep(step.seconds)
                    step = steps.send(Answer())
                else:
                    step = steps.send(await self._send(step))
        except StopIteration as end:
            result: T = end.value
            return result

    async def _send(self, request: Request) -> Answer | NoAnswer:
        try:
            with self._service.built(self._http, request) as built:
                response = await self._http.send(built, stream=True)
                received = _Received(request, response)
                try:
                    async for block in response.aiter_bytes():
                        received.add(block)
                    return received.answer()
                finally:
                    received.drop()
                    await response.aclose()
        except httpx2.TransportError as error:
            return _lost(error)
