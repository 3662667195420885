"""A table as a workbook: numbers, days and texts; no formulas."""

from __future__ import annotations

from datetime import date
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from xlsxwriter import Workbook

from ecritures.core.amounts import euros_text
from ecritures.core.sentences import pick
from ecritures.reports.tables.content import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ecritures.core.sentences import Language
    from ecritures.reports.tables.content import Column, Table

ROWS_MAX: Final = 1_000_000
"""Of a sheet, which holds 1 048 576."""
TEXT_MAX: Final = 32_767
"""Characters of a cell."""
CENTS_MAX: Final = 10**15
"""A spreadsheet counts with fifteen digits: amounts with more are written as texts."""
FIRST_DAY: Final = date(1900, 3, 1)
"""Before it, spreadsheets count days in other ways."""
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_WIDTHS = {
    Kind.TEXT: 18,
    Kind.CENTS: 15,
    Kind.DAY: 12,
    Kind.DECIMAL: 15,
    Kind.NUMBER: 10,
    Kind.YES_NO: 8,
}


def write(table: Table, language: Language, path: Path) -> None:
    """Write a workbook."""
    rows = iter(table.rows)
    name = table.title.text(language)[:25]
    with Workbook(path, _OPTIONS) as book:
        styles = {
            Kind.CENTS: book.add_format({"num_format": "#,##0.00"}),
            Kind.DAY: book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        bold = book.add_format({"bold": True})
        for number, part in enumerate(_sheets(rows), 1):
            sheet = book.add_worksheet(name if number == 1 else f"{name} {number}")
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(table.columns):
                sheet.set_column(place, place, _WIDTHS[column.kind])
            for place, column in enumerate(table.columns):
                sheet.write_string(0, place, column.heading(language), bold)
            for place, row in enumerate(part, 1):
                _row(sheet, place, table.columns, row, styles, language)


def _sheets(rows: Iterator[Sequence[Any]]) -> Iterator[Iterator[Sequence[Any]]]:
    """Yield the rows of each sheet; the first one may have none."""
    yield islice(rows, ROWS_MAX)
    for first in rows:
        yield chain([first], islice(rows, ROWS_MAX - 1))


def _row(  # noqa: PLR0913, PLR0917 - a row and how it is written
    sheet: Any,  # noqa: ANN401 - untyped library
    place: int,
    columns: Sequence[Column],
    row: Sequence[Any],
    styles: dict[Kind, Any],
    language: Language,
) -> None:
    for number, (column, value) in enumerate(zip(columns, row, strict=True)):
        kind = column.kind
        if value is None or value == "":
            continue
        if kind is Kind.CENTS and abs(value) < CENTS_MAX:
            sheet.write_number(place, number, value / 100, styles[kind])
        elif kind is Kind.CENTS:
            sheet.write_string(place, number, euros_text(value))
        elif kind is Kind.DAY and value >= FIRST_DAY:
            sheet.write_datetime(place, number, value, styles[kind])
        elif kind is Kind.DECIMAL:
            sheet.write_number(place, number, float(value))
        elif kind is Kind.NUMBER:
            sheet.write_number(place, number, value)
        elif kind is Kind.YES_NO:
            sheet.write_string(place, number, pick(language, "oui", "yes") if value else "")
        else:
            sheet.write_string(place, number, _cut(str(value)))


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_MAX else f"{text[: TEXT_MAX - 1]}…"
