"""The program, run as its users run it: in a process and an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

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
        return subprocess.run(
            [*COMMAND, *map(str, arguments)],
            cwd=self.folder,
            env=self.environment | more,
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
