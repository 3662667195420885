"""Whole lines as tables: CSV for spreadsheets, XLSX, Parquet for programs."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import polars as pl
from xlsxwriter import Workbook

from ecritures.core.amounts import count_text
from ecritures.core.errors import ConflictError
from ecritures.core.frames import cents_text_of
from ecritures.exports.findings import InFile
from ecritures.exports.plain_texts import without_separators
from ecritures.exports.whole_lines import LINES
from ecritures.formats.fec.header import LEGAL_COLUMNS
from ecritures.formats.fec.write import scaled_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ecritures.exports.findings import Findings

SHEET_LINES_MAX = 1_048_575  # without the header
_BEYOND: Final = {
    "siret": "SiretEtablissement",
    "splits": "Ventilations",
    "made": "LigneAjoutee",
    "extra": "HorsNorme",
}
COLUMNS: Final = {key: name for name, key in LEGAL_COLUMNS} | _BEYOND
"""Column of a whole line → its name in CSV and XLSX; the import model `csv` knows most of them."""
_ADDED = "O"
_BOOK = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_CENTS = 100
_WIDTHS: Final = {"EcritureLib": 40, "CompteLib": 30, "CompAuxLib": 30, "JournalLib": 20}


def write_csv(blocks: Iterator[pl.DataFrame], target: BinaryIO, findings: Findings) -> None:
    """Write semicolons, a decimal comma, days as AAAA-MM-JJ, and a byte-order mark.

    Line feeds and other control characters in texts become spaces, and a finding says so; the model
    `csv` reads one line of the file at a time.
    """
    first_line = 2
    target.write(b"\xef\xbb\xbf" + (";".join(COLUMNS.values()) + "\r\n").encode())
    for rows in blocks:
        part = io.BytesIO()
        written = without_separators(rows.select(_texts()), "", InFile(rows, first_line), findings)
        first_line += rows.height
        written.write_csv(part, include_header=False, line_terminator="\r\n", separator=";")
        target.write(part.getbuffer())


def _texts() -> list[pl.Expr]:
    written = {
        "debit_cents": cents_text_of(pl.col("debit_cents")),
        "credit_cents": cents_text_of(pl.col("credit_cents")),
        "currency_amount": scaled_text(),
        "made": pl.when("made").then(pl.lit(_ADDED)),
    }
    texts = (key for key, dtype in LINES.items() if dtype == pl.String)
    written |= {key: pl.col(key).replace("", None) for key in texts}  # else written as ""
    return [written.get(key, pl.col(key)).alias(name) for key, name in COLUMNS.items()]


def write_xlsx(blocks: Iterator[pl.DataFrame], target: BinaryIO) -> None:
    """Write one sheet: amounts are numbers, in euros, days are days, all else is text.

    Raises:
        ConflictError: There are more lines than a sheet holds.
    """
    with Workbook(target, _BOOK) as book:
        bold = book.add_format({"bold": True})
        styles = {
            "date": book.add_format({"num_format": "dd/mm/yyyy"}),
            "amount": book.add_format({"num_format": "#,##0.00"}),
        }
        sheet = book.add_worksheet("Écritures")
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(COLUMNS.values()):
            sheet.set_column(place, place, _WIDTHS.get(name, 14))
            sheet.write_string(0, place, name, bold)
        row = 0
        for rows in blocks:
            if row + rows.height > SHEET_LINES_MAX:
                raise _too_long()
            for values in rows.select(*COLUMNS, "currency_scale").iter_rows(named=True):
                row += 1
                _write_row(sheet, row, values, styles)


def _write_row(sheet: Any, row: int, values: dict[str, Any], styles: dict[str, Any]) -> None:  # noqa: ANN401 - untyped library
    for place, key in enumerate(COLUMNS):
        value = values[key]
        if value is None or value == "" or value is False:
            continue
        if key in {"debit_cents", "credit_cents"}:
            sheet.write_number(row, place, value / _CENTS, styles["amount"])
        elif key == "currency_amount":
            sheet.write_number(row, place, value / 10 ** values["currency_scale"])
        elif key == "made":
            sheet.write_string(row, place, _ADDED)
        elif isinstance(value, str):
            sheet.write_string(row, place, value)
        else:
            sheet.write_datetime(row, place, value, styles["date"])


def _too_long() -> ConflictError:
    limit = count_text(SHEET_LINES_MAX)
    return ConflictError(
        "sheet-too-long",
        f"Un classeur contient au plus {limit} lignes : demandez csv ou parquet, ou une période"
        " plus courte.",
        f"A sheet holds at most {limit} lines: ask for csv or parquet, or a shorter period.",
    )


def write_parquet(blocks: Iterator[pl.DataFrame], folder: Path, target: Path) -> None:
    """Write the columns as they are: cents, days, and `batch_id`, `entry` and `line`.

    Args:
        blocks: Whole lines.
        folder: An empty one, for parts of the file.
        target: The file.
    """
    parts = []
    for place, rows in enumerate(blocks):
        parts.append(folder / f"{place}.arrow")
        rows.select("batch_id", "entry", "line", *LINES, "made").write_ipc(parts[-1])
    pl.scan_ipc(parts).sink_parquet(target)
