"""The program, run as its users run it: in a process and an environment of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from helpers import command_server

SECONDS_MAX = 300
"""A command that lasts longer hangs."""
COMMAND = (sys.executable, "-m", "ecritures")


def clean_environment(**more: str) -> dict[str, str]:
    """Return the environment of this process without settings of the program, and `more`."""
    kept = {name: value for name, value in os.environ.items() if "ECRITURES" not in name}
    return kept | more


@dataclass(frozen=True)
class Program:
    """Runs commands in a folder, with settings in the environment."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: object, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; `more`: settings of this command alone."""
        texts = [str(one) for one in arguments]
        environment = self.environment | more
        if all(name.startswith("ECRITURES_") for name in self.settings | more):
            return _run_copy(self.folder, texts, environment)
        return subprocess.run(  # what concerns Python itself is read when it starts
            [*COMMAND, *texts],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS_MAX,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command that stays."""
        return subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def environment(self) -> dict[str, str]:
        return clean_environment(**self.settings)


@cache
def _command_server(owner: int) -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """Start the process that commands are copies of; it ends with the process `owner`."""
    assert owner == os.getpid()
    mine, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        return mine, subprocess.Popen(
            [sys.executable, str(command_server.__file__)], stdin=its.fileno()
        )


def _run_copy(
    folder: Path, arguments: list[str], environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command in a copy of a process that has imported its libraries."""
    wanted = {"folder": str(folder), "arguments": arguments, "environment": environment}
    server, _ = _command_server(os.getpid())
    told, teller = socket.socketpair()
    with (
        told,
        Path(os.devnull).open() as nothing,
        tempfile.TemporaryFile("w+") as output,
        tempfile.TemporaryFile("w+") as errors,
    ):
        with teller:
            files = [one.fileno() for one in (nothing, output, errors, teller)]
            socket.send_fds(server, [json.dumps(wanted).encode()], files)
        told.settimeout(SECONDS_MAX)
        with told.makefile() as lines:
            number = int(lines.readline())
            try:
                code = int(lines.readline())
            except TimeoutError:
                os.kill(number, signal.SIGKILL)
                raise
        output.seek(0)
        errors.seek(0)
        command = [*COMMAND, *arguments]
        return subprocess.CompletedProcess(command, code, output.read(), errors.read())
