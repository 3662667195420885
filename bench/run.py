"""Time `check` and `import` as whole processes, beside plain Polars reading the same file.

    python bench/run.py --lines 100000 --lines 1000000

Every figure comes from the same run on the same machine, so the ratios mean something where the
seconds do not. Peak memory is what the kernel says of each process when it has ended.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from generate_custom import write_delimited, write_quadra, write_xlsx
from generate_fec import generate

SHEET_LINES_MAX = 100_000
HERE = Path(__file__).parent
DATA = HERE / "data"
FOUND_OR_CLEAN = (0, 1)  # 1: something was found, or refused
PROGRAM = [sys.executable, "-m", "ecritures"]
PLAIN_POLARS = (
    "import polars, sys;"
    "polars.read_csv(sys.argv[1], separator='|', quote_char=None, infer_schema=False)"
)


@dataclass(frozen=True)
class Measure:
    """The time and memory of one process."""

    seconds: float
    peak_megabytes: float


def measure(arguments: list[str], environment: dict[str, str]) -> Measure:
    """Run a program to its end, discarding its output, and measure it."""
    start = time.perf_counter()
    with Path(os.devnull).open("wb") as nowhere:
        actions = [(os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1)]
        process = os.posix_spawn(arguments[0], arguments, environment, file_actions=actions)
        _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - start
    if (code := os.waitstatus_to_exitcode(status)) not in FOUND_OR_CLEAN:
        sys.exit(f"{' '.join(arguments)} has left with {code}")
    return Measure(seconds, usage.ru_maxrss / 1024)


def sample(lines: int) -> Path:
    """Return a file of that many lines, created if it does not exist."""
    DATA.mkdir(exist_ok=True)
    path = DATA / f"{lines}" / "079555421FEC20241231.txt"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        generate(path.with_suffix(".part"), lines)
        path.with_suffix(".part").rename(path)
    return path


def custom_samples(fec: Path, lines: int) -> dict[str, Path]:
    """Return the same lines in other layouts, by model; as a sheet unless there are too many."""
    writers = {"csv": write_delimited, "quadra": write_quadra}
    if lines <= SHEET_LINES_MAX:
        writers["xlsx"] = write_xlsx
    for model, write in writers.items():
        path = fec.parent / f"entries.{model}"
        if not path.exists():
            write(fec, path.with_suffix(".part"))
            path.with_suffix(".part").rename(path)
    return {model: fec.parent / f"entries.{model}" for model in writers}


def all_wrong(path: Path) -> Path:
    """Return a copy of a file with several wrong fields on every line."""
    wrong = path.with_name("wrong.txt")
    if not wrong.exists():
        with path.open(encoding="utf-8", newline="") as good, wrong.open("w", newline="") as bad:
            bad.write(good.readline())
            for line in good:
                fields = line.split("|")
                fields[4], fields[8], fields[9] = f"X{fields[4]}", "", "2024-01-01"
                bad.write("|".join(fields))
    return wrong


def measures(lines: int) -> dict[str, Measure]:
    """Measure one size of file."""
    path = str(sample(lines))
    with TemporaryDirectory() as folder:
        environment = os.environ | {"ECRITURES_DATA_DIR": folder}
        for administration in (
            ["domain", "create", "BENCH"],
            ["dossier", "create", "BENCH", "--domain", "BENCH", "--siren", "079555421"],
        ):
            measure([*PROGRAM, *administration], environment)
        custom = {
            f"check --model {model}": measure(
                [*PROGRAM, "check", str(file), "--model", model, "--json"], environment
            )
            for model, file in custom_samples(Path(path), lines).items()
        }
        return {
            "plain Polars": measure([sys.executable, "-c", PLAIN_POLARS, path], environment),
            "check": measure([*PROGRAM, "check", path, "--json"], environment),
            **custom,
            "check, every line wrong": measure(
                [*PROGRAM, "check", str(all_wrong(Path(path))), "--json"], environment
            ),
            "import": measure(
                [*PROGRAM, "import", path, "--dossier", "BENCH", "--json"], environment
            ),
        }


def table(sizes: list[int]) -> str:
    """Return the Markdown table."""
    rows = [
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores.",
        "Whole processes, from start to end.\n",
        "| Lines | What | Seconds | Lines/s | Peak MB | Time / plain Polars |",
        "|---:|---|---:|---:|---:|---:|",
    ]
    for lines in sizes:
        taken = measures(lines)
        plain = taken["plain Polars"].seconds
        rows += [
            f"| {lines:,} | {name} | {one.seconds:.2f} | {lines / one.seconds:,.0f} "
            f"| {one.peak_megabytes:.0f} | {one.seconds / plain:.1f} |"
            for name, one in taken.items()
        ]
    return "\n".join(rows) + "\n"


def main() -> None:
    """Measure, print, and save the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, action="append", help="may be repeated")
    sizes = parser.parse_args().lines or [100, 100_000, 1_000_000]
    text = table(sizes)
    sys.stdout.write(text)
    (HERE / "results.md").write_text(f"# Results\n\n{text}", "utf-8")


if __name__ == "__main__":
    main()
