"""The sandbox, run as its users run it."""

from __future__ import annotations

import json
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from helpers.program import Program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECONDS_MAX = 60


@contextmanager
def running_sandbox(folder: Path, *options: str, **settings: str) -> Iterator[dict[str, Any]]:
    """Start a sandbox in a folder and yield what it shows; stop it at the end of the block."""
    program = Program(folder, settings)
    command = ("serve", "--sandbox", "--port", "0", "--json", *options)
    with program.start(*command) as service:
        try:
            yield _document(service.stdout)
        finally:
            service.send_signal(signal.SIGTERM)
            service.wait(SECONDS_MAX)


def _document(lines: Any) -> dict[str, Any]:
    text = ""
    for line in iter(lines.readline, ""):
        text += line
        if line == "}\n":
            found: dict[str, Any] = json.loads(text)
            return found
    message = f"the sandbox has ended: {text}"
    raise AssertionError(message)
