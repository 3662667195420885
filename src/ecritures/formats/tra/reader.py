"""Reads a TRA into blocks of canonical lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.prefetch import prefetch
from ecritures.formats.tra.header import are_headers, read_header
from ecritures.formats.tra.lines import LineReader
from ecritures.formats.tra.pieces import whole_pieces
from ecritures.formats.tra.places import MARK
from ecritures.formats.tra.records import Described
from ecritures.formats.tra.several_files import SeveralFiles
from ecritures.formats.tra.years import YearChecks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.formats.text.reader import TextReader
    from ecritures.formats.tra.header import Header
    from ecritures.formats.tra.pieces import Piece

FILES_MAX = 1000
"""In a row: each has a cost of its own, however short it is."""


class TraReader:
    """Reads a TRA, or several in a row, each with its own header.

    Args:
        text: The file as text.
        anomalies: Where what is wrong with it is recorded.
    """

    format = "tra"
    separator = ""
    regime = None
    closing_date = None
    stated_total = None

    def __init__(self, text: TextReader, anomalies: Anomalies) -> None:
        self._text, self._anomalies = text, anomalies
        self._described = Described(anomalies)
        self._lines = LineReader(self._described, anomalies)
        self._years = YearChecks(self._described, anomalies)
        self._header: Header | None = None
        self._files = SeveralFiles(anomalies)
        self._entries_begun = False
        self.layout = ""

    @property
    def encoding(self) -> str:
        """What the bytes mean."""
        return self._text.encoding.name

    @property
    def bytes_read(self) -> int:
        """How much of the file was read so far."""
        return self._text.bytes_read

    def blocks(self) -> Iterator[Block]:
        """Yield the lines; none when a header cannot be read, which is an anomaly."""
        return prefetch(self._blocks())

    def _blocks(self) -> Iterator[Block]:
        for piece in whole_pieces(self._text.blocks()):
            for part in self._files_of(piece):
                if self._header is None:
                    return
                made = self._entries(part, ascii_only=piece.ascii_only)
                if made is not None:
                    self._years.look(made)
                    self._files.look(made)
                    yield made
        self._files.finish()
        self._lines.finish()

    def _files_of(self, piece: Piece) -> Iterator[pl.DataFrame]:
        """Yield the lines of each file in turn, without its header, which is read before."""
        end = piece.first_line + piece.lines.len()
        number = pl.int_range(piece.first_line, end, dtype=pl.UInt32, eager=True)
        lines = pl.DataFrame({"line": number, "value": piece.lines})
        if not self._files.count:
            filled = (lines["value"].str.strip_chars() != "").arg_true()
            if filled.is_empty():
                return
            lines = lines[int(filled[0]) :]
            self._begin(lines)
            lines = lines[1:]
        begins = are_headers(lines["value"]).arg_true().to_list()
        after = 0
        for at in begins:
            yield lines[after:at]
            self._begin(lines[at:])
            after = at + 1
        yield lines[after:]

    def _begin(self, lines: pl.DataFrame) -> None:
        """Read the header that is the first of some lines."""
        line, text = lines.row(0)
        self._files.count += 1
        self._entries_begun = False
        if self._files.count > FILES_MAX:
            self._anomalies.add("TRA-ENT-07", line=line, expected=str(FILES_MAX))
            self._header = None
            return
        self._header = read_header(text, line, self._anomalies)
        if self._header and not self.layout:
            self.layout = self._header.layout

    def _entries(self, lines: pl.DataFrame, *, ascii_only: bool) -> Block | None:
        """Read the records among some lines, then their lines of entry."""
        marked = lines["value"].str.starts_with(MARK)
        if marked.any():
            records = lines.filter(marked)
            lines = lines.filter(~marked)
            self._report_late(records, lines)
            self._described.take(records)
        if lines.is_empty() or self._header is None:
            return None
        self._entries_begun = True
        return self._lines.read(lines, self._header, ascii_only=ascii_only)

    def _report_late(self, records: pl.DataFrame, lines: pl.DataFrame) -> None:
        """Record that records come behind lines of entry."""
        late = records
        if not self._entries_begun:
            if lines.is_empty():
                return
            late = records.filter(pl.col("line") > lines["line"][0])
        self._anomalies.report_once(
            "TRA-ENR-02", late.select("line", value=pl.col("value").str.head(6))
        )
