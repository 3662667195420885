"""Clients of both kinds, by the same calls."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager

from ecritures_client import AsyncClient, AsyncLoopClient, Client, LoopClient, Retries

PATIENT = Retries(pause=0.05)
KINDS = {"blocking": (Client, LoopClient), "asynchronous": (AsyncClient, AsyncLoopClient)}


class Awaiting:
    """An asynchronous client whose methods return their results."""

    def __init__(self, client, runner):
        self._client = client
        self._runner = runner

    def __getattr__(self, name):
        method = getattr(self._client, name)
        return lambda *given, **named: self._runner.run(method(*given, **named))


@contextmanager
def opened(client):
    """Open a client of either kind; close it at the end of the block."""
    if hasattr(client, "close"):
        with client:
            yield client
        return
    with asyncio.Runner() as runner:
        runner.run(client.__aenter__())
        yield Awaiting(client, runner)
        runner.run(client.aclose())
