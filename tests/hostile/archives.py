"""Hostile archives around a FEC."""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
import zipfile
from functools import partial

from helpers.fec import entries, fec
from helpers.workbooks import zip64, zipped
from hostile.case import MIB, Case

FEC = "079555421FEC20241231.txt"
GOOD = fec(entries(2))
GZIP = gzip.compress(GOOD)
ZIP = zipped({FEC: GOOD})


def gzip_bomb(size):
    """So many zeros, by gzip."""
    target = io.BytesIO()
    with gzip.open(target, "wb") as packed:
        for _ in range(size // MIB):
            packed.write(bytes(MIB))
    return target.getvalue()


def zip_bomb(size, method=zipfile.ZIP_DEFLATED):
    """So many zeros in a zip."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(target, "w", method) as archive,
        archive.open(FEC, "w", force_zip64=True) as packed,
    ):
        for _ in range(size // MIB):
            packed.write(bytes(MIB))
    return target.getvalue()


def tarred():
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        archive.addfile(tarfile.TarInfo(FEC))
    return target.getvalue()


def linked():
    """A symbolic link in place of the file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        entry = zipfile.ZipInfo(FEC)
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return target.getvalue()


def locked():
    data = bytearray(ZIP)
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def named(name):
    return zipped({name: GOOD})


def many(count, name="{}.pdf"):
    return zipped({FEC: GOOD} | {name.format(number): b"" for number in range(count)})


LARGE, DAMAGED = ("archive-too-large",), ("archive-damaged",)
REFUSED = {
    "gzip bomb": (partial(gzip_bomb, 256 * MIB), LARGE),
    "zip bomb": (partial(zip_bomb, 256 * MIB), LARGE),
    "bzip2 bomb": (partial(zip_bomb, 64 * MIB, zipfile.ZIP_BZIP2), ("archive-method",)),
    "LZMA bomb": (partial(zip_bomb, 64 * MIB, zipfile.ZIP_LZMA), ("archive-method",)),
    "a method of no one": (lambda: ZIP.replace(b"\x08\x00", b"\x63\x00"), ()),
    "gzip in gzip": (lambda: gzip.compress(GZIP), ("archive-nested",)),
    "zip in gzip": (lambda: gzip.compress(ZIP), ("archive-nested",)),
    "zip in zip": (lambda: zipped({FEC: ZIP}), ("archive-nested",)),
    "tar in gzip": (lambda: gzip.compress(tarred()), ("archive-nested",)),
    "2,000 files": (partial(many, 2000), LARGE),
    "long names": (partial(many, 500, "x" * 10_000 + "{}"), LARGE),
    "ZIP64 directory": (partial(zip64, ZIP, 30_000), LARGE),
    "two FECs": (lambda: zipped({FEC: GOOD, f"a/{FEC}": GOOD}), ("archive-ambiguous",)),
    "no file": (lambda: zipped({}), ("archive-ambiguous",)),
    "a folder": (lambda: zipped({"a/": b""}), ("archive-ambiguous",)),
    "a password": (locked, ("archive-locked",)),
    "a link": (linked, ()),
    "cut gzip": (lambda: GZIP[:-8], DAMAGED),
    "cut zip": (lambda: ZIP[:-8], DAMAGED),
    "a wrong sum": (lambda: GZIP[:-8] + bytes(8), DAMAGED),
    "a wrong stored text": (
        lambda: zipped({FEC: GOOD}, zipfile.ZIP_STORED).replace(b"Achats", b"achats", 1),
        DAMAGED,
    ),
    "the start of a zip": (lambda: b"PK\x03\x04" + bytes(100), DAMAGED),
    "the end of a zip": (lambda: b"PK\x05\x06" + bytes(10), DAMAGED),
    "the start of a gzip": (lambda: b"\x1f\x8b" + bytes(100), DAMAGED),
    "a gzip name without end": (lambda: b"\x1f\x8b\x08\x08" + bytes(6) + b"x" * MIB, DAMAGED),
}
HARMLESS = {
    "a name above": partial(named, "../../../etc/passwd.txt"),
    "an absolute name": partial(named, "/etc/passwd.txt"),
    "a name of a device": partial(named, "NUL.txt"),
    "a name of 60,000 letters": partial(named, "x" * 60_000 + ".txt"),
    "a name of controls": partial(named, "a\r\nb\x1b[31m.txt"),
    "10,000 members of gzip": lambda: b"".join(
        gzip.compress(GOOD[at : at + 1], 1) for at in range(len(GOOD))
    ),
    "a comment of 65,535 bytes": lambda: ZIP[:-2] + b"\xff\xff" + b"x" * 0xFFFF,
}
QUICK = {"zip bomb", "bzip2 bomb", "ZIP64 directory"}

CASES = [
    *(
        Case(f"archive: {name}", make, codes, quick=name in QUICK)
        for name, (make, codes) in REFUSED.items()
    ),
    *(Case(f"archive: {name}", make, importable=True) for name, make in HARMLESS.items()),
]
