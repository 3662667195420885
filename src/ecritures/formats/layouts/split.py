"""Lines of text into columns: delimited, fixed width."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from ecritures.formats.layouts.inputs import COLUMNS_MAX
from ecritures.formats.text.reader import as_text

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.inputs import Dialect, Record

_GUESSED = ";,\t|"


def guess_delimiter(line: str) -> str:
    """Return the most frequent delimiter of a line."""
    return max(_GUESSED, key=line.count)


@dataclass(frozen=True, slots=True)
class Source:
    """Consecutive lines, as they are in the file.

    Attributes:
        first_line: Number of the first.
        data: UTF-8, each ended by a line feed.
    """

    first_line: int
    data: bytes

    def holds(self, lines: pl.DataFrame) -> bool:
        """Tell whether lines, in their order, are consecutive ones of these."""
        first, last = lines["line"][0], lines["line"][-1]
        return bool(self.data) and first >= self.first_line and last - first + 1 == lines.height


class Delimited:
    """Cuts delimited lines.

    Args:
        dialect: How they are written.
        delimiter: The delimiter, detected when the dialect leaves it open.
        anomalies: Where lines that cannot be cut are recorded.

    Attributes:
        source: Where the lines to cut come from, so that they need not be put together again.
    """

    def __init__(self, dialect: Dialect, delimiter: str, anomalies: Anomalies) -> None:
        self._delimiter = delimiter
        self._quote = dialect.quote_char
        self._skip_space = dialect.skip_initial_space
        self._anomalies = anomalies
        self.source = Source(1, b"")
        if self._quote:
            quote, cut = re.escape(self._quote), re.escape(delimiter)
            space = " *" if self._skip_space else ""
            quoted = f"{quote}(?:[^{quote}]|{quote}{quote})*{quote}"
            field = f"{space}(?:{quoted}|[^{quote}{cut}][^{cut}]*|)"
            self._well_formed = f"^{field}(?:{cut}{field})*$"
            self._quoted = f"(^|{cut}){space}{quoted}"

    def cut(
        self, lines: pl.DataFrame, positions: dict[str, int], least: int, most: int | None = None
    ) -> pl.DataFrame:
        """Cut lines into columns; drop, with an anomaly, those that cannot be cut.

        Args:
            lines: `line`, `value`.
            positions: Column → position, from 1.
            least: How many fields a line has at least.
            most: How many it has at most, not counting empty ones at its end: those of the header.
        """
        value = lines["value"]
        has_quotes = bool(self._quote) and value.str.contains(self._quote, literal=True).any()  # type: ignore[arg-type]
        counted = value
        if has_quotes:
            good = value.str.contains(self._well_formed)
            self._anomalies.extend("MOD-LIG-04", lines.filter(~good).select("line", "value"))
            lines = lines.filter(good)
            counted = lines["value"].str.replace_all(self._quoted, "$1")
        fields = self._count(counted)
        odd = fields < least
        if most and (fields > most).any():  # a delimiter in a label, which shifts the fields
            filled = self._count(counted.str.strip_chars_end(f" {self._delimiter}"))
            odd |= filled > most
        if odd.any():
            found = lines.select("line", value=fields.cast(pl.String)).filter(odd)
            expected = pl.lit(str(most or least))
            self._anomalies.extend("FEC-STR-07", found.with_columns(expected=expected))
            lines = lines.filter(~odd)
        return self._fields(lines, positions, quoted=has_quotes)

    def _count(self, lines: pl.Series) -> pl.Series:
        return lines.str.count_matches(self._delimiter, literal=True) + 1

    def names(self, line: str) -> list[str]:
        """Cut one line, the header: the columns that a model can name."""
        count = min(line.count(self._delimiter) + 1, COLUMNS_MAX)
        positions = {str(i): i for i in range(1, count + 1)}
        lines = pl.DataFrame({"line": [1], "value": [line]})
        row = self.cut(lines, positions, 1).drop("line")
        return [text.strip() for text in row.row(0)] if row.height else []

    def _fields(
        self, lines: pl.DataFrame, positions: dict[str, int], *, quoted: bool
    ) -> pl.DataFrame:
        count = max(positions.values(), default=1)
        wanted = sorted(set(positions.values()))
        if lines.is_empty():
            return pl.DataFrame(schema={"line": pl.UInt32} | dict.fromkeys(positions, pl.String))
        respaced = quoted and self._skip_space
        whole = self.source.holds(lines) and not respaced
        data = self.source.data if whole else self._joined(lines["value"], respaced=respaced)
        data, skipped = as_text(data)
        table = pl.read_csv(
            data,
            skip_lines=skipped + (lines["line"][0] - self.source.first_line if whole else 0),
            n_rows=lines.height,
            separator=self._delimiter,
            quote_char=self._quote if quoted else None,
            has_header=False,
            schema={str(position): pl.String for position in range(1, count + 1)},
            columns=[position - 1 for position in wanted],
            empty_string_is_null=False,
            truncate_ragged_lines=True,
            extra_columns="ignore",
            missing_columns="insert",
        )
        if table.height != lines.height:
            message = f"{table.height} lines cut where {lines.height} were counted"
            raise AssertionError(message)
        return table.select(
            lines["line"],
            *(pl.col(str(at)).fill_null("").alias(name) for name, at in positions.items()),
        )

    def _joined(self, value: pl.Series, *, respaced: bool) -> bytes:
        if respaced:
            value = value.str.replace_all(f"({re.escape(self._delimiter)}) +", "$1")
        text: str = value.str.join("\n").item()
        return f"{text}\n".encode()


def cut_fixed(lines: pl.DataFrame, record: Record, anomalies: Anomalies) -> pl.DataFrame:
    """Cut fixed-width lines into columns; drop, with an anomaly, those that are too short."""
    places = record.columns
    least = record.width or max(
        (place.start or 1 for place in places.values() if not place.optional), default=1
    )
    length = lines["value"].str.len_chars()
    short = length < least
    if short.any():
        found = lines.select("line", value=length.cast(pl.String)).filter(short)
        anomalies.extend("FEC-FIX-02", found.with_columns(expected=pl.lit(str(least))))
        lines = lines.filter(~short)
    value = pl.col("value").str
    return lines.select(
        "line",
        *(
            value.slice((place.start or 1) - 1, place.length).alias(name)
            for name, place in places.items()
        ),
    )
