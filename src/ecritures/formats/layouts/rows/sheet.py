"""Rows of a sheet (XLSX, ODS)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.lines import ROW
from ecritures.formats.layouts.rows.input_reader import BLANKS
from ecritures.formats.layouts.rows.placement import Placement
from ecritures.formats.layouts.rows.unread import UnreadColumns
from ecritures.formats.layouts.sheet import letters

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.inputs import Record
    from ecritures.formats.layouts.rows.input_reader import Source


class SheetReader:
    """Reads the rows of a sheet, with a header or without.

    Args:
        model: How to read them.
        anomalies: Where missing columns are recorded.
    """

    def __init__(self, model: ImportModel, anomalies: Anomalies) -> None:
        self._source = model.input
        self._anomalies = anomalies
        self._placement = Placement(model, anomalies)
        self._unread: UnreadColumns | None = None
        self.names = self._placement.names
        self.delimiter = ""

    def begin(self, lines: pl.DataFrame) -> pl.DataFrame | None:
        """Find the columns in the header; name them with their letter too."""
        filled = self.take(lines)
        row = self._source.dialect.header_rows[0] if self._source.has_header else 0
        header = []
        if row and filled.height >= row:
            header = [text.strip() for text in filled.drop("line").row(row - 1)]
            self._placement.header_line = int(filled["line"][row - 1])
        for record in self._source.records:
            for column, at in self._placement.place(record, header).items():
                known = self.names.get(column, column)
                self.names[column] = f"{known} ({letters(at)}{ROW})"
        if header:
            at_line = int(filled["line"][row - 1])
            self._unread = UnreadColumns(header, self._placement, at_line, self._anomalies)
        return filled[row:] if self._placement.is_complete else None

    def take(self, lines: pl.DataFrame, source: Source | None = None) -> pl.DataFrame:  # noqa: ARG002
        """Leave the rows without any value out."""
        blank = lines.select(
            blank=pl.all_horizontal(pl.exclude("line").str.strip_chars(BLANKS) == "")
        )["blank"]
        return lines.filter(~blank) if blank.any() else lines

    def finish(self) -> None:
        """Keep nothing until the end."""

    def cut(self, record: Record, lines: pl.DataFrame) -> pl.DataFrame:
        """Take the columns of a record; optional columns that are absent are empty."""
        if self._unread and self._unread.waiting:
            waiting = self._unread.waiting.items()
            self._unread.take(lines.select(pl.col(str(at)).alias(name) for name, at in waiting))
        positions = self._placement.positions[record.name]
        columns = record.columns or positions
        found = (pl.col(str(positions[c])) if c in positions else pl.lit("") for c in columns)
        return lines.select("line", *(one.alias(c) for one, c in zip(found, columns, strict=True)))
