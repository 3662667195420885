"""Spreadsheets (XLSX, ODS) as rows of texts, once `check_workbook` has let them through."""

from __future__ import annotations

from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from ecritures.formats.layouts.sheet_parts import COLUMNS_MAX

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.document import ImportModel

HEADER_ROWS = 40
"""Among how many rows a header is looked for."""
NAMES_MIN = 3
CELLS_AT_ONCE = 1_000_000
EXACT_MAX = 1e15  # whole numbers below are exact in binary


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
        others = [other for other in names if other != name]
        if others:
            anomalies.add("MOD-FEU-07", value=", ".join(others), expected=name)
        if not isinstance(wanted, str) and (alike := _alike(book, sheet, others)):
            anomalies.add("MOD-FEU-08", value=", ".join(alike), expected=name)
    except (CalamineError, OSError, ValueError):
        anomalies.add("MOD-FEU-04")
        return
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the library's own, which has no name here
            raise
        anomalies.add("MOD-FEU-04")
        return
    mark = "," if model.amounts.decimal == "," else "."
    # `iter_rows` begins at the first row of the sheet, and at the first column that is filled.
    before = min(sheet.start[1] if sheet.start else 0, COLUMNS_MAX)
    width = min(sheet.width, COLUMNS_MAX - before)
    rows = iter(sheet.iter_rows())
    at_once = max(1, CELLS_AT_ONCE // max(1, before + width))
    line = 1
    while taken := list(islice(rows, at_once)):
        numbers = pl.int_range(line, line + len(taken), dtype=pl.UInt32, eager=True)
        columns = {str(at): [""] * len(taken) for at in range(1, before + 1)}
        columns |= {
            str(before + at + 1): [_text(row[at], mark) for row in taken] for at in range(width)
        }
        schema = {"line": pl.UInt32} | dict.fromkeys(columns, pl.String)
        yield pl.DataFrame({"line": numbers, **columns}, schema=schema)
        line += len(taken)


def _alike(book: CalamineWorkbook, sheet: CalamineSheet, others: list[str]) -> list[str]:
    """Return which of the other sheets have rows under the same header."""
    headers = _headers(sheet)
    sheets = {name: book.get_sheet_by_name(name) for name in others if headers}
    return [name for name, one in sheets.items() if one.height > 1 and headers & _headers(one)]


def _headers(sheet: CalamineSheet) -> set[tuple[str, ...]]:
    """Return the first rows that are names alone: one of them is the header."""
    found = set()
    for row in islice(sheet.iter_rows(), HEADER_ROWS):
        names = tuple(cell for cell in row if isinstance(cell, str) and cell)
        if len(names) >= NAMES_MIN and len(names) == sum(cell != "" for cell in row):
            found.add(names)
    return found


def _text(value: Any, mark: str) -> str:  # noqa: ANN401 - any value of a cell
    """Write a cell as text; a number with the 15 digits that a spreadsheet shows of it.

    A sum of 0.1 and 0.2 is 0.30000000000000004 in the file, and 0.3 in the cell.
    """
    if isinstance(value, str):  # `_x0000_` in a workbook is a NUL, which no database takes
        return value.replace("\0", "") if "\0" in value else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return (
            str(int(value))
            if value.is_integer() and abs(value) < EXACT_MAX
            else f"{value:.15g}".replace(".", mark)
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
