"""The program, as the acceptance tests run it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.fixture
def ecritures(tmp_path):
    """Return a function that runs the real program in an empty folder."""
    clean = {name: value for name, value in os.environ.items() if "ECRITURES" not in name}

    def run(*arguments, **environment):
        return subprocess.run(
            [sys.executable, "-m", "ecritures", *map(str, arguments)],
            cwd=tmp_path,
            env=clean | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run
