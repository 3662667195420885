"""Requests that come at the same moment are done together: one thread, one transaction for all.

The first begins at once; those that come meanwhile wait for it, and are then done as one. So each
waits for two rounds at most, and the cost of a round (a thread, a transaction, the disk) is shared
by as many as there are.
"""

from __future__ import annotations

import asyncio
import contextvars
from typing import TYPE_CHECKING, Generic, TypeVar

import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")
Result = TypeVar("Result")


class RequestBatcher(Generic[Item, Result]):
    """Does items together.

    Args:
        act: Does some items, in a thread; gives the result of each, or its exception.
    """

    def __init__(self, act: Callable[[Sequence[Item]], Sequence[Result | Exception]]) -> None:
        self._act = act
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._working: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Result:
        """Return the result of an item, or raise its exception."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._working is None:
            # A context of its own: what is done belongs to no single request.
            self._working = asyncio.create_task(self._work(), context=contextvars.Context())
        return await future

    async def _work(self) -> None:
        while self._waiting:
            await self._all_here()
            taken, self._waiting = self._waiting, []
            items = [item for item, _ in taken]
            for (_, future), result in zip(taken, await self._results(items), strict=True):
                if future.done():  # the caller left
                    continue
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)
        self._working = None

    async def _all_here(self) -> None:
        """Let the requests that have arrived already come in: as long as there are more of them.

        Fewer and larger rounds, during which this thread has nothing to do: two threads of one
        interpreter that both have work hinder each other more than they help.
        """
        here = 0
        while here < len(self._waiting):
            here = len(self._waiting)
            await asyncio.sleep(0)

    async def _results(self, items: list[Item]) -> Sequence[Result | Exception]:
        try:
            return await run_in_threadpool(self._act, items)
        except (sa.exc.DataError, sa.exc.IntegrityError) as error:
            if len(items) == 1:
                return [error]
            # One of them is bad, and the others need not suffer.
            return [result for item in items for result in await self._results([item])]
        except Exception as error:  # noqa: BLE001 - it is raised again, to each
            return [error] * len(items)
