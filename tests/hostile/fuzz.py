"""Mutates good files of each kind and reads them, until the time is over or something breaks.

`make fuzz MINUTES=5` runs it. A number makes a file: `python -m hostile.fuzz --only NUMBER` reads
that file again, and leaves it at the path that it prints.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from helpers.fec_xml import document
from helpers.fec_xml import entries as xml_entries
from helpers.workbooks import zipped
from hostile import archives, child, layouts, texts, workbooks

AT_ONCE = 100
SECONDS_MAX = 300
MIB_MAX = 500
TOKENS = [
    *(
        b"|",
        b"\t",
        b";",
        b'"',
        b"\r",
        b"\n",
        b"\r\n",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xc3",
        b"<",
    ),
    *(
        b">",
        b"</",
        b"/>",
        b"&",
        b"&#0;",
        b"<!--",
        b"]]>",
        b"<![CDATA[",
        b"<!DOCTYPE a>",
        b"{",
        b"[",
        b"\\",
    ),
    *(
        b"0",
        b"-",
        b"9" * 30,
        b"1e99",
        b",",
        b".",
        b"00000101",
        b"99999999",
        b"XFD1048576",
        b"A0",
        b"=",
    ),
    *(b"\\u0000", b"\\ud800", "\u0301".encode() * 200, b"x" * 5000, b" " * 5000, b"|" * 2000),
]
SAMPLES = {
    "fec": (texts.BASE, {"file_name": "079555421FEC20241231.txt", "siren": "079555421"}),
    "xml": (document(xml_entries(2)), {}),
    "records": ((layouts.RECORD + layouts.OTHER).encode(), layouts.RECORDS),
    "delimited": ((layouts.HEADER + layouts.ROW).encode(), layouts.DELIMITED),
    "json": ((layouts.OBJECT * 3).encode(), layouts.JSON_LINES),
    "blocks": (b"#\n31/01/2024\nVT\n411000\n10,00\n" * 3, layouts.BLOCKS),
    "fixed": (b"31/01/2024VT411000       10,00\n" * 3, layouts.FIXED),
    "xml model": (f"<f>\n{layouts.LINE * 3}</f>".encode(), layouts.XML),
    "two lines a row": (b"titre\na;b;d;m\n411;706;31/01/2024;1,00\n" * 2, layouts.PAIRS),
    "headings": (b"P;VT\nL;31/01/2024;411;1,00\nL;31/01/2024;706;-1,00\n" * 2, layouts.HEADINGS),
    "xlsx": (workbooks.GOOD_XLSX, workbooks.MODEL),
    "ods": (workbooks.GOOD_ODS, workbooks.MODEL),
    "gzip": (archives.GZIP, {}),
    "zip": (archives.ZIP, {}),
}


def file_of(seed: int) -> tuple[str, bytes, dict]:
    """Make the file of a number: which kind, its bytes, and what is known of it."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not to be secret
    kind = chance.choice(list(SAMPLES))
    content, told = SAMPLES[kind]
    if kind == "gzip" and chance.random() < 0.5:
        return kind, gzip.compress(mutated(gzip.decompress(content), chance), 1), told
    if kind in {"xlsx", "ods", "zip"} and chance.random() < 0.8:
        return kind, _with_a_part_mutated(content, chance), told
    return kind, mutated(content, chance), told


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Change a few places."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice([0, 1, 2, 8, 60, 500]))
        match chance.randrange(6):
            case 0:
                data[start:end] = b""
            case 1:
                data[start:start] = chance.choice(TOKENS)
            case 2:
                data[start:end] = chance.choice(TOKENS)
            case 3:
                data[start:start] = data[start:end] * chance.choice([1, 2, 50])
            case 4:
                data[start:end] = chance.randbytes(end - start)
            case _:
                other = chance.randrange(len(data) + 1)
                data[start:end] = data[other : other + end - start]
    return bytes(data)


def _with_a_part_mutated(content: bytes, chance: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(list(parts))
    return zipped(parts | {name: mutated(parts[name], chance)})


def read(seed: int, folder: Path) -> None:
    """Read the file of a number; fail where it takes too much memory."""
    kind, content, told = file_of(seed)
    path = folder / "source"
    path.write_bytes(content)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcome = child.read(path, json.loads(json.dumps(told)))
    mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10
    print(seed, kind, mib, outcome["importable"], flush=True)  # noqa: T201 - told to the parent
    if mib > MIB_MAX:
        message = f"{mib} MiB"
        raise MemoryError(message)


def run(minutes: float, seed: int) -> int:
    """Read files in processes of their own, from this number on; return the exit code."""
    print(f"from number {seed}")  # noqa: T201
    end = time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        command = [sys.executable, "-m", "hostile.fuzz", "--seed", str(seed), "--here"]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=SECONDS_MAX, check=False
        )
        if done.returncode:
            told = done.stdout.splitlines()
            broken = int(told[-1].split()[0]) + 1 if told else seed
            if "MemoryError" in done.stderr and told:
                broken -= 1
            print(done.stderr[-3000:])  # noqa: T201
            print(f"number {broken} ({file_of(broken)[0]}) breaks; --only {broken} repeats it")  # noqa: T201
            return 1
        seed += AT_ONCE
    print(f"to number {seed - 1}: nothing broke")  # noqa: T201
    return 0


def main() -> int:
    """Take the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=int(time.time()) * 1000)
    parser.add_argument("--only", type=int, help="read the file of one number")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only is not None:
        folder = Path(tempfile.mkdtemp())
        print(folder / "source")  # noqa: T201
        read(given.only, folder)
        return 0
    if not given.here:
        return run(given.minutes, given.seed)
    limit = child.ADDRESS_SPACE_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(given.seed, given.seed + AT_ONCE):
            read(seed, Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
