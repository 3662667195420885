"""The rows of a file: one for each line of entry, with the columns that the model names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.formats.layouts.rows.blocks import BlocksReader
from ecritures.formats.layouts.rows.delimited import DelimitedReader
from ecritures.formats.layouts.rows.fixed import FixedReader
from ecritures.formats.layouts.rows.head import after_titles
from ecritures.formats.layouts.rows.header_search import HeaderSearch
from ecritures.formats.layouts.rows.input_reader import Source
from ecritures.formats.layouts.rows.json_lines import JsonLinesReader
from ecritures.formats.layouts.rows.records import Records, record_test
from ecritures.formats.layouts.rows.sheet import SheetReader
from ecritures.formats.layouts.rows.xml import XmlReader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.inputs import Kind
    from ecritures.formats.layouts.rows.input_reader import InputReader

READERS: dict[Kind, Callable[[ImportModel, Anomalies], InputReader]] = {
    "delimited": DelimitedReader,
    "fixed": FixedReader,
    "blocks": BlocksReader,
    "sheet": SheetReader,
    "jsonLines": JsonLinesReader,
    "xml": XmlReader,
}


class RowReader:
    """Turns the lines of one file into rows.

    Args:
        model: How to read them.
        anomalies: Where lines that cannot be read are recorded.
        only_describes: Whether only the accounts and journals that lines describe are wanted.
    """

    def __init__(
        self, model: ImportModel, anomalies: Anomalies, *, only_describes: bool = False
    ) -> None:
        self._model, self._anomalies = model, anomalies
        self._source = model.input
        self._reader = READERS[model.input.kind](model, anomalies)
        self._delimited = self._reader if isinstance(self._reader, DelimitedReader) else None
        self._records = Records(model, self._reader, anomalies)
        self._make = self._records.describe if only_describes else self._records.take
        completes = any(record.role == "complement" for record in self._source.records)
        self._completes = completes and not only_describes
        self._held: pl.DataFrame | None = None
        self._search = HeaderSearch(model.input, anomalies)
        self._searches = not self._search.is_over
        self._to_skip = model.input.skip_lines
        self._begun = False
        self._readable = True

    @property
    def names(self) -> Mapping[str, str]:
        """Column → what people call it in this file."""
        return self._reader.names

    @property
    def delimiter(self) -> str:
        """The delimiter; "" where there is none."""
        return self._reader.delimiter

    @property
    def account_labels(self) -> dict[str, str]:
        """Account → label, as lines of the file say."""
        return self._records.account_labels

    @property
    def collectives(self) -> dict[str, str]:
        """Auxiliary account → its general account, as lines of the file say."""
        return self._records.collectives

    @property
    def journal_labels(self) -> dict[str, str]:
        """Journal → label, as lines of the file say."""
        return self._records.journal_labels

    def know(self, others: RowReader) -> None:
        """Know what others have read of the accounts and journals of the same file."""
        self._records.know(others._records)

    def take(self, lines: pl.DataFrame, data: bytes) -> pl.DataFrame | None:
        """Turn the next lines into rows.

        Args:
            lines: `line`, `value`; of a sheet, its columns, named from 1.
            data: The same, as they are in the file, each ended by a line feed; b"" of a sheet.

        Returns:
            The rows; None when the file cannot be read.
        """
        first, height = int(lines["line"][0]) if lines.height else 1, lines.height
        if not self._search.is_over:
            lines = self._from_searched_header(lines)
        if not self._begun and self._readable and self._search.is_over and lines.height:
            self._begun = True
            if not self._searches:
                make = READERS[self._source.kind]
                lines = after_titles(lines, self._model, make, self._anomalies)
            after_header = self._reader.begin(lines)
            self._readable = after_header is not None
            lines = lines.clear() if after_header is None else after_header
        if not self._readable:
            return None
        if not self._begun:
            return pl.DataFrame(schema={"line": pl.UInt32})
        source = Source(first, data, height)
        return self._make(self._hold(self._reader.take(lines, source)))

    def cut(self, data: bytes) -> pl.DataFrame | None:
        """Cut the next lines into fields at once; None where they are anything but even rows.

        Args:
            data: As they are in the file, each ended by a line feed.
        """
        if not (self._begun and self._readable) or self._source.records[1:]:
            return None
        if self._delimited is None or self._delimited.holds_lines:
            return None
        return self._delimited.cut_even(data)

    def take_cut(self, fields: pl.DataFrame) -> pl.DataFrame:
        """Turn the fields of the next lines into rows.

        Args:
            fields: `line`, and what `cut` returned.
        """
        if self._delimited is None:
            message = "only delimited lines are cut at once"
            raise AssertionError(message)
        return self._records.take_cut(fields, self._delimited)

    def finish(self) -> pl.DataFrame | None:
        """Return the rows of the lines that were held back."""
        self._search.finish()
        if not self._readable or not self._begun:
            return None
        parts = [part for part in (self._held, self._reader.finish()) if part is not None]
        self._held = None
        rows = self._make(pl.concat(parts)) if parts else None
        self._records.finish()
        return rows

    def _from_searched_header(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Return the lines from the header that is looked for; none of them before it."""
        skipped, lines = lines[: self._to_skip], lines[self._to_skip :]
        self._to_skip -= skipped.height
        below = self._search.from_header(lines)
        self._readable = below is not None
        return lines.clear() if below is None else below

    def _hold(self, lines: pl.DataFrame) -> pl.DataFrame:
        """Keep the last line of entry back, where the lines to come may complete it."""
        if not self._completes:
            return lines
        if self._held is not None:
            lines = pl.concat([self._held, lines])
        entry = pl.lit(value=False)
        for record in reversed(self._source.records):  # the first kind that fits is the line's
            its = pl.lit(record.role == "entry")
            entry = pl.when(record_test(record)).then(its).otherwise(entry)
        at = lines.select(pl.arg_where(entry)).to_series()
        cut = int(at[-1]) if at.len() else lines.height
        self._held = lines[cut:]
        return lines[:cut]
