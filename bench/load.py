"""Send many requests to an HTTP server and print how long the answers took, as JSON.

    python bench/load.py http://127.0.0.1:8000/readyz --requests 1000 --connections 16

A process of its own, so that it does not share an interpreter with what it measures, and bare
sockets, so that it is not what is measured. Without `--rate` each connection asks again as soon as
it is answered. With it, requests are due at fixed moments whatever the answers do, and the time of
each is counted from the moment it was due, so that a server that stands still does not look quick.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

HTTP_OK = 200


@dataclass
class Load:
    """What is sent, and what came back."""

    host: str
    port: int
    head: str
    body: str
    requests: int
    rate: float
    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    began: float = 0

    def request(self, number: int) -> bytes:
        """Return a request; a `#` in the body is its number."""
        body = self.body.replace("#", str(number)).encode()
        return f"{self.head}content-length: {len(body)}\r\n\r\n".encode() + body

    async def run(self, connections: int) -> float:
        """Send everything and return the seconds it took."""
        numbers = count()
        self.began = time.perf_counter()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._stop)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(connections):
                    group.create_task(self._ask(numbers))
        except* OSError:  # the server is gone: what was answered is what counts
            pass
        return time.perf_counter() - self.began

    def _stop(self) -> None:
        self.requests = 0

    async def _ask(self, numbers: Iterator[int]) -> None:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        while (number := next(numbers)) < self.requests:
            due = self.began + number / self.rate if self.rate else time.perf_counter()
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            writer.write(self.request(number))
            status, answer = await _answer(reader)
            self.seconds.append(time.perf_counter() - due)
            self.statuses[status] = self.statuses.get(status, 0) + 1
            self.answers.append(answer)
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, str]:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        return int(head[9:12]), (await reader.readexactly(length)).decode()
    except asyncio.IncompleteReadError as error:
        raise ConnectionResetError from error


def _percentile(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] if values else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--method", default="GET")
    parser.add_argument("--header", action="append", default=[], help="`name: value`")
    parser.add_argument("--body", default="")
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--rate", type=float, default=0, help="a second; 0: as many as go")
    parser.add_argument("--answers", type=Path, help="keep what was answered there, one a line")
    asked = parser.parse_args()
    url = urlsplit(asked.url)
    path = f"{url.path}?{url.query}" if url.query else url.path
    headers = "".join(f"{header}\r\n" for header in asked.header)
    head = f"{asked.method} {path} HTTP/1.1\r\nhost: {url.netloc}\r\n{headers}"
    load = Load(url.hostname or "", url.port or 80, head, asked.body, asked.requests, asked.rate)
    seconds = asyncio.run(load.run(asked.connections))
    if asked.answers:
        asked.answers.write_text("\n".join(load.answers), "utf-8")
    found = {
        "requests": len(load.seconds),
        "good": load.statuses.get(HTTP_OK, 0),
        "seconds": seconds,
        "p50": _percentile(load.seconds, 0.5),
        "p99": _percentile(load.seconds, 0.99),
        "max": max(load.seconds, default=0.0),
    }
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
