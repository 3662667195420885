"""Time what is done to a ledger that holds many years: undo, replace, dry run, duplicates, verify.

    python bench/ledger.py --database sqlite --years 10 --lines 1000000

Commands are whole processes; undo goes through HTTP. Everything is compared within the same run:
a replacement and a dry run with an import, and with `check`, of the same file.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2

from generate_fec import generate
from programs import Place, place

if TYPE_CHECKING:
    from collections.abc import Iterator

DOSSIER = "D0"
SMALL_LINES = 1000
CHANGED = 100
FOUND_OR_CLEAN = (0, 1)
DATES = re.compile(rb"\|2024(\d{4})(?=[|\r])")
LEAP = 4  # the 29th of February exists in each of the years


class Bench:
    """A dossier that is filled, and the commands that are timed on it."""

    def __init__(self, where: Place, folder: Path) -> None:
        self._where, self._folder = where, folder

    def run(self, *arguments: str) -> tuple[float, Any]:
        """Run a command; return the seconds it took and what it printed."""
        command = [sys.executable, "-m", "ecritures", *arguments, "--json"]
        start = time.perf_counter()
        done = subprocess.run(
            command, env=self._where.environment, capture_output=True, text=True, check=False
        )
        seconds = time.perf_counter() - start
        if done.returncode not in FOUND_OR_CLEAN:
            sys.exit(f"{' '.join(arguments)}: {done.stdout}{done.stderr}")
        return seconds, json.loads(done.stdout)

    def post(self, path: Path, *options: str) -> tuple[float, Any]:
        """Import a file."""
        seconds, done = self.run("import", str(path), "--dossier", DOSSIER, *options)
        if done["status"] != 3:
            sys.exit(f"import: {done['message']}")
        return seconds, done

    def file(self, lines: int, year: int, seed: int) -> Path:
        """Return a file of one year, made once."""
        path = self._folder / f"{year}-{lines}-{seed}" / f"079555421FEC{year}1231.txt"
        if not path.exists():
            path.parent.mkdir()
            generate(path, lines, seed)
            path.write_bytes(DATES.sub(b"|%d\\1" % year, path.read_bytes()))
        return path


def changed(path: Path, folder: Path) -> Path:
    """Return a copy of a file with a few labels changed."""
    rows = path.read_bytes().split(b"\r\n")
    step = len(rows) // CHANGED
    for place_ in range(1, len(rows) - 1, step):
        cells = rows[place_].split(b"|")
        cells[10] += b" *"
        rows[place_] = b"|".join(cells)
    folder.mkdir()
    target = folder / path.name
    target.write_bytes(b"\r\n".join(rows))
    return target


def measure(bench: Bench, where: Place, folder: Path, years: int, lines: int) -> Iterator[str]:
    """Yield the rows of a table."""
    last = 2024
    for year in range(last - LEAP * (years - 1), last, LEAP):
        bench.post(bench.file(lines, year, year))
    path = bench.file(lines, last, last)
    checked, _ = bench.run("check", str(path))
    imported, _ = bench.post(path)
    yield "| What | Seconds | of the import | of `check` |"
    yield "|---|---:|---:|---:|"

    def row(name: str, seconds: float) -> str:
        return f"| {name} | {seconds:.3f} | {seconds / imported:.2f} | {seconds / checked:.2f} |"

    yield row(f"check of {lines:,} lines", checked)
    yield row("import into the dossier", imported)
    other = bench.file(lines, last, 1)
    yield row("dry run of another file", bench.post(other, "--dry-run")[0])
    yield row(f"replace by a file with {CHANGED} changes",
              bench.post(changed(path, folder / "changed"), "--replace", str(last))[0])  # fmt: skip
    dry = bench.post(other, "--dry-run", "--replace", str(last))[1]
    replaced, third = bench.run("confirm", dry["id"])
    yield row("replace by a wholly different file", replaced)
    yield row("its journals, after that", bench.run("journal", "--dossier", DOSSIER)[0])
    amount = ("lines", "--dossier", DOSSIER, "--amount", "1538,62")
    yield row("lines of an amount, after that", bench.run(*amount)[0])
    yield row("undo of that replacement, by HTTP", undo(where, third["id"]))
    small = bench.file(SMALL_LINES, last, 7)
    yield row(f"import of {SMALL_LINES:,} lines", bench.post(small)[0])
    yield row(f"dry run of {SMALL_LINES:,} lines", bench.post(small, "--dry-run")[0])
    yield row("balance of everything", bench.run("balance", "--dossier", DOSSIER)[0])
    yield row("verify of everything", bench.run("verify", "--dossier", DOSSIER)[0])


def undo(where: Place, import_id: str) -> float:
    """Undo an import through HTTP; return the seconds of the request."""
    with where.serve(runner_imports_max=0) as serving, httpx2.Client() as client:
        headers = {"x-apikey": serving.key}
        client.get(f"{serving.url}/v1/dossiers", headers=headers)  # connections are open
        start = time.perf_counter()
        address = f"{serving.url}/v1/imports/{import_id}/undo"
        answer = client.post(address, headers=headers, json={}, timeout=600)
        seconds = time.perf_counter() - start
    if answer.status_code != 200:
        sys.exit(f"undo: {answer.text}")
    return seconds


def main() -> None:
    """Fill a dossier and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--lines", type=int, default=1_000_000, help="of each year")
    given = parser.parse_args()
    print(
        f"{given.database}, {given.years} years of {given.lines:,} lines, {os.cpu_count()} cores\n"
    )
    with tempfile.TemporaryDirectory() as folder, place(given.database, Path(folder)) as where:
        bench = Bench(where, Path(folder))
        for text in measure(bench, where, Path(folder), given.years, given.lines):
            print(text, flush=True)


if __name__ == "__main__":
    main()
