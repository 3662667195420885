"""The rows of a file of unknown layout: how it is cut, and where its header is."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecritures.core.anomalies import Anomalies
from ecritures.formats.detect import is_readable_text, is_xml
from ecritures.formats.layouts.document import ImportModel
from ecritures.formats.layouts.guess.cells import (
    has_decimals,
    is_account,
    is_amount,
    is_date,
    is_text,
)
from ecritures.formats.layouts.guess.fixed import cut_fixed
from ecritures.formats.layouts.guess.refusal import nothing
from ecritures.formats.layouts.guess.words import is_known
from ecritures.formats.layouts.sheet import read_sheet
from ecritures.formats.layouts.workbook import check_workbook
from ecritures.formats.text.reader import CONTROL_BYTES

if TYPE_CHECKING:
    from pathlib import Path

HEAD_BYTES = 1 << 18
ROWS_MAX = 300
ACCOUNTS_ABOVE_MIN = 2
HEADER_ROWS_MAX = 40
FIELDS_MIN = 3  # of a bank book: date, label, amount
NAMES_MIN = 3
SURE, LIKELY, POSSIBLE = 0.95, 0.7, 0.4
_DELIMITERS = ";\t|,"
_KIND_CHARS_MAX = 3
LINES_JOINED_MAX = 20
_OPEN = re.compile(r'(?:^|[;,\t|])"[^"]*(?:""[^"]*)*$')
"""A line that ends within quotes."""

Row = tuple[int, list[str]]
"""A line number and its cells."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, all of one width.

    Attributes:
        source: The `input` of the model, without its columns.
        when: Which lines are lines of entry, if not all of them.
        header: The names of the columns; "" for one without.
        places: How each column is placed in the model.
        body: The cells of the lines of entry.
        confidence: Each decision → how sure it is, from 0 to 1.
    """

    source: dict[str, Any]
    when: dict[str, str]
    header: list[str]
    places: list[Any]
    body: list[list[str]]
    confidence: dict[str, float]

    def column(self, at: int) -> list[str]:
        """Return the cells of a column."""
        return [row[at] for row in self.body]


def read_table(path: Path) -> Table:
    """Cut a file into rows.

    Raises:
        RefusedRequestError: It cannot be cut.
        OSError: It cannot be read.
    """
    confidence: dict[str, float] = {}
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(b"PK"):
        return _table({"kind": "sheet"}, _sheet_rows(path), confidence)
    _require_text(path, head)
    encoding, confidence["input.encoding"] = _encoding(head)
    text = head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1 or None]
    lines = text.decode(encoding, errors="replace").removeprefix("\ufeff").splitlines()
    numbered = _whole([(at, line) for at, line in enumerate(lines, 1) if line.strip()][:ROWS_MAX])
    source: dict[str, Any] = {"kind": "delimited", "encoding": encoding}
    delimiter, sure = _delimiter([line for _, line in numbered])
    if not delimiter:
        return _fixed(source | {"kind": "fixed"}, numbered, confidence)
    confidence["input.dialect.delimiter"] = sure
    source["dialect"] = {"delimiter": delimiter}
    rows = [(at, _split(line, delimiter)) for at, line in numbered]
    return _table(source, rows, confidence)


def _whole(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Put the lines of a quoted value together; they have the number of the first."""
    whole, at = [], 0
    while at < len(lines):
        number, text = lines[at]
        below = lines[at + 1 : at + LINES_JOINED_MAX] if _OPEN.search(text) else []
        closes = next((i for i, (_, more) in enumerate(below) if more.count('"') % 2), None)
        joined = below[: closes + 1] if closes is not None else []
        whole.append((number, " ".join([text, *(more for _, more in joined)])))
        at += 1 + len(joined)
    return whole


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:  # a field longer than the reader takes
        return line.split(delimiter)


def _table(source: dict[str, Any], rows: list[Row], confidence: dict[str, float]) -> Table:
    at, sure = _header_at(rows)
    confidence["input.dialect.header"] = sure
    below = rows[at + 1 :] if at is not None else rows
    body = [row for row in below if _is_data(row[1])] or below
    if not body:
        nothing("il n'a aucune ligne d'écriture", "it has no line of entry")
    _refuse_ledger(body, below)
    when, others = _kind_of_lines(source, body, below) if at is None else ({}, {})
    first = rows[at][0] if at is not None else body[0][0]
    dialect = source.get("dialect", {}) | {"header": at is not None}
    made = source | {"dialect": dialect} | others
    if first > 1 and not when:
        made["skipLines"] = first - 1
    width = max(len(cells) for _, cells in body)
    header = (rows[at][1] if at is not None else [])[:width]
    header += [""] * (width - len(header))
    places = [
        name if name and header.count(name) == 1 else position
        for position, name in enumerate(header, 1)
    ]
    cells = [cells + [""] * (width - len(cells)) for _, cells in body]
    return Table(made, when, header, places, cells, confidence)


def _refuse_ledger(body: list[Row], rows: list[Row]) -> None:
    """Refuse a general ledger whose accounts stand above their lines, which name none.

    Raises:
        RefusedRequestError: It is one.
    """
    alone = [filled for _, cells in rows if len(filled := [cell for cell in cells if cell]) == 1]
    above = sum(is_account(cell) for (cell,) in alone)
    if above >= ACCOUNTS_ABOVE_MIN and not any(is_account(c) for _, cells in body for c in cells):
        nothing(
            "c'est un grand livre, dont chaque compte est écrit au-dessus de ses lignes ; exportez "
            "plutôt les journaux, ou le FEC",
            "it is a general ledger, with each account above its lines; export the journals "
            "instead, or the FEC",
        )


def _header_at(rows: list[Row]) -> tuple[int | None, float]:
    """Return which row is the header: the one with most names, else a first row of no data."""
    names = [sum(1 for cell in cells if is_known(cell)) for _, cells in rows[:HEADER_ROWS_MAX]]
    best = max(range(len(names)), key=lambda at: names[at], default=0)
    if names and names[best] >= NAMES_MIN:
        return best, SURE
    first_data = next((at for at, (_, cells) in enumerate(rows) if _is_data(cells)), 0)
    above = first_data - 1
    if above >= 0:
        names_above = [cell for cell in rows[above][1] if cell]
        as_wide = len(rows[above][1]) == len(rows[first_data][1])
        if as_wide and len(names_above) >= NAMES_MIN and all(map(is_text, names_above)):
            return above, LIKELY
    return None, LIKELY


def _is_data(cells: list[str]) -> bool:
    """Return whether a row may be a line of entry: an account and an amount, or a day with one."""
    amounts = sum(is_amount(cell) and has_decimals(cell) for cell in cells)
    accounts = sum(is_account(cell) for cell in cells)
    return (accounts > 0 or any(map(is_date, cells))) and (amounts > 0 or accounts > 1)


def _kind_of_lines(
    source: dict[str, Any], body: list[Row], rows: list[Row]
) -> tuple[dict[str, str], dict[str, str]]:
    """Distinguish lines of entry by the letters they begin with, if possible."""
    kinds = {cells[0] for _, cells in body}
    kind = next(iter(kinds))
    alone = len(kinds) == 1 and kind.isalpha() and len(kind) <= _KIND_CHARS_MAX
    if source["kind"] != "delimited" or not alone or len(body) == len(rows):
        return {}, {}
    if any(cells[0] == kind and not _is_data(cells) for _, cells in rows):
        return {}, {}
    return {"startsWith": f"{kind}{source['dialect']['delimiter']}"}, {"otherLines": "ignore"}


def _fixed(
    source: dict[str, Any], lines: list[tuple[int, str]], confidence: dict[str, float]
) -> Table:
    first, places, rows = cut_fixed(lines)
    if not any(map(_is_data, rows)) or not any(is_date(cell) for row in rows for cell in row):
        first, places, rows = cut_fixed(lines, packed=True)
    if not any(map(_is_data, rows)):
        nothing(
            "aucun séparateur (; tabulation , |) n'y revient autant de fois à chaque ligne, et "
            "aucune colonne de blancs n'y sépare les champs ; ceux d'un fichier à longueur fixe "
            "se décrivent alors à la main",
            "no separator (; tab , |) occurs equally often on every line, and no column of "
            "blanks separates the fields; those of a fixed-width file must then be described by "
            "hand",
        )
    confidence["input.records.columns"] = POSSIBLE
    if first > 1:
        source["skipLines"] = first - 1
    return Table(source, {}, [""] * len(places), list(places), rows, confidence)


def _sheet_rows(path: Path) -> list[Row]:
    anomalies = Anomalies()
    model = ImportModel.model_validate(
        {
            "name": "guess",
            "input": {"kind": "sheet"},
            "fields": {
                name: {"from": {"constant": ""}}
                for name in ("entryDate", "accountNumber", "debit", "credit")
            },
        }
    )
    if check_workbook(path, anomalies):
        for rows in read_sheet(path, model, anomalies):
            taken = [
                (row[0], [cell.strip() for cell in row[1:]])
                for row in rows.head(ROWS_MAX).iter_rows()
            ]
            if filled := [row for row in taken if any(row[1])]:
                return filled
    return nothing("sa feuille est vide ou illisible", "its sheet is empty or unreadable")


def _require_text(path: Path, head: bytes) -> None:
    """Refuse what has no lines of fields."""
    if not head.strip():
        nothing("il est vide", "it is empty")
    binary = any(byte in head for byte in CONTROL_BYTES)
    if binary or not is_readable_text(path, Anomalies()) or is_xml(head):
        nothing(
            "ce n'est ni un texte ni une feuille (XLSX, ODS)",
            "it is neither text nor a sheet (XLSX, ODS)",
        )


def _encoding(head: bytes) -> tuple[str, float]:
    try:
        head[: head.rfind(b"\n") + 1 or None].decode()
    except UnicodeDecodeError:
        return "windows-1252", LIKELY
    return "utf-8", SURE


def _delimiter(lines: list[str]) -> tuple[str, float]:
    """Choose the delimiter that cuts most lines into as many fields; "" when none does."""
    best = ("", 0.0)
    for delimiter in _DELIMITERS:
        counts = Counter(len(_split(line, delimiter)) for line in lines)
        wide = {count: times for count, times in counts.items() if count >= FIELDS_MIN}
        share = max(wide.values(), default=0) / len(lines)
        if share > best[1]:
            best = (delimiter, share)
    return best if best[1] >= POSSIBLE / 2 else ("", 0.0)
