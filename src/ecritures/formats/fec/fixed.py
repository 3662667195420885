"""The flat FEC in fixed-length records (article A47 A-1 VI 1° b), read with its description."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.habits import Tally
from ecritures.core.regime import Regime
from ecritures.formats.fec.columns import to_block
from ecritures.formats.fec.header import FecHeader, canonical_name, make_header

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.formats.fec.fixed_description import FixedField
    from ecritures.formats.text.reader import TextBlock, TextReader

BYTE_ORDER_MARK = "\ufeff"
_ALIGNED_RIGHT = frozenset({"debit_cents", "credit_cents", "amount", "currency_amount"})
_NEEDED = frozenset(
    {"entry_date", "account_number", "debit_cents", "credit_cents", "amount", "direction"}
)
_HEADER_NAMES_MIN = 3


class FecFixedReader:
    """Reads fixed-length records into blocks of canonical lines.

    Args:
        text: The file as text.
        description: Where its fields are.
        anomalies: Where what is wrong with the structure is recorded.
        regime: The regime to hold the file to; None: detected from the fields.
    """

    format = "fixed"
    separator = ""
    closing_date = None
    stated_total = None

    def __init__(
        self,
        text: TextReader,
        description: tuple[FixedField, ...],
        anomalies: Anomalies,
        regime: Regime | None = None,
    ) -> None:
        self._text = text
        self._description = description
        self._anomalies = anomalies
        self._regime = regime
        self._blank = Tally(anomalies, "FEC-STR-08")
        self.header: FecHeader | None = None

    @property
    def layout(self) -> str:
        """Regime and kind of amounts; "" when the description is not sufficient."""
        return f"fixed-{self.header.layout}" if self.header else ""

    @property
    def regime(self) -> Regime:
        """The regime the file is held to."""
        return self.header.regime if self.header else self._regime or Regime.BIC

    @property
    def encoding(self) -> str:
        """What the bytes mean."""
        return self._text.encoding.name

    @property
    def bytes_read(self) -> int:
        """How much of the file was read so far."""
        return self._text.bytes_read

    def blocks(self) -> Iterator[Block]:
        """Yield the lines; none when the description is not sufficient, which is an anomaly."""
        if not self._description:
            self._anomalies.add("FEC-FIX-01")
            return
        names = tuple(field.name for field in self._description)
        self.header = make_header("", names, self._regime, self._anomalies)
        if self.header is None:
            return
        for block in self._text.blocks():
            lines = self._records(block)
            if lines.height:
                text = self._fields(lines, self.header)
                yield to_block(text, self.header)
        self._blank.finish()

    def _records(self, block: TextBlock) -> pl.DataFrame:
        """Drop the header and the blank lines and, with an anomaly, broken records."""
        lines = pl.DataFrame({"value": block.lines}).with_row_index("line", block.first_line)
        if block.first_line == 1 and lines.height:
            first = str(lines["value"][0])
            if first.startswith(BYTE_ORDER_MARK):
                self._anomalies.add("FEC-ENC-05", line=1)
                whole = lines["value"].str.strip_prefix(BYTE_ORDER_MARK)
                lines = lines.with_columns(value=whole)
            if _is_header(first.removeprefix(BYTE_ORDER_MARK)):
                lines = lines[1:]
        blank = pl.col("value").str.strip_chars() == ""
        self._blank.add(lines.filter(blank)["line"])
        lines = lines.filter(~blank).with_columns(length=pl.col("value").str.len_chars())
        broken = self._cut_short()
        self._record(lines.filter(broken), "FEC-FIX-02")
        lines = lines.filter(~broken)
        rest = pl.col("value").str.slice(self._description[-1].end)
        self._record(lines.filter(rest.str.strip_chars() != ""), "FEC-FIX-03")
        return lines

    def _cut_short(self) -> pl.Expr:
        """Trailing spaces may be missing, but no required field or number may be cut off."""
        keys = {field: canonical_name(field.name) for field in self._description}
        needed = max(field.end for field, key in keys.items() if key in _NEEDED)
        length = pl.col("length")
        cut = [
            (length >= field.start) & (length < field.end)
            for field, key in keys.items()
            if key in _ALIGNED_RIGHT
        ]
        return pl.any_horizontal(length < needed, *cut)

    def _record(self, lines: pl.DataFrame, code: str) -> None:
        expected = pl.lit(str(self._description[-1].end))
        length = pl.col("length").cast(pl.String)
        self._anomalies.extend(code, lines.select("line", value=length, expected=expected))

    def _fields(self, lines: pl.DataFrame, header: FecHeader) -> pl.DataFrame:
        by_place = {index: name for name, index in header.places.items()}
        return lines.select(
            pl.col("line").cast(pl.UInt32),
            *(
                pl.col("value")
                .str.slice(field.start - 1, field.length)
                .str.strip_chars()
                .alias(by_place.get(index, str(index)))
                for index, field in enumerate(self._description)
            ),
        )


def _is_header(line: str) -> bool:
    names = line.casefold()
    wanted = ("journalcode", "ecriturenum", "ecrituredate", "comptenum", "pieceref", "validdate")
    return sum(name in names for name in wanted) >= _HEADER_NAMES_MIN
