"""The forms that a table takes, and the one function that writes them.

- CSV: semicolons, a byte-order mark and a decimal comma (`1234,56`), so that a French spreadsheet
  opens it; days as 2024-12-31; an apostrophe before what a spreadsheet would compute.
- XLSX: numbers, days and texts, never formulas; another sheet where one is full.
- Parquet: decimals with two places, days, integers, texts.
- JSON: a list of objects; amounts in whole cents, with `Cents` in their names.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Literal

from ecritures.core.amounts import euros_text
from ecritures.core.sentences import pick
from ecritures.reports.escape import escape_formula
from ecritures.reports.tables.content import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import polars as pl

    from ecritures.core.sentences import Language
    from ecritures.reports.tables.content import Column, Table

TableFormName = Literal["csv", "xlsx", "parquet", "json"]
ROWS_AT_ONCE = 10_000
DECIMALS_MAX = 6
"""Of an amount in a currency, as they are read."""


@dataclass(frozen=True, slots=True)
class TableForm:
    """One form of a table."""

    name: TableFormName
    media_type: str
    write: Callable[[Table, Language, Path], None]


def write_table(form: TableForm, table: Table, language: Language, path: Path) -> None:
    """Write a table to a file, holding little of it in memory."""
    form.write(table, language, path)


def _write_csv(table: Table, language: Language, path: Path) -> None:
    cells = [_csv_cell(column, language) for column in table.columns]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow([column.heading(language) for column in table.columns])
        for row in table.rows:
            writer.writerow([write(one) for write, one in zip(cells, row, strict=True)])


def _csv_cell(column: Column, language: Language) -> Callable[[Any], object]:
    if column.kind is Kind.CENTS:
        return lambda cents: "" if cents is None else euros_text(cents)
    if column.kind is Kind.DECIMAL:
        return lambda number: number.replace(".", ",") if number else ""
    if column.kind is Kind.TEXT:
        return lambda text: escape_formula(text) if text else ""
    if column.kind is Kind.YES_NO:
        return lambda value: pick(language, "oui", "yes") if value else ""
    return lambda value: "" if value is None else value


def _write_json(table: Table, _language: Language, path: Path) -> None:
    names = [json_name(column) for column in table.columns]
    with path.open("w", encoding="utf-8") as file:
        before = "[\n"
        for row in table.rows:
            cells = dict(zip(names, row, strict=True))
            file.write(before + json.dumps(cells, ensure_ascii=False, default=str))
            before = ",\n"
        file.write("\n]\n" if before != "[\n" else "[]\n")


def json_name(column: Column) -> str:
    """Return the name of a column in JSON."""
    return f"{column.name}Cents" if column.kind is Kind.CENTS else column.name


def _write_parquet(table: Table, _language: Language, path: Path) -> None:
    from polars.io.plugins import register_io_source

    schema = {column.name: _parquet_type(column.kind) for column in table.columns}

    def read(
        with_columns: list[str] | None,
        predicate: pl.Expr | None,
        n_rows: int | None,  # noqa: ARG001 - Polars asks for all of it
        batch_size: int | None,  # noqa: ARG001 - ours is small enough
    ) -> Iterator[pl.DataFrame]:
        for part in _parts(table.rows):
            frame = _frame(table.columns, part)
            frame = frame if with_columns is None else frame.select(with_columns)
            yield frame if predicate is None else frame.filter(predicate)

    register_io_source(read, schema=schema).sink_parquet(path)


def _parts(rows: Any) -> Iterator[list[Sequence[Any]]]:  # noqa: ANN401 - rows
    every = iter(rows)
    while part := list(islice(every, ROWS_AT_ONCE)):
        yield part


def _parquet_type(kind: Kind) -> Any:  # noqa: ANN401 - a type of Polars
    import polars as pl

    types: dict[Kind, Any] = {
        Kind.DAY: pl.Date,
        Kind.CENTS: pl.Decimal(20, 2),
        Kind.DECIMAL: pl.Decimal(38, DECIMALS_MAX),
        Kind.NUMBER: pl.Int64,
        Kind.YES_NO: pl.Boolean,
    }
    return types.get(kind, pl.String)


def _frame(columns: Sequence[Column], rows: list[Sequence[Any]]) -> pl.DataFrame:
    import polars as pl

    decimal = [one.name for one in columns if one.kind in {Kind.CENTS, Kind.DECIMAL}]
    types = {column.name: _parquet_type(column.kind) for column in columns}
    raw = types | dict.fromkeys(decimal, pl.String)
    places = [place for place, column in enumerate(columns) if column.kind is Kind.CENTS]
    made = []
    for row in rows:
        cells = list(row)
        for place in places:
            cells[place] = None if cells[place] is None else euros_text(cells[place], ".")
        made.append(cells)
    frame = pl.DataFrame(made, schema=raw, orient="row")
    return frame.with_columns(pl.col(name).cast(types[name]) for name in decimal)


def _write_xlsx(table: Table, language: Language, path: Path) -> None:
    from ecritures.reports.tables.as_xlsx import write

    write(table, language, path)


TABLE_FORMS: Final[dict[str, TableForm]] = {
    form.name: form
    for form in (
        TableForm("csv", "text/csv; charset=utf-8", _write_csv),
        TableForm(
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            _write_xlsx,
        ),
        TableForm("parquet", "application/vnd.apache.parquet", _write_parquet),
        TableForm("json", "application/json", _write_json),
    )
}
