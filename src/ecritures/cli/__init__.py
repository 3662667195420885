"""The command line: thin; each command parses, calls one function, and renders."""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper


def main() -> None:
    """Run the command that the arguments name, and leave with its exit code."""
    # Polars groups a table of a thousand rows in streaming else, which takes five times as long,
    # and on a table of a million no less.
    os.environ.setdefault("POLARS_NO_PARTITION", "1")
    from ecritures.cli.app import run

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a name or label that the terminal cannot write
            stream.reconfigure(errors="backslashreplace")
    code = run(sys.argv[1:])
    gc.freeze()  # the end of the process looks through all that lives, for nothing
    sys.exit(code)
