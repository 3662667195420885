"""Whether a workbook (XLSX, ODS) may be opened: its archive, and how far its sheets reach.

The library that reads workbooks keeps a cell for each place between the first cell and the last,
repeats what is said to be repeated, and copies a shared text into each cell that names it. A few
bytes can therefore ask for any amount of memory. So everything is unpacked and looked through
first, in chunks, keeping nothing but counts.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

from ecritures.core.zips import PLAIN_METHODS, directory_bytes
from ecritures.formats.layouts.sheet_parts import (
    OdsContent,
    PartRefusedError,
    SharedStrings,
    XlsxSheet,
)

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.sheet_parts import SheetPart

UNPACKED_BYTES_MAX = 512 << 20
RATIO_MAX = 150
RATIO_FROM_BYTES = 16 << 20
PARTS_MAX = 10_000
DIRECTORY_BYTES_MAX = 4 << 20
_CHUNK = 1 << 20
_SHEET_MARK = b"sheetData"
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, OSError, RuntimeError, EOFError),
    *(ExpatError, LookupError, ValueError),
)


def check_workbook(path: Path, anomalies: Anomalies) -> bool:
    """Look through a workbook; report formulas and merged cells.

    The sizes in the directory of an archive may be false, so every part is unpacked, and `zipfile`
    refuses a part that is larger than announced.
    """
    try:
        with path.open("rb") as file:
            listed = directory_bytes(file)
        if listed > DIRECTORY_BYTES_MAX:
            anomalies.add("MOD-FEU-03", value=f"{listed >> 20} Mo / {path.stat().st_size >> 10} Ko")
            return False
        with zipfile.ZipFile(path) as archive:
            return _check_parts(archive, path.stat().st_size, anomalies)
    except PartRefusedError as error:
        anomalies.add("MOD-FEU-06", value=str(error))
    except _UNREADABLE:
        anomalies.add("MOD-FEU-04")
    return False


def _check_parts(archive: zipfile.ZipFile, packed: int, anomalies: Anomalies) -> bool:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if (
        unpacked > UNPACKED_BYTES_MAX
        or len(parts) > PARTS_MAX
        or (unpacked > RATIO_FROM_BYTES and unpacked / max(1, packed) > RATIO_MAX)
    ):
        anomalies.add("MOD-FEU-03", value=f"{unpacked >> 20} Mo / {packed >> 10} Ko")
        return False
    names = {part.filename.lower().replace("\\", "/") for part in parts}
    if len(names) < len(parts) or any(part.compress_type not in PLAIN_METHODS for part in parts):
        anomalies.add("MOD-FEU-04")  # two parts of one name: nobody knows which will be read
        return False
    if not names & {"xl/workbook.xml", "content.xml"} or "xl/workbook.bin" in names:
        anomalies.add("MOD-FEU-04")  # also XLSB, whose cells are in another form
        return False
    strings = SharedStrings()
    for part in sorted(parts, key=lambda one: not _holds_strings(one)):  # cells point to them
        _look_through(archive, part, strings, anomalies)
    return True


def _holds_strings(part: zipfile.ZipInfo) -> bool:
    return part.filename.lower().endswith("sharedstrings.xml")


def _look_through(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, strings: SharedStrings, anomalies: Anomalies
) -> None:
    """Unpack a part; parse it if it holds cells or their texts, whatever it is called."""
    reader: SheetPart
    if _holds_strings(part):
        reader = strings
    elif part.filename == "content.xml":
        reader = OdsContent(anomalies)
    elif _mentions_cells(archive, part):
        reader = XlsxSheet(part.filename, strings, anomalies)
    else:
        return
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            reader.feed(chunk)
    reader.feed(b"", last=True)


def _mentions_cells(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Return whether a part holds the element that cells are in; unpack it to its end if not."""
    before = b""
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            if _SHEET_MARK in before + chunk:
                return True
            before = chunk[-len(_SHEET_MARK) :]
    return False
