"""The parts that conversations of both interfaces have."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Protocol, TypeVar

from ecritures_client.errors import WaitTooLongError, reading
from ecritures_client.steps import Pause, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ecritures_client.models import Status
    from ecritures_client.steps import Conversation

FIRST_PAUSE = 0.2
PAUSE_MAX = 5.0
PAUSE_GROWTH = 1.5


class Followed(Protocol):
    """An import, as one of the interfaces shows it."""

    @property
    def status(self) -> Status:
        """Where it is."""


F = TypeVar("F", bound=Followed)


def new_key(chosen: str | None) -> Mapping[str, str]:
    """Return the header that makes a request be carried out once, however often it is sent."""
    return {"Idempotency-Key": chosen or str(uuid.uuid4())}


def put_deposit(route: str, path: Path) -> Conversation[str]:
    """Ask for a place in the storage, put a file there, and return its URI."""
    answer = yield Request("GET", route, params={"filename": path.name})
    with reading(answer):
        place = answer.json()
        address, uri = str(place["depositUrl"]), str(place["uri"])
    blob = {"x-ms-blob-type": "BlockBlob"}  # what Azure wants
    yield Request("PUT", address, headers=blob, file=path)
    return uri


def followed(
    look: Callable[[], Conversation[F]],
    progress: Callable[[F], object] | None,
    timeout: float | None,
) -> Conversation[F]:
    """Look at an import, less and less often, until it has ended."""
    deadline = None if timeout is None else time.monotonic() + timeout
    pause, before = FIRST_PAUSE, None
    while True:
        seen = yield from look()
        if progress is not None and seen != before:
            progress(seen)
        before = seen
        if seen.status.ended:
            return seen
        if deadline is not None and time.monotonic() + pause > deadline:
            message = f"the import has not ended in {timeout} seconds; it goes on"
            raise WaitTooLongError(message)
        yield Pause(pause)
        pause = min(pause * PAUSE_GROWTH, PAUSE_MAX)
