"""Follow imports: those who watch the same one share one look at the database."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog
from starlette.concurrency import run_in_threadpool

from ecritures.imports.queries import get_import
from ecritures.imports.request import Status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ecritures.database import Database
    from ecritures.imports.queries import ImportState

log = structlog.get_logger("ecritures.web")

LOOK_SECONDS = 1.0
KEEP_ALIVE_LOOKS = 15
RETRY_MILLISECONDS = 2000
_ENDED = frozenset({Status.DONE, Status.ENDED_WITH_ERROR})


@dataclass
class _Watched:
    """One import as it was last seen, and those who wait to hear of it."""

    listeners: set[asyncio.Queue[ImportState | None]] = field(default_factory=set)
    task: asyncio.Task[None] | None = None
    state: ImportState | None = None


class Watch:
    """Looks at each import that somebody watches once a second, however many they are."""

    def __init__(self) -> None:
        self._watched: defaultdict[str, _Watched] = defaultdict(_Watched)

    async def states(self, database: Database, import_id: str) -> AsyncIterator[ImportState | None]:
        """Yield the state of an import at once and at each change, until it has ended.

        None: nothing has changed for a while; it keeps the connection open.
        """
        queue: asyncio.Queue[ImportState | None] = asyncio.Queue(maxsize=8)
        watched = self._watched[import_id]
        watched.listeners.add(queue)
        if watched.task is None:
            watched.task = asyncio.create_task(self._look(database, import_id, watched))
        try:
            if watched.state is not None:  # whoever comes first hears of it from the first look
                queue.put_nowait(watched.state)
            while True:
                state = await queue.get()
                yield state
                if state is not None and state.status in _ENDED:
                    return
        finally:
            watched.listeners.discard(queue)
            if not watched.listeners and watched.task is not None:
                watched.task.cancel()
                self._watched.pop(import_id, None)

    async def _look(self, database: Database, import_id: str, watched: _Watched) -> None:
        seen, quiet = None, 0
        while True:
            try:
                state = await run_in_threadpool(get_import, database, import_id)
            except Exception:  # the database is away: those who watch keep what they have seen
                log.exception("cannot look at an import that is watched", import_id=import_id)
                await asyncio.sleep(RETRY_MILLISECONDS / 1000)
                continue
            watched.state = state
            current = state.updated_at, state.lines_done, state.status, state.phase
            quiet = 0 if current != seen else quiet + 1
            if current != seen or quiet >= KEEP_ALIVE_LOOKS:
                _send(watched, state if current != seen else None)
                seen, quiet = current, 0
            if state.status in _ENDED:
                return
            await asyncio.sleep(LOOK_SECONDS)


def _send(watched: _Watched, state: ImportState | None) -> None:
    for queue in watched.listeners:
        if queue.full():  # a slow reader misses what is outdated
            queue.get_nowait()
        queue.put_nowait(state)


def event(name: str, content: object) -> str:
    """Return one event as the browser's `EventSource` reads it."""
    data = json.dumps(content, ensure_ascii=False)
    return f"event: {name}\nretry: {RETRY_MILLISECONDS}\ndata: {data}\n\n"
