"""Requests that arrive at the same moment are processed together."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa

from ecritures.api.http.request_batcher import RequestBatcher


def submit_all(process, items):
    """Return what `RequestBatcher.submit` gives for items submitted at the same moment."""

    async def scenario():
        batcher = RequestBatcher(process)
        submitted = (batcher.submit(item) for item in items)
        return await asyncio.gather(*submitted, return_exceptions=True)

    return asyncio.run(scenario())


def test_requests_that_arrive_together_are_one_batch():
    batches = []

    def process(items):
        batches.append(list(items))
        return [item * 10 for item in items]

    assert submit_all(process, range(5)) == [0, 10, 20, 30, 40]
    assert batches == [[0, 1, 2, 3, 4]]


def test_requests_that_arrive_during_a_batch_are_the_next_one():
    batches = []

    async def scenario():
        started, release = asyncio.Event(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def process(items):
            batches.append(list(items))
            loop.call_soon_threadsafe(started.set)
            asyncio.run_coroutine_threadsafe(release.wait(), loop).result(10)
            return items

        batcher = RequestBatcher(process)
        first = asyncio.create_task(batcher.submit(0))
        await started.wait()
        others = [asyncio.create_task(batcher.submit(number)) for number in (1, 2, 3)]
        await asyncio.sleep(0)
        release.set()
        return await asyncio.gather(first, *others)

    assert asyncio.run(scenario()) == [0, 1, 2, 3]
    assert batches == [[0], [1, 2, 3]]


def test_a_result_that_is_an_exception_is_raised_to_its_own_caller():
    first, bad = submit_all(lambda items: [items[0], ValueError("no")], [1, 2])
    assert first == 1
    with pytest.raises(ValueError, match="no"):
        raise bad


def test_data_that_the_database_rejects_fails_alone():
    def process(items):
        if 1 in items:
            raise sa.exc.DataError("statement", {}, ValueError())
        return items

    first, bad, last = submit_all(process, range(3))
    assert (first, last) == (0, 2)
    with pytest.raises(sa.exc.DataError):
        raise bad


def test_the_batcher_works_on_after_a_failure():
    failures = [OSError("once")]

    def process(items):
        if failures:
            raise failures.pop()
        return items

    async def scenario():
        batcher = RequestBatcher(process)
        with pytest.raises(OSError, match="once"):
            await batcher.submit(1)
        return await batcher.submit(2)

    assert asyncio.run(scenario()) == 2


def test_a_caller_that_left_is_passed_over():
    async def scenario():
        batcher = RequestBatcher(lambda items: items)
        left = asyncio.create_task(batcher.submit(1))
        stayed = asyncio.create_task(batcher.submit(2))
        await asyncio.sleep(0)
        left.cancel()
        return await stayed

    assert asyncio.run(scenario()) == 2
