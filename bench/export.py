"""Time what gives a ledger back: a FEC, tables, files of import models; on either database.

    python bench/export.py --database sqlite --lines 300000

Commands are whole processes: seconds of processor time, lines a second of it, peak memory. Beside
them, in the same run, the import of the same file and its `check`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from generate_fec import generate
from programs import NAME, place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from programs import Place

DOSSIER = "D0"
FORMS = ("fec", "csv", "parquet", "quadra", "sage-pnm", "cegid-csv")
FOUND_OR_CLEAN = (0, 1)


def run(where: Place, *arguments: str) -> tuple[float, float, int]:
    """Run a command; return its seconds, those of the processor, and its peak memory in MB."""
    command = [sys.executable, "-m", "ecritures", *arguments, "--json"]
    start = time.perf_counter()
    with tempfile.TemporaryFile() as output:
        process = os.posix_spawn(
            command[0],
            command,
            where.environment,
            file_actions=[(os.POSIX_SPAWN_DUP2, output.fileno(), 1)],
        )
        _, status, used = os.wait4(process, 0)
        seconds = time.perf_counter() - start
        output.seek(0)
        printed = output.read()
    if os.waitstatus_to_exitcode(status) not in FOUND_OR_CLEAN:
        sys.exit(f"{' '.join(arguments)}: {printed.decode()}")
    json.loads(printed)
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def measure(where: Place, folder: Path, lines: int) -> Iterator[str]:
    """Yield the rows of a table."""
    path = folder / NAME
    generate(path, lines, seed=1)
    yield "| What | Seconds | of the processor | lines/s of the processor | peak MB |"
    yield "|---|---:|---:|---:|---:|"

    def row(name: str, *arguments: str) -> str:
        seconds, used, peak = run(where, *arguments)
        return f"| {name} | {seconds:.2f} | {used:.2f} | {lines / used:,.0f} | {peak} |"

    yield row("check", "check", str(path))
    yield row("import", "import", str(path), "--dossier", DOSSIER)
    target = folder / "out"
    target.mkdir()
    for form in FORMS:
        yield row(form, "export", "--dossier", DOSSIER, "-o", str(target), "--as", form)
    yield row("nothing: the balance", "balance", "--dossier", DOSSIER)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--lines", type=int, default=300_000)
    options = parser.parse_args()
    print(f"{options.database}, {options.lines:,} lines, {os.cpu_count()} cores\n")
    with tempfile.TemporaryDirectory() as name, place(options.database, Path(name)) as where:
        for line in measure(where, Path(name), options.lines):
            print(line, flush=True)


if __name__ == "__main__":
    main()
