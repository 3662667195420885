"""What becomes of the log when it cannot be written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_a_log_that_cannot_be_written_stops_nothing():
    program = (
        "import structlog; from ecritures.config.logs import configure_logs;"
        "configure_logs('json', 'info');"
        "[structlog.get_logger().info('x' * 10_000) for _ in range(5)];"
        "print('went on')"
    )
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", program],
            stdout=subprocess.PIPE, stderr=full, text=True, check=False,
        )  # fmt: skip
    assert done.stdout == "went on\n"
