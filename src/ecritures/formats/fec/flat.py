"""The flat FEC of article A47 A-1: a header, then one line per movement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.prefetch import prefetch
from ecritures.core.regime import Regime
from ecritures.formats.fec.columns import to_block
from ecritures.formats.fec.header import SEPARATORS, UNLAWFUL, FecHeader, mixed_names, parse_header
from ecritures.formats.fec.rows import OddRows, quoted_columns
from ecritures.formats.fec.uneven import UnevenLines
from ecritures.formats.text.reader import cut_even, cut_fields, split_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.core.total_rows import StatedTotal
    from ecritures.formats.text.reader import TextBlock, TextReader


class FecReader:
    """Reads a flat FEC into blocks of canonical lines.

    Args:
        text: The file as text.
        anomalies: Where what is wrong with the structure is recorded.
        regime: The regime to hold the file to; None: detected from the columns.

    Attributes:
        header: What the first line says; None until it is read, or when nothing can be read.
    """

    def __init__(
        self, text: TextReader, anomalies: Anomalies, regime: Regime | None = None
    ) -> None:
        self._text = text
        self._anomalies = anomalies
        self._regime = regime
        self._reported_pipes = False
        self._odd_rows = OddRows(anomalies)
        self._uneven = UnevenLines(anomalies)
        self.header: FecHeader | None = None

    format = "fec"
    closing_date = None

    @property
    def layout(self) -> str:
        """Regime and kind of amounts; "" before the header is read, or when it cannot be."""
        return self.header.layout if self.header else ""

    @property
    def regime(self) -> Regime:
        """The regime the file is held to, once the header is read."""
        return self.header.regime if self.header else self._regime or Regime.BIC

    @property
    def encoding(self) -> str:
        """What the bytes mean."""
        return self._text.encoding.name

    @property
    def separator(self) -> str:
        """`|` or tab; "" before the header is read, or when it cannot be."""
        return self.header.separator if self.header else ""

    @property
    def stated_total(self) -> StatedTotal | None:
        """The grand total stated in the file, known once it has been read; None without one."""
        return self._odd_rows.totals.general

    @property
    def bytes_read(self) -> int:
        """How much of the file was read so far."""
        return self._text.bytes_read

    def blocks(self) -> Iterator[Block]:
        """Yield the lines; none when the structure cannot be read, which is an anomaly."""
        if self._text.is_short:
            return (to_block(text, header) for text, header in self._texts())
        return prefetch(to_block(text, header) for text, header in prefetch(self._texts()))

    def _texts(self) -> Iterator[tuple[pl.DataFrame, FecHeader]]:
        """Yield the fields of each block as text."""
        blocks = self._text.blocks(self._cut)
        begun = False
        for block in blocks:
            if block.first_line == 1:
                self._read_header(block, blocks)
            if self.header is None:
                return
            lines = block.without_first_line() if block.first_line == 1 else block
            if not begun and lines.lines.len():
                self.header = self._uneven.fitting(self.header, str(lines.lines[0]))
            text = self._fields(lines, self.header)
            if not begun and self._is_quoted(text, self.header):
                self.header = None
                return
            begun = begun or not text.is_empty()
            text = self._odd_rows.without(self._uneven.without_blank(text), self.header)
            self._look_for_pipes(block)
            for part in text.iter_slices(self._rows_at_once(self.header)):
                if part.height:
                    yield part, self.header
        self._uneven.finish()
        self._odd_rows.finish()

    def _read_header(self, block: TextBlock, blocks: Iterator[TextBlock]) -> None:
        line = str(block.lines[0])
        if mixed_names(line) is None:
            self.header = parse_header(line, self._regime, self._anomalies)
            return
        after = block.lines[1:] if block.lines.len() > 1 else next(blocks, block).lines
        following = str(after[0]) if after.len() else ""
        used = max((*SEPARATORS, *UNLAWFUL), key=following.count)
        if used in UNLAWFUL:
            self._anomalies.add("FEC-STR-01", line=2, value=used)
            return
        self._anomalies.add("FEC-STR-20", line=1, value="|" if used == "|" else "TAB")

    def _is_quoted(self, text: pl.DataFrame, header: FecHeader) -> bool:
        """Record that the codes are between quotes, which would become part of them."""
        quoted = quoted_columns(text, header)
        if quoted:
            first = int(text["line"][0])
            self._anomalies.add("FEC-STR-13", line=first, value=", ".join(quoted))
        return bool(quoted)

    def _rows_at_once(self, header: FecHeader) -> int:
        """Return in how many lines the titles of the columns beyond the law fill a block.

        They are written into each line that has something in those columns.
        """
        places = set(header.places.values())
        titles = (name for place, name in enumerate(header.columns) if place not in places)
        return max(1, self._text.block_bytes // max(1, sum(map(len, titles))))

    def _look_for_pipes(self, block: TextBlock) -> None:
        """Record a `|` in a tab-separated file, once: lawful, but a trap for other programs."""
        if self.separator == "\t" and not self._reported_pipes and b"|" in block.data:
            self._reported_pipes = True
            lines = split_lines(block.data)
            first = lines.str.contains("|", literal=True).arg_max() or 0
            self._anomalies.add("FEC-STR-17", line=block.first_line + first)

    def _cut(self, data: bytes) -> pl.DataFrame | None:
        """Cut lines into fields at once; None unless all are of the right number of fields."""
        if self.header is None:
            return None
        return cut_even(data, self.header.separator, len(self.header.columns))

    def _fields(self, block: TextBlock, header: FecHeader) -> pl.DataFrame:
        """Cut the lines of a block into fields; drop, with an anomaly, those that cannot be cut."""
        if block.fields is not None:
            last = block.first_line + block.fields.height
            numbers = pl.int_range(block.first_line, last, dtype=pl.UInt32, eager=True)
            self._uneven.even(block.fields.height)
            return _named(block.fields, header, numbers)
        separators = block.lines.str.count_matches(header.separator, literal=True)
        wanted = len(header.columns) - 1
        good = separators == wanted
        numbers = pl.int_range(
            block.first_line, block.first_line + block.lines.len(), dtype=pl.UInt32, eager=True
        )
        if good.all():
            self._uneven.even(numbers.len())
            return _split(block.data, header, numbers)
        table = pl.DataFrame({"line": numbers, "value": block.lines, "separators": separators})
        lines = table.filter(good)
        mended = self._uneven.readable(lines, table.filter(~good), header)
        if mended.height:
            lines = pl.concat([lines, mended]).sort("line")
        data = ("\n".join(lines["value"].to_list()) + "\n").encode() if lines.height else b""
        return _split(data, header, lines["line"])


def _split(data: bytes, header: FecHeader, numbers: pl.Series) -> pl.DataFrame:
    """Cut lines that all have the right number of fields into text columns, named canonically."""
    if numbers.is_empty():
        return pl.DataFrame(schema={"line": pl.UInt32} | dict.fromkeys(header.places, pl.String))
    fields = cut_fields(data, header.separator, len(header.columns))
    if fields.height != numbers.len():
        message = f"{fields.height} lines cut where {numbers.len()} were counted"
        raise AssertionError(message)
    return _named(fields, header, numbers)


def _named(fields: pl.DataFrame, header: FecHeader, numbers: pl.Series) -> pl.DataFrame:
    named = {index: name for name, index in header.places.items()}
    columns = (
        column.alias(named.get(index, column.name))
        for index, column in enumerate(fields.get_columns())
    )
    return pl.DataFrame([numbers.alias("line"), *columns])
