"""The first rows of a file, cut as the document of a model says, before it is a whole model."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ecritures.core.anomalies import Anomalies
from ecritures.formats.layouts.document import ImportModel
from ecritures.formats.layouts.inputs import Input
from ecritures.formats.layouts.rows.placement import plain
from ecritures.formats.layouts.sheet import read_sheet
from ecritures.formats.layouts.workbook import check_workbook

if TYPE_CHECKING:
    from pathlib import Path

ROWS_SHOWN_MAX = 12
HEAD_BYTES = 1 << 18
_DELIMITERS = ";,\t|"


@dataclass(frozen=True, slots=True)
class SampleTable:
    """The first rows of a file.

    Attributes:
        kind: As `input.kind`.
        header: The names of the columns; empty: the file does not give them.
        rows: The numbers of lines, and their cells; of fixed-width lines: their whole text.
        width: How many columns there are; of fixed-width lines: how many characters.
    """

    kind: str
    header: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    width: int = 0


def read_sample(path: Path, document: Any) -> SampleTable:  # noqa: ANN401 - any document
    """Cut the first rows of a file; those of other kinds than tables are not cut.

    Raises:
        OSError: It cannot be read.
    """
    source = _input_of(document)
    if source.kind == "sheet":
        return _table(source, [(n, cells) for n, cells in _sheet_rows(path, source) if any(cells)])
    if source.kind not in {"delimited", "fixed"}:
        return SampleTable(source.kind)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    lines = _decoded(head, source.encoding).removeprefix("\ufeff").splitlines()
    numbered = [(at, line) for at, line in enumerate(lines, 1) if line.strip()]
    below = [(at, line) for at, line in numbered if at > source.skip_lines]
    if source.kind == "fixed":
        shown = [(at, [line]) for at, line in below[:ROWS_SHOWN_MAX]]
        width = max((len(line.rstrip()) for _, line in below), default=0)
        return SampleTable("fixed", [], shown, width)
    delimiter = source.dialect.delimiter
    if delimiter == "auto":
        first = below[0][1] if below else ""
        delimiter = max(_DELIMITERS, key=first.count)
    return _table(source, [(at, _split(line, delimiter)) for at, line in below[:1000]])


def _input_of(document: Any) -> Input:  # noqa: ANN401 - any document
    """Return how a file is cut; the parts that are not valid are left out."""
    given = document.get("input") if isinstance(document, dict) else None
    known = {key: given[key] for key in _CUT if key in given} if isinstance(given, dict) else {}
    for left_out in ((), ("header",), ("header", "dialect"), tuple(_CUT)):
        try:
            return Input.model_validate({k: v for k, v in known.items() if k not in left_out})
        except ValidationError:
            continue
    return Input()


_CUT = ("kind", "encoding", "dialect", "skipLines", "header", "sheet")


def _decoded(head: bytes, encoding: str) -> str:
    if encoding != "auto":
        return head.decode(encoding, errors="replace")
    whole = head[: head.rfind(b"\n") + 1 or None]
    try:
        return whole.decode()
    except UnicodeDecodeError:
        return whole.decode("windows-1252", errors="replace")


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a field longer than the reader takes
        return line.split(delimiter)


def _table(source: Input, rows: list[tuple[int, list[str]]]) -> SampleTable:
    header: list[str] = []
    if source.has_header and rows:
        at = _header_at(source, rows)
        header, rows = [cell.strip() for cell in rows[at][1]], rows[at + 1 :]
    shown = rows[:ROWS_SHOWN_MAX]
    width = max((len(cells) for _, cells in shown), default=0)
    return SampleTable(source.kind, header, shown, max(width, len(header)))


def _header_at(source: Input, rows: list[tuple[int, list[str]]]) -> int:
    if source.header is None:
        return min(source.dialect.header_rows[0] - 1, len(rows) - 1)
    wanted = {plain(name) for name in source.header.find}
    found = (at for at, (_, cells) in enumerate(rows) if wanted <= {plain(one) for one in cells})
    return next(found, 0)


def _sheet_rows(path: Path, source: Input) -> list[tuple[int, list[str]]]:
    nothing = {"from": {"constant": ""}}
    names = ("entryDate", "accountNumber", "debit", "credit")
    model = ImportModel.model_validate(
        {
            "name": "sample",
            "input": {"kind": "sheet", "sheet": source.sheet},
            "fields": dict.fromkeys(names, nothing),
        }
    )
    anomalies = Anomalies()
    if not check_workbook(path, anomalies):
        return []
    first = next(iter(read_sheet(path, model, anomalies)), None)
    rows = first.iter_rows() if first is not None else iter(())
    return [(row[0], list(row[1:])) for row in islice(rows, source.skip_lines, 1000)]
