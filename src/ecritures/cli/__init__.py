"""The command line: each command parses, calls one action or query, and renders."""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper

OBJECTS_BETWEEN_COLLECTIONS = 10_000  # importing makes many, and nearly all of them stay


def main() -> None:
    """Run the command given by the arguments, and exit with its code."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    # Otherwise Polars groups even small tables with its streaming engine, which takes several times
    # as long; on large tables it is no faster.
    os.environ.setdefault("POLARS_NO_PARTITION", "1")
    from ecritures.cli.app import run

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # for characters that the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    code = run(sys.argv[1:])
    gc.freeze()  # the collection at exit would visit every object for nothing
    sys.exit(code)
