"""Requests that arrive at the same moment are processed together: one thread, one transaction.

The first starts at once; those that arrive meanwhile wait for it, and are then processed as one
batch. So each waits for two batches at most, and the cost of a batch (a thread, a transaction, the
disk) is shared by all its requests.
"""

from __future__ import annotations

import asyncio
import contextvars
from typing import TYPE_CHECKING, Generic, TypeVar

from starlette.concurrency import run_in_threadpool

from ecritures.app.batching import process_batch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")
Result = TypeVar("Result")


class RequestBatcher(Generic[Item, Result]):
    """Processes items in batches.

    Args:
        process: Processes some items, in a thread; returns the result of each, or its exception.
    """

    def __init__(self, process: Callable[[Sequence[Item]], Sequence[Result | Exception]]) -> None:
        self._process = process
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._working: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Result:
        """Return the result of an item, or raise its exception."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._working is None:
            # A context of its own: a batch belongs to no single request.
            self._working = asyncio.create_task(self._work(), context=contextvars.Context())
        return await future

    async def _work(self) -> None:
        while self._waiting:
            await self._gather()
            batch, self._waiting = self._waiting, []
            items = [item for item, _ in batch]
            for (_, future), result in zip(batch, await self._results(items), strict=True):
                if future.done():  # the caller has disconnected
                    continue
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)
        self._working = None

    async def _gather(self) -> None:
        """Wait for the requests that have already arrived, as long as there are more of them.

        This makes batches fewer and larger, and leaves this thread idle while one is processed: two
        busy threads of one interpreter hinder each other more than they help.
        """
        count = 0
        while count < len(self._waiting):
            count = len(self._waiting)
            await asyncio.sleep(0)

    async def _results(self, items: list[Item]) -> Sequence[Result | Exception]:
        try:
            return await run_in_threadpool(process_batch, self._process, items)
        except Exception as error:  # noqa: BLE001 - no thread; raised again, to each
            return [error] * len(items)
