"""The header of a file, found by the names in it: what is above it is left out."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from ecritures.formats.layouts.rows.head import guess_delimiter
from ecritures.formats.layouts.rows.placement import plain

if TYPE_CHECKING:
    import polars as pl

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.inputs import Input

ROWS_MAX = 1000


class HeaderSearch:
    """Looks for the first row that has all the names wanted, in the first `ROWS_MAX` rows.

    Args:
        source: What the model says of the file.
        anomalies: Where it is recorded that there is no such row.

    Attributes:
        is_over: Whether the row was found, or is not there.
    """

    def __init__(self, source: Input, anomalies: Anomalies) -> None:
        self._names = source.header.find if source.header else []
        self._wanted = {plain(name) for name in self._names}
        self._dialect = source.dialect
        self._is_sheet = source.kind == "sheet"
        self._anomalies = anomalies
        self._seen = 0
        self.is_over = not self._names

    def from_header(self, lines: pl.DataFrame) -> pl.DataFrame | None:
        """Return the lines from the header on; none of them as long as it was not found.

        Args:
            lines: The next lines: `line`, `value`; of a sheet, its columns.

        Returns:
            The lines; None when there is no header.
        """
        if self.is_over:
            return lines
        for at, row in enumerate(lines.head(ROWS_MAX - self._seen).drop("line").iter_rows()):
            if self._wanted <= {plain(cell) for cell in self._cells(row)}:
                self.is_over = True
                return lines[at:]
        self._seen += lines.height
        if self._seen < ROWS_MAX:
            return lines.clear()
        self.finish()
        return None

    def finish(self) -> None:
        """Record that there is no header, at the end of the file or of what was looked through."""
        if not self.is_over and self._seen:
            self.is_over = True
            self._anomalies.add("MOD-ENT-01", value=", ".join(self._names))

    def _cells(self, row: tuple[str, ...]) -> list[str]:
        if self._is_sheet:
            return list(row)
        text = row[0]
        delimiter = self._dialect.delimiter
        if delimiter == "auto":
            delimiter = guess_delimiter(text)
        quote = self._dialect.quote_char
        if not quote:
            return text.split(delimiter)
        try:
            return next(csv.reader([text], delimiter=delimiter, quotechar=quote), [])
        except csv.Error:  # a field longer than the reader takes: no header
            return []
