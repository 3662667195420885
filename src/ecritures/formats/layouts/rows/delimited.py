"""Delimited lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.total_rows import TOTAL
from ecritures.formats.layouts.inputs import COLUMNS_MAX
from ecritures.formats.layouts.rows.head import guess_delimiter
from ecritures.formats.layouts.rows.input_reader import BLANKS, Source, without_blank
from ecritures.formats.layouts.rows.placement import Placement
from ecritures.formats.layouts.rows.quoted_lines import QuotedLines
from ecritures.formats.layouts.rows.unread import UnreadColumns, UnreadFields
from ecritures.formats.text.reader import as_text, cut_even

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.inputs import Dialect, Record

_HIDDEN = "\0"  # no text has it: it is taken out while a file is read


class DelimitedReader:
    """Reads delimited lines, with a header or without.

    Args:
        model: How to read them.
        anomalies: Where lines that cannot be read are recorded.
    """

    def __init__(self, model: ImportModel, anomalies: Anomalies) -> None:
        self._source = model.input
        self._anomalies = anomalies
        self._placement = Placement(model, anomalies)
        self._cutter: Cutter | None = None
        self._most: int | None = None
        self._width: int | None = None
        self._unread: UnreadColumns | None = None
        self._unread_of: dict[str, UnreadFields] = {}
        self._quoted: QuotedLines | None = None
        self.names = self._placement.names
        self.delimiter = ""

    def begin(self, lines: pl.DataFrame) -> pl.DataFrame | None:
        """Detect the delimiter and find the columns in the header."""
        dialect = self._source.dialect
        header_row = dialect.header_rows[0] if dialect.header and dialect.header_rows else 0
        first = str(lines["value"][max(0, header_row - 1)]) if lines.height else ""
        guessed = guess_delimiter(first)
        self.delimiter = guessed if dialect.delimiter == "auto" else dialect.delimiter
        self._cutter = Cutter(dialect, self.delimiter, self._anomalies)
        if header_row and (wide := first.count(self.delimiter) + 1) > COLUMNS_MAX:
            number = int(lines["line"][header_row - 1])
            self._anomalies.add("FEC-STR-18", line=number, value=str(wide))
            return None
        header = self._cutter.names(first) if header_row else []
        self._width = len(header) or None
        while header and not header[-1]:  # a delimiter at the end of each line, or of the header
            header.pop()
        if header_row and lines.height >= header_row:
            self._placement.header_line = int(lines["line"][header_row - 1])
        self._most = len(header) or None
        for record in self._source.records:
            self._placement.place(record, header)
        width = self._most or min(self._placement.least.values(), default=1)
        self._quoted = QuotedLines(self._cutter, width, self._anomalies)
        if header:
            at = int(lines["line"][header_row - 1])
            self._unread = UnreadColumns(header, self._placement, at, self._anomalies)
        return lines[header_row:] if self._placement.is_complete else None

    def take(self, lines: pl.DataFrame, source: Source) -> pl.DataFrame:
        """Put the lines of quoted values together; leave comments and empty lines out."""
        if self._cutter and self._quoted:
            lines = self._quoted.join(lines)
            # Joined lines are not as they are in the file.
            whole = lines.height == source.height
            self._cutter.source = source if whole else Source(source.first_line, b"")
        return self._without_others(lines)

    def _without_others(self, lines: pl.DataFrame) -> pl.DataFrame:
        quote = self._source.dialect.quote_char or ""
        lines = without_blank(lines, f"{BLANKS}{self.delimiter}{quote}")
        comment = self._source.dialect.comment_char
        return lines.filter(~pl.col("value").str.starts_with(comment)) if comment else lines

    @property
    def holds_lines(self) -> bool:
        """Whether a line is held back: quotes are open at its end."""
        return self._quoted is not None and self._quoted.holds_lines

    def finish(self) -> pl.DataFrame | None:
        """Return the line that was held back, and those after it."""
        if self._quoted is None or not self._quoted.holds_lines or self._cutter is None:
            return None
        self._cutter.source = Source(1, b"")
        none = pl.DataFrame(schema={"line": pl.UInt32, "value": pl.String})
        return self._without_others(self._quoted.join(none, last=True))

    def cut(self, record: Record, lines: pl.DataFrame) -> pl.DataFrame:
        """Cut the lines of a record; optional columns that are absent are empty."""
        cutter = self._cutter
        if cutter is None:
            message = "a delimited file has a first line"
            raise AssertionError(message)
        least = self._placement.least[record.name]
        if not self._source.has_header and record.name not in self._unread_of:
            known = set(self._placement.positions[record.name].values())
            width = min(cutter.width(lines["value"]), COLUMNS_MAX)
            known |= {1} if record.when else set()  # the record type
            self._unread_of[record.name] = UnreadFields(width, known, self._anomalies)
        return self._filled(
            record, lambda wanted: cutter.cut(lines, wanted, least, self._most, self._width)
        )

    def cut_even(self, data: bytes) -> pl.DataFrame | None:
        """Cut lines into fields at once; None unless each has as many as the header and a value."""
        dialect, record = self._source.dialect, self._source.records[0]
        quote = (dialect.quote_char or "").encode()
        if dialect.comment_char or record.when or not self._most or (quote and quote in data):
            return None
        if max(self._placement.known, default=1) > self._most or len(self.delimiter) > 1:
            return None
        fields = cut_even(data, self.delimiter, self._most)
        return None if fields is None or _may_be_blank(fields) else fields

    def named(self, record: Record, fields: pl.DataFrame) -> pl.DataFrame:
        """Name fields that are cut already, as `cut` does.

        Args:
            record: Their kind.
            fields: `line`, and the fields, named from `0`.
        """
        return self._filled(
            record,
            lambda wanted: fields.select(
                "line", **{name: pl.col(str(at - 1)) for name, at in wanted.items()}
            ),
        )

    def _filled(
        self, record: Record, cut: Callable[[dict[str, int]], pl.DataFrame]
    ) -> pl.DataFrame:
        """Return the columns of a record; those that the file does not have are empty.

        Args:
            record: The kind of lines.
            cut: Gives columns, by their positions from 1.
        """
        known = self._placement.positions[record.name]
        positions = {c: at for c, at in known.items() if c in record.columns or not record.columns}
        absent = set(record.columns) - set(positions)
        unread = self._unread or self._unread_of.get(record.name)
        if unread and unread.waiting:
            rows = unread.take(cut(positions | unread.waiting))
        else:
            rows = cut(positions)
        return rows.with_columns(pl.lit("").alias(column) for column in sorted(absent))


def _may_be_blank(fields: pl.DataFrame) -> bool:
    """Return whether some lines may have no value: none has if a column is filled everywhere."""
    return all(
        (cells == "").any() or (cells.str.strip_chars(BLANKS) == "").any()
        for cells in fields.iter_columns()
    )


class Cutter:
    """Cuts delimited lines.

    Args:
        dialect: How they are written.
        delimiter: The delimiter; the dialect may leave it to be detected.
        anomalies: Where lines that cannot be cut are recorded.

    Attributes:
        delimiter: The same.
        quote: What is around quoted fields; "" where nothing is.
        source: Where the lines to cut come from, so that they need not be put together again.
    """

    def __init__(self, dialect: Dialect, delimiter: str, anomalies: Anomalies) -> None:
        self.delimiter = delimiter
        self.quote = dialect.quote_char or ""
        self._skip_space = dialect.skip_initial_space
        self._anomalies = anomalies
        self.source = Source(1, b"")
        self._total = TOTAL.replace("^", f"(?:^|{re.escape(delimiter)})", 1)
        if self.quote:
            quote, cut = re.escape(self.quote), re.escape(delimiter)
            space = " *" if self._skip_space else ""
            quoted = f"{quote}(?:[^{quote}]|{quote}{quote})*{quote}"
            field = f"{space}(?:{quoted}|[^{quote}{cut}][^{cut}]*|)"
            self._well_formed = f"^{field}(?:{cut}{field})*$"
            self._open = re.compile(
                f"(?:{field}{cut})*{space}{quote}[^{quote}]*(?:{quote}{quote}[^{quote}]*)*"
            )
            self._quoted = f"(^|{cut}){space}{quoted}"
            self._field = re.compile(f"(^|{cut})(?:{space}{quoted}(?={cut}|$)|([^{cut}]*))")

    def is_well_formed(self, text: str) -> bool:
        """Return whether all quotes of a line, which has some, close."""
        return re.fullmatch(self._well_formed, text) is not None

    def leaves_open(self, text: str) -> bool:
        """Return whether a line ends within quotes."""
        return self._open.fullmatch(text) is not None

    def cut(
        self,
        lines: pl.DataFrame,
        positions: dict[str, int],
        least: int,
        most: int | None = None,
        width: int | None = None,
    ) -> pl.DataFrame:
        """Cut lines into columns; drop, with an anomaly, those that cannot be cut.

        Args:
            lines: `line`, `value`.
            positions: Column → position, from 1.
            least: How many fields a line has at least.
            most: How many it has at most, not counting empty ones at its end: those of the header.
            width: How many the header has, with empty ones at its end. Where all lines end with
                more delimiters, that is a habit; on some lines only, one may be in a label.
        """
        value = lines["value"]
        hidden = False
        every = lines.height
        has_quotes = bool(self.quote) and value.str.contains(self.quote, literal=True).any()
        counted = value
        if has_quotes:
            good = value.str.contains(self._well_formed)
            self._anomalies.extend("MOD-LIG-04", lines.filter(~good).select("line", "value"))
            lines, hidden = self._without_stray_quotes(lines.filter(good))
            counted = lines["value"].str.replace_all(self._quoted, "$1")
        fields = self._count(counted)
        odd = fields < least
        if most and (fields > most).any():  # a delimiter in a label, which shifts the fields
            filled = self._count(counted.str.strip_chars_end(f" {self.delimiter}"))
            odd |= filled > most
            is_wider = fields > (width or most)
            if not is_wider.all():
                odd |= is_wider
        if odd.any():
            totals = lines.select("line", "value", short=fields < least).filter(
                pl.col("short") & pl.col("value").str.contains(self._total)
            )
            self._anomalies.report_once("MOD-LIG-06", totals)
            odd &= ~lines["line"].is_in(totals["line"].implode())
            found = lines.select("line", value=fields.cast(pl.String)).filter(odd)
            odd |= lines["line"].is_in(totals["line"].implode())
            expected = pl.lit(str(most or least))
            self._anomalies.extend("FEC-STR-07", found.with_columns(expected=expected))
            lines = lines.filter(~odd)
        # Polars looks at quotes beyond the lines wanted, so the others may not be with them.
        whole = not has_quotes or (not hidden and lines.height == every == self.source.height)
        rows = self._fields(lines, positions, quoted=has_quotes, whole=whole)
        if not hidden:
            return rows
        return rows.with_columns(
            pl.col(pl.String).str.replace_all(_HIDDEN, self.quote, literal=True)
        )

    def _without_stray_quotes(self, lines: pl.DataFrame) -> tuple[pl.DataFrame, bool]:
        """Hide the quotes within fields that are not quoted, such as inches.

        Polars would take each for the beginning or the end of a quoted field.

        Returns:
            The lines, and whether any quote was hidden.
        """
        quote = self.quote
        value = lines["value"]
        rest = value.str.replace_all(self._quoted, "$1")
        stray = rest.str.contains(quote, literal=True)
        if not stray.any():
            return lines, False
        hidden = value.str.replace_all(quote, _HIDDEN, literal=True).zip_with(stray, value)
        both = (stray & (rest != value)).arg_true()
        if both.len():
            hidden = hidden.scatter(both, [self._hide_stray(one) for one in value.gather(both)])
        return lines.with_columns(hidden), True

    def _hide_stray(self, line: str) -> str:
        """Hide the quotes of one line that are not around a field."""
        quote = self.quote

        def hide(field: re.Match[str]) -> str:
            plain = field[2]
            return field[0] if plain is None else field[1] + plain.replace(quote, _HIDDEN)

        return self._field.sub(hide, line)

    def _count(self, lines: pl.Series) -> pl.Series:
        return lines.str.count_matches(self.delimiter, literal=True) + 1

    def width(self, value: pl.Series) -> int:
        """Return how many fields the longest of some lines has."""
        if self.quote and value.str.contains(self.quote, literal=True).any():
            value = value.str.replace_all(self._quoted, "$1")
        return int(self._count(value).max() or 0)  # type: ignore[arg-type] # a count

    def names(self, line: str) -> list[str]:
        """Cut one line, the header: the columns that a model can name."""
        count = line.count(self.delimiter) + 1
        positions = {str(i): i for i in range(1, count + 1)}
        lines = pl.DataFrame({"line": [1], "value": [line]})
        row = self.cut(lines, positions, 1).drop("line")
        return [text.strip() for text in row.row(0)] if row.height else []

    def _fields(
        self, lines: pl.DataFrame, positions: dict[str, int], *, quoted: bool, whole: bool
    ) -> pl.DataFrame:
        count = max(positions.values(), default=1)
        wanted = sorted(set(positions.values()))
        if lines.is_empty():
            return pl.DataFrame(schema={"line": pl.UInt32} | dict.fromkeys(positions, pl.String))
        respaced = quoted and self._skip_space
        whole = whole and self.source.holds(lines) and not respaced
        data = self.source.data if whole else self._joined(lines["value"], respaced=respaced)
        data, skipped = as_text(data)
        table = pl.read_csv(
            data,
            skip_lines=skipped + (lines["line"][0] - self.source.first_line if whole else 0),
            n_rows=lines.height,
            separator=self.delimiter,
            quote_char=self.quote if quoted else None,
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
            value = value.str.replace_all(f"({re.escape(self.delimiter)}) +", "$1")
        text: str = value.str.join("\n").item()
        return f"{text}\n".encode()
