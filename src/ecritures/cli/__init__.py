"""The command line: thin; each command parses, calls one function, and renders."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command that the arguments name, and leave with its exit code."""
    from ecritures.cli.app import run

    sys.exit(run(sys.argv[1:]))
