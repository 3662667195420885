"""Rows of an XML file, as a stream: one for each element that is a record of the model.

A value belongs to the innermost record around it. Rows leave in blocks: only the elements that are
still open are kept back, so memory does not depend on the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.amounts import count_text
from ecritures.core.prefetch import prefetch
from ecritures.formats.text.reader import NotUtf8Error
from ecritures.formats.xml_stream import DEPTH_MAX, BrokenXmlError, XmlStream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.inputs import Input, Record
    from ecritures.formats.text.encoding import Encoding

CHUNK_BYTES = 1 << 16
BLOCK_ROWS = 50_000
HELD_ROWS_MAX = 10_000
"""A heading takes values until it ends, or until so many rows have begun in it."""
NAMES_SHOWN_MAX = 50
OWN_TEXT = "."


@dataclass(slots=True)
class _Row:
    """An element that is a record: its place, and the values found in it so far."""

    plan: _Plan
    line: int
    first: int  # its own place among all rows of the file
    values: dict[str, str] = field(default_factory=dict)
    is_open: bool = True
    is_late: bool = False  # whether it has left, without values that come only now


class _Plan:
    """What to take from the elements of a record: one cell for each of its columns."""

    def __init__(self, record: Record, width: int) -> None:
        self.record = record
        self._empty = [""] * (width - len(record.columns))
        self.path = record.path or ""
        self.names = [place.known_as for place in record.columns.values()]
        self.wanted = {name: column for column, place in record.columns.items()
                       for name in place.known_as}  # fmt: skip
        self.first_line: int | None = None
        self.found: set[str] = set()
        self.others: dict[str, str] = {}  # what no column takes → its first value, if known

    def cells(self, values: dict[str, str]) -> list[str]:
        """Return the cells of a row: the first of the names of a column that has a value."""
        found = [
            values.get(names[0], "")
            if len(names) == 1
            else next((value for name in names if (value := values.get(name))), "")
            for names in self.names
        ]
        return found + self._empty


class XmlSource:
    """Reads the rows of an XML file.

    Args:
        path: The file.
        source: What the model says of its records.
        encoding: What its bytes mean, where it does not declare it itself.
        anomalies: Where what cannot be read is recorded.
        block_bytes: How much is read at once, at most.
        line_bytes_max: Longest text of an element.

    Attributes:
        bytes_read: How much of the file was read so far.
        encoding: What the bytes mean.
    """

    def __init__(  # noqa: PLR0913 - what reading takes
        self,
        path: Path,
        source: Input,
        encoding: Encoding,
        anomalies: Anomalies,
        *,
        block_bytes: int,
        line_bytes_max: int,
    ) -> None:
        decided = source.encoding if source.encoding != "auto" else encoding.name
        self._path, self._anomalies = path, anomalies
        self._block_bytes, self._text_bytes_max = block_bytes, line_bytes_max
        self._width = max(len(record.columns) for record in source.records)
        plans = [_Plan(record, self._width) for record in source.records]
        self._plans = {plan.path: plan for plan in plans}
        entries = (plan for plan in plans if plan.record.role == "entry")
        self._entry_names = {plan.path.rpartition("/")[2] for plan in entries}
        self._misplaced = 0
        self._first_misplaced: tuple[int, str] | None = None
        self.bytes_read = 0
        self.encoding = decided
        self._is_utf8 = decided == "utf-8"
        self._is_judged = encoding.mixed  # most lines are UTF-8, and some are not
        self._stream = XmlStream(line_bytes_max, None if self._is_utf8 else decided)
        self._stream.parser.StartElementHandler = self._start
        self._stream.parser.EndElementHandler = self._end
        self._stream.parser.CharacterDataHandler = self._characters
        self._stream.parser.XmlDeclHandler = self._declaration
        self._paths = [""]
        self._texts: list[list[str] | None] = [None]
        self._text_chars = 0
        self._open: list[_Row] = []
        self._rows: list[_Row] = []
        self._count = 0
        self._is_whole = False
        self._last_line = 0
        self._is_crowded = False

    def rows(self) -> Iterator[pl.DataFrame]:
        """Yield the rows, as far as the file can be read.

        Each has `line`, `value`, which is the path of its element, and from `0` on the cells of the
        columns of its record.

        Raises:
            NotUtf8Error: The document is said to be UTF-8, and is not.
            UnreadableTextError: Something in it is longer than allowed.
        """
        return prefetch(self._blocks())

    def _blocks(self) -> Iterator[pl.DataFrame]:
        taken_at = 0
        for _ in self._chunks():
            if len(self._rows) >= BLOCK_ROWS or self.bytes_read - taken_at >= self._block_bytes:
                taken_at = self.bytes_read
                yield self._take()
        for row in self._open:
            row.is_open = False
        yield self._take()
        if self._first_misplaced:
            line, path = self._first_misplaced
            count = count_text(self._misplaced)
            self._anomalies.add("MOD-XML-06", line=line, value=path, expected=count)
        if self._is_whole:
            self._report_missing()
            self._report_unread()

    def _chunks(self) -> Iterator[None]:
        try:
            with self._path.open("rb") as file:
                while chunk := file.read(min(CHUNK_BYTES, self._block_bytes)):
                    self._stream.feed(chunk)
                    self.bytes_read += len(chunk)
                    yield
            self._stream.feed(b"", last=True)
            self._is_whole = True
        except BrokenXmlError as error:
            if error.is_encoding and self._is_utf8 and not self._is_judged:
                raise NotUtf8Error from error
            code = "MOD-XML-02" if error.is_doctype else "MOD-XML-01"
            self._anomalies.add(code, line=error.line, value=error.value)

    def _take(self) -> pl.DataFrame:
        """Return the rows that are complete, and keep those after the first that is not."""
        cut = next(
            (at for at, row in enumerate(self._rows) if row.is_open and not row.is_late),
            len(self._rows),
        )
        taken, self._rows = self._rows[:cut], self._rows[cut:]
        cells = list(zip(*(row.plan.cells(row.values) for row in taken), strict=True))
        columns = [
            pl.Series("line", [row.line for row in taken], dtype=pl.UInt32),
            pl.Series("value", [row.plan.path for row in taken], dtype=pl.String),
        ]
        columns += [
            pl.Series(str(at), one, dtype=pl.String)
            for at, one in enumerate(cells or [()] * self._width)
        ]
        return pl.DataFrame(columns)

    def _report_unread(self) -> None:
        """Name what the lines of entries have and no field is made of, with a value of each."""
        for plan in self._plans.values():
            shown = [f"{name} (« {value} »)" for name, value in plan.others.items() if value]
            if shown and plan.record.role == "entry":
                self._anomalies.add("MOD-XML-07", line=plan.first_line, value=", ".join(shown))

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if self._is_utf8 and encoding:
            self.encoding = encoding.lower()
            self._is_utf8 = self.encoding in ("utf-8", "utf8")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        path = f"{self._paths[-1]}/{local(name)}".removeprefix("/")
        self._paths.append(path)
        if len(self._paths) > DEPTH_MAX:
            raise BrokenXmlError(self._stream.line, f"<{name[:100]}>: > {DEPTH_MAX}")
        if plan := self._plans.get(path):
            self._begin(plan)
        elif local(name) in self._entry_names:
            self._misplaced += 1
            self._first_misplaced = self._first_misplaced or (self._stream.line, path)
        self._texts.append(None)
        if not self._open:
            return
        row = self._open[-1]
        inside = path[len(row.plan.path) + 1 :]
        for attribute, value in attributes.items():
            self._put(f"{inside}/{local(attribute)}".removeprefix("/"), value)
        if (inside or OWN_TEXT) in row.plan.wanted:
            self._texts[-1] = []
            self._text_chars = 0
        elif len(row.plan.others) < NAMES_SHOWN_MAX:
            row.plan.others.setdefault(inside, "")

    def _characters(self, data: str) -> None:
        text = self._texts[-1]
        if text is not None:
            text.append(data)
            self._text_chars += len(data)
            if self._text_chars > self._text_bytes_max:
                raise self._stream.too_long()

    def _end(self, _name: str) -> None:
        path, text = self._paths.pop(), self._texts.pop()
        if not self._open:
            return
        row = self._open[-1]
        inside = path[len(row.plan.path) + 1 :]
        if text is not None:
            self._put(inside or OWN_TEXT, "".join(text))
        if not inside:
            row.is_open = False
            self._open.pop()

    def _begin(self, plan: _Plan) -> None:
        """Begin the row of an element; those around it go if too many rows began in them."""
        for row in self._open:
            row.is_late = row.is_late or self._count - row.first > HELD_ROWS_MAX
        row = _Row(plan, self._number(), self._count)
        plan.first_line = plan.first_line or row.line
        self._count += 1
        self._open.append(row)
        self._rows.append(row)

    def _put(self, name: str, value: str) -> None:
        """Give the innermost record a value, unless it has it already or has left."""
        row = self._open[-1]
        column = row.plan.wanted.get(name)
        if column is None:
            if len(row.plan.others) < NAMES_SHOWN_MAX:
                row.plan.others[name] = row.plan.others.get(name) or value.strip("0., ")
            return
        row.plan.found.add(name)
        before, value = row.values.get(name, ""), value.strip()
        if not value or value == before:
            return
        if before or row.is_late:
            code = "MOD-XML-03" if before else "MOD-XML-04"
            self._anomalies.add(code, line=self._stream.line, column=name, value=value)
            return
        row.values[name] = value

    def _number(self) -> int:
        """Number a row by its line in the file; numbers are unique: they identify rows."""
        line = self._stream.line
        if line <= self._last_line:
            line = self._last_line + 1
            if not self._is_crowded:
                self._is_crowded = True
                self._anomalies.add("MOD-XML-05", line=self._stream.line)
        self._last_line = line
        return line

    def _report_missing(self) -> None:
        """Record the columns that no element of their record has."""
        for plan in self._plans.values():
            for column, place in plan.record.columns.items():
                if plan.first_line and not place.optional and not plan.found & {*place.known_as}:
                    self._anomalies.add(
                        "MOD-COL-01",
                        line=plan.first_line,
                        value=" / ".join(place.known_as) or column,
                        expected=", ".join(filter(None, [*plan.found, *plan.others])),
                    )


def local(name: str) -> str:
    """Return a name without the prefix of its namespace."""
    return name.rpartition(":")[2]
