"""Spreadsheets (XLSX, ODS) as rows of texts, once their archive is known to be harmless."""

from __future__ import annotations

import re
import zipfile
import zlib
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.document import ImportModel

UNPACKED_BYTES_MAX = 512 << 20
RATIO_MAX = 150
RATIO_FROM_BYTES = 16 << 20
PARTS_MAX = 10_000
ROWS_AT_ONCE = 50_000
COLUMNS_MAX = 1000
LINE_DIGITS_MAX = 7
EXACT_MAX = 1e15  # whole numbers below are exact in binary
_CHUNK = 1 << 20
_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"[^>]*><f[ />]|table:formula=')
_MERGED = re.compile(rb'<mergeCell ref="([A-Z0-9:]+)"|table:number-(?:columns|rows)-spanned="[2-9]')
_OVERLAP = 200


def check_archive(path: Path, anomalies: Anomalies) -> bool:
    """Unpack the archive, within limits and keeping nothing; report formulas and merged cells.

    The sizes in the directory of an archive may be false, so every part is unpacked, and `zipfile`
    refuses a part that is larger than announced.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            said = sum(part.file_size for part in parts)
            packed = max(1, path.stat().st_size)
            if (
                said > UNPACKED_BYTES_MAX
                or len(parts) > PARTS_MAX
                or (said > RATIO_FROM_BYTES and said / packed > RATIO_MAX)
            ):
                anomalies.add("MOD-FEU-03", value=f"{said >> 20} Mo / {packed >> 10} Ko")
                return False
            for part in parts:
                _look_through(archive, part, anomalies)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, RuntimeError, EOFError):
        anomalies.add("MOD-FEU-04")
        return False
    return True


def _look_through(archive: zipfile.ZipFile, part: zipfile.ZipInfo, anomalies: Anomalies) -> None:
    sheet = "worksheets/" in part.filename or part.filename == "content.xml"
    reported: set[str] = set()
    before = b""
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            if not sheet:
                continue
            text = before + chunk
            for code, pattern in (("MOD-FEU-01", _MERGED), ("MOD-FEU-02", _FORMULA)):
                if code not in reported and (found := pattern.search(text)):
                    reported.add(code)
                    cell = (found[1] or b"").decode()
                    digits = re.sub(r"^[A-Z]+([0-9]*).*", r"\1", cell)
                    line = (
                        int(digits)
                        if digits.isdecimal() and len(digits) <= LINE_DIGITS_MAX
                        else None
                    )
                    anomalies.add(code, line=line, value=cell or part.filename)
            before = chunk[-_OVERLAP:]


def read_sheet(path: Path, model: ImportModel, anomalies: Anomalies) -> Iterator[pl.DataFrame]:
    """Yield the rows of the model's sheet: `line`, then a text column `1`, `2`… for each column."""
    wanted = model.input.sheet
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        name = wanted if isinstance(wanted, str) else next(iter(names[wanted - 1 : wanted]), None)
        if name not in names:
            anomalies.add("MOD-FEU-05", value=str(wanted), expected=", ".join(names))
            return
        sheet = book.get_sheet_by_name(name)
    except (CalamineError, OSError, ValueError):
        anomalies.add("MOD-FEU-04")
        return
    mark = "," if model.amounts.decimal == "," else "."
    # `iter_rows` begins at the first row of the sheet, and at the first column that is filled.
    before = min(sheet.start[1] if sheet.start else 0, COLUMNS_MAX)
    width = min(sheet.width, COLUMNS_MAX - before)
    rows = iter(sheet.iter_rows())
    line = 1
    while taken := list(islice(rows, ROWS_AT_ONCE)):
        numbers = pl.int_range(line, line + len(taken), dtype=pl.UInt32, eager=True)
        columns = {str(at): [""] * len(taken) for at in range(1, before + 1)}
        columns |= {
            str(before + at + 1): [_text(row[at], mark) for row in taken] for at in range(width)
        }
        schema = {"line": pl.UInt32} | dict.fromkeys(columns, pl.String)
        yield pl.DataFrame({"line": numbers, **columns}, schema=schema)
        line += len(taken)


def _text(value: Any, mark: str) -> str:  # noqa: ANN401 - any value of a cell
    """Write a cell as text; a number by the shortest text that reads back as the same number."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return (
            str(int(value))
            if value.is_integer() and abs(value) < EXACT_MAX
            else (repr(value).replace(".", mark))
        )
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def letters(position: int) -> str:
    """Return the letters of a column: 1 → A, 27 → AA."""
    text = ""
    while position:
        position, rest = divmod(position - 1, 26)
        text = chr(65 + rest) + text
    return text
