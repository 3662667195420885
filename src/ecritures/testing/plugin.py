"""The pytest plugin: the fixture `ecritures_sandbox`, a sandbox that runs as long as the tests.

pytest loads this module wherever the package is installed, so that it imports nothing of it: the
sandbox is a process of its own, started when a test first asks for it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

STOP_SECONDS_MAX = 30


@dataclass(frozen=True, slots=True)
class EcrituresSandbox:
    """A running sandbox.

    Attributes:
        address: Of the service: `/v1` is below it.
        loop_address: Of the routes of Cegid Loop.
        key: `key:secret`, which may do everything.
        limited_key: May only read the first dossier.
        dossiers: The codes of the ordinary dossiers.
        outcomes: Name of an outcome, as the header `X-Sandbox-Outcome` has it → the code of the
            dossier that forces it.
    """

    address: str
    loop_address: str
    key: str
    limited_key: str
    dossiers: Sequence[str]
    outcomes: Mapping[str, str]


@pytest.fixture(scope="session")
def ecritures_sandbox() -> Iterator[EcrituresSandbox]:
    """A sandbox of Écritures on a free port; it forgets everything when the tests end."""
    with _running() as shown:
        yield EcrituresSandbox(
            shown["address"],
            shown["loopAddress"],
            shown["apiKey"],
            shown["limitedKey"],
            shown["dossiers"],
            shown["outcomes"],
        )


@contextmanager
def _running() -> Iterator[dict[str, Any]]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("ECRITURES_")}
    command = ["-m", "ecritures", "serve", "--sandbox", "--port", "0", "--json", "--lang", "en"]
    service = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, *command],
        env=kept | {"ECRITURES_LOG_LEVEL": "warning"},
        stdout=subprocess.PIPE,
        text=True,
    )
    with service:
        try:
            yield _shown(service.stdout)
        finally:
            service.terminate()
            try:
                service.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                service.kill()


def _shown(output: IO[str] | None) -> dict[str, Any]:
    """Read the document that the service writes once it is ready."""
    text = ""
    for line in output or ():
        text += line
        if line == "}\n":
            document: dict[str, Any] = json.loads(text)
            return document
    pytest.fail("The sandbox of Écritures has not started: see its message above.")
