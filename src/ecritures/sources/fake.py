"""A fake downloader and a fake resolver that follow a script. For tests."""

from __future__ import annotations

import hashlib
import socket
from typing import TYPE_CHECKING, TypeVar

import httpx2

from ecritures.sources.addresses import shown
from ecritures.sources.download import Fetched
from ecritures.sources.failures import not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from ecritures.core.errors import SourceError

T = TypeVar("T")


class FakeDownloader:
    """Delivers bytes, or raises failures, from a script.

    Attributes:
        asked: The addresses asked for, in order.
    """

    def __init__(self, script: Mapping[str, Sequence[bytes | SourceError]]) -> None:
        """Take the outcomes of each address, one per try; the last one is repeated."""
        self._script = {address: list(outcomes) for address, outcomes in script.items()}
        self.asked: list[str] = []

    def answer(self, address: str, *outcomes: bytes | SourceError) -> None:
        """Change what an address gives from now on."""
        self._script[address] = list(outcomes)

    def download(
        self, address: str, target: Path, progress: Callable[[int], None] | None = None
    ) -> Fetched:
        """Follow the script; an address that is not in it has no file."""
        self.asked.append(address)
        if address not in self._script:
            raise not_found(shown(httpx2.URL(address)))
        outcome = _next(self._script[address])
        if isinstance(outcome, Exception):
            raise outcome
        target.write_bytes(outcome)
        if progress:
            progress(len(outcome))
        return Fetched(len(outcome), hashlib.sha256(outcome).hexdigest())


class FakeResolver:
    """Answers from a script.

    Attributes:
        asked: The hosts asked for, in order.
    """

    def __init__(self, script: Mapping[str, Sequence[Sequence[str]]]) -> None:
        """Take the answers for each host, one per question; the last one is repeated."""
        self._script = {host: list(answers) for host, answers in script.items()}
        self.asked: list[str] = []

    def resolve(self, host: str, port: int) -> Sequence[str]:  # noqa: ARG002 - the seam's signature
        """Follow the script; a host that is not in it does not exist."""
        self.asked.append(host)
        if host not in self._script:
            raise socket.gaierror(socket.EAI_NONAME, host)
        return _next(self._script[host])


def _next(outcomes: list[T]) -> T:
    return outcomes.pop(0) if len(outcomes) > 1 else outcomes[0]
