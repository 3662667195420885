"""The XML form of the FEC (article A47 A-1 VI 2°)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.habits import Habits
from ecritures.core.prefetch import prefetch
from ecritures.formats.fec_xml.columns import iso_date, to_block
from ecritures.formats.fec_xml.parser import XmlParser, XmlRefusedError
from ecritures.formats.text.characters import TWICE_DECODED, read_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.core.regime import Regime

CHUNK_BYTES = 1 << 16
BLOCK_LINES = 50_000
SPREAD_CHARS = 32 << 20
_LABELS = ("label", "account_label", "journal_label", "third_party_label", "piece_ref")
_ACCOUNT = r"^[0-9]{3}[0-9A-Za-z]*$"


class FecXmlReader:
    """Reads an XML FEC into blocks of canonical lines.

    Args:
        path: The file.
        anomalies: Where what the schema refuses is recorded.
        regime: The regime to hold the file to; None: the one of its schema.
        block_bytes: Largest part of the file in one block.
        text_bytes_max: Longest text of an element.

    Attributes:
        closing_date: The end of the year according to the file; None until it is read.
    """

    format = "xml"
    stated_total = None
    separator = ""

    def __init__(
        self,
        path: Path,
        anomalies: Anomalies,
        regime: Regime | None = None,
        *,
        block_bytes: int,
        text_bytes_max: int,
    ) -> None:
        self._path = path
        self._anomalies = anomalies
        self._block_bytes = block_bytes
        self._accounts = Habits(anomalies, "first")
        self._garbled: tuple[int, str] | None = None
        self._garbled_lines = 0
        self._parser = XmlParser(anomalies, regime, text_bytes_max)
        self.closing_date: date | None = None
        self.bytes_read = 0

    @property
    def layout(self) -> str:
        """The schema the file follows; "" before it is known."""
        return f"xml-{self._parser.schema}" if self._parser.schema else ""

    @property
    def regime(self) -> Regime:
        """The regime the file is held to."""
        return self._parser.regime

    @property
    def encoding(self) -> str:
        """As the file declares it."""
        return self._parser.encoding

    def blocks(self) -> Iterator[Block]:
        """Yield the lines, as far as the document can be read."""
        return prefetch(self._blocks())

    def _blocks(self) -> Iterator[Block]:
        taken_at = 0
        try:
            for _ in self._chunks():
                rows = self._parser.rows
                enough = len(rows.lines) >= BLOCK_LINES or rows.spread_chars >= SPREAD_CHARS
                if enough or self.bytes_read - taken_at >= self._block_bytes:
                    taken_at = self.bytes_read
                    yield from self._block()
            yield from self._block()
        finally:
            self._parser.finish()
            self._accounts.finish()
            if self._garbled:
                line, value = self._garbled
                count = str(self._garbled_lines)
                self._anomalies.add("FEC-ENC-08", line=line, value=value, expected=count)

    def _chunks(self) -> Iterator[None]:
        """Parse the file, a chunk at each step; stop where it cannot be read any further."""
        try:
            with self._path.open("rb") as file:
                while chunk := file.read(min(CHUNK_BYTES, self._block_bytes)):
                    self._parser.feed(chunk)
                    self.bytes_read += len(chunk)
                    yield
            self._parser.feed(b"", last=True)
        except XmlRefusedError:
            return

    def _block(self) -> Iterator[Block]:
        rows = self._parser.take()
        if self.closing_date is None and self._parser.closing_date is not None:
            self._read_closing_date(*self._parser.closing_date)
        if rows.lines:
            block = to_block(rows, self.regime)
            self._check_accounts(block)
            self._check_letters(block)
            yield block

    def _read_closing_date(self, text: str, line: int) -> None:
        self._parser.closing_date = None
        self.closing_date = iso_date(text)
        if self.closing_date is None and text:
            self._anomalies.add("FEC-XML-12", line=line, column="DateCloture", value=text)

    def _check_letters(self, block: Block) -> None:
        """Count the lines whose letters say that the encoding declared is not that of the file."""
        found: set[int] = set()
        for name in _LABELS:
            texts = block.lines.select("line", value=pl.col(name).cast(pl.String))
            texts = texts.filter(pl.col("value").str.contains(TWICE_DECODED))
            for line, value in texts.iter_rows():
                if read_once(value) != value:
                    found.add(line)
                    self._garbled = min(self._garbled or (line, value), (line, value))
        self._garbled_lines += len(found)

    def _check_accounts(self, block: Block) -> None:
        """Check the accounts against the schema: three digits, then letters or digits."""
        numbers = pl.col("account_number")
        given = block.lines.filter(numbers != "").select("line", value=numbers)
        wrong = given.filter(~pl.col("value").str.contains(_ACCOUNT))
        self._accounts.add("FEC-XML-14", wrong, "account_number", "CompteNum")
        self._accounts.end_block(lambda *_: given.height - wrong.height)
