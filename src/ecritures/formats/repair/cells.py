"""Lines of a text file by their numbers, and a copy in which some of their cells are others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.core.errors import ConflictError, RefusedRequestError
from ecritures.formats.text.encoding import BOM

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

BLOCK_BYTES = 1 << 20
_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")


@dataclass(frozen=True, slots=True)
class CellEdit:
    """One cell that is to be another.

    Attributes:
        line: Its line in the file, the first being 1.
        column: The name of its column, as the header writes it.
        before: What stands there.
        after: What shall stand there.
    """

    line: int
    column: str
    before: str
    after: str


def numbered_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file with their numbers and their ends, in bounded memory."""
    number, rest = 0, b""
    with path.open("rb") as file:
        while True:
            block = file.read(BLOCK_BYTES)
            data = rest + block
            # The last line may go on in the next block, and a CR may belong to a CRLF.
            cut = len(data) if not block else max(data.rfind(b"\n"), data.rfind(b"\r", 0, -1)) + 1
            for found in _LINE.finditer(data[:cut]):
                number += 1
                yield number, found[0]
            rest = data[cut:]
            if not block:
                return


def lines_at(path: Path, numbers: Collection[int]) -> dict[int, bytes]:
    """Return some lines of a file by their numbers, without their ends; no more is read."""
    wanted, last = set(numbers), max(numbers, default=0)
    found: dict[int, bytes] = {}
    for number, line in numbered_lines(path):
        if number in wanted:
            found[number] = line.rstrip(b"\r\n")
        if number >= last:
            break
    return found


def write_with_cells(
    path: Path, output: Path, edits: Sequence[CellEdit], encoding: str, separator: str
) -> None:
    """Write a copy of a file with some cells changed; every other byte stays.

    Args:
        path: The file; its first line names the columns.
        output: The copy.
        edits: The cells, in any order.
        encoding: What the bytes of the file mean.
        separator: What stands between cells.

    Raises:
        ConflictError: A cell does not hold what it is said to hold.
        RefusedRequestError: A value cannot be written there.
    """
    by_line: dict[int, list[CellEdit]] = {}
    for edit in edits:
        _check_value(edit, encoding, separator)
        by_line.setdefault(edit.line, []).append(edit)
    header: list[str] = []
    with output.open("wb") as file:
        for number, line in numbered_lines(path):
            if number == 1:
                text = line.removeprefix(BOM).decode(encoding, errors="replace")
                header = [name.strip() for name in text.rstrip("\r\n").split(separator)]
            wanted = by_line.pop(number, None)
            file.write(_changed(line, header, wanted, encoding, separator) if wanted else line)
    if by_line:
        raise _not_there(next(iter(by_line.values()))[0])


def _changed(
    line: bytes, header: list[str], edits: list[CellEdit], encoding: str, separator: str
) -> bytes:
    content = line.rstrip(b"\r\n")
    cells = content.split(separator.encode())
    for edit in edits:
        place = header.index(edit.column) if edit.column in header else len(cells)
        if place >= len(cells) or cells[place].decode(encoding, errors="replace") != edit.before:
            raise _not_there(edit)
        cells[place] = edit.after.encode(encoding)
    return separator.encode().join(cells) + line[len(content) :]


def _check_value(edit: CellEdit, encoding: str, separator: str) -> None:
    unfit = separator in edit.after or any(one in edit.after for one in "\r\n")
    try:
        edit.after.encode(encoding)
    except UnicodeEncodeError:
        unfit = True
    if unfit:
        raise RefusedRequestError(
            "cell-value-invalid",
            f"Ligne {edit.line}, {edit.column} : « {edit.after} » ne peut pas s'écrire dans ce"
            " fichier.",
            f"Line {edit.line}, {edit.column}: “{edit.after}” cannot be written in this file.",
        )


def _not_there(edit: CellEdit) -> ConflictError:
    return ConflictError(
        "cell-changed",
        f"Ligne {edit.line}, {edit.column} : le fichier ne contient pas « {edit.before} ».",
        f"Line {edit.line}, {edit.column}: the file does not hold “{edit.before}”.",
    )
