"""Those who watch an import share one look, and hear of its end."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from ecritures.imports.request import Phase, Status
from ecritures.web.imports import live

NOW = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)


@dataclass
class Import:
    status: Status = Status.RUNNING
    phase: Phase = Phase.CHECK
    lines_done: int = 0
    updated_at: datetime = NOW


class Looks:
    """An import that goes on at each look, cannot be read at one of them, and ends at another."""

    def __init__(self, ends_at: int, fails_at: int = 0) -> None:
        self.count, self.ends_at, self.fails_at = 0, ends_at, fails_at

    def __call__(self, _database, _import_id):
        self.count += 1
        if self.count == self.fails_at:
            message = "away"
            raise OSError(message)
        status = Status.DONE if self.count >= self.ends_at else Status.RUNNING
        return Import(status, lines_done=self.count, updated_at=NOW + timedelta(seconds=self.count))


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(live, "LOOK_SECONDS", 0.001)
    monkeypatch.setattr(live, "RETRY_MILLISECONDS", 1)

    def look_with(looks):
        monkeypatch.setattr(live, "get_import", looks)
        return looks

    return look_with


async def _watch(watch):
    return [state async for state in watch.states(None, "one")]


def test_one_who_watches_hears_of_each_change_and_of_the_end(quick):
    looks = quick(Looks(ends_at=6, fails_at=3))
    heard = asyncio.run(_watch(live.Watch()))
    assert heard[-1].status is Status.DONE
    assert looks.count == 6


def test_many_share_the_looks_and_nothing_is_kept_afterwards(quick):
    looks = quick(Looks(ends_at=30))

    async def together():
        watch = live.Watch()
        heard = await asyncio.gather(*(_watch(watch) for _ in range(20)))
        await asyncio.sleep(0.01)
        return watch, heard

    watch, heard = asyncio.run(together())
    assert all(one[-1].status is Status.DONE for one in heard)
    assert looks.count <= 20 + 30
    assert not watch._watched


def test_an_event_is_what_a_browser_reads():
    text = live.event("progress", {"à": "b\nc"})
    assert text.startswith("event: progress\n")
    data = text.split("data: ", 1)[1]
    assert data.endswith("\n\n")
    assert json.loads(data) == {"à": "b\nc"}
