"""Lines of a flat FEC that have another number of fields than the header."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.habits import Habit, Tally
from ecritures.core.lines import DATES
from ecritures.core.total_rows import TOTAL
from ecritures.formats.fec.header import known_column

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.fec.header import FecHeader

AMOUNT_COLUMNS = frozenset({"debit_cents", "credit_cents", "amount", "currency_amount"})
DATE_COLUMNS = frozenset({*DATES, "settlement_date"})
_ALWAYS_DATED = frozenset({"entry_date", "piece_date", "validation_date"})
_CURRENCY = ("currency_amount", "currency")
_DATE = re.compile(r"(?:[0-9]{8}|[0-9]{2,4}([-/.])[0-9]{2}\1[0-9]{2,4})(?:[ T][0-9:.Z+]+)?")
_DAY = r"^(?:[0-9]{8}|[0-9]{2,4}[-/.][0-9]{2}[-/.][0-9]{2,4})$"
_FIGURES = re.compile("[-+0-9., \u00a0\u202f]*")
_JOINED_MAX = 10_000  # uneven lines of a block among which halves are looked for


def are_in_place(fields: Sequence[str], columns: Sequence[str]) -> bool:
    """Return whether dates and amounts are where they should be: no stray separator before them."""
    if len(fields) < len(columns):
        return False
    for field, column in zip(fields, columns, strict=True):
        key, value = known_column(column), field.strip(' "')
        if key in _ALWAYS_DATED and not _DATE.fullmatch(value):
            return False
        if key in DATE_COLUMNS and value and not _DATE.fullmatch(value):
            return False
        if key in AMOUNT_COLUMNS and not _FIGURES.fullmatch(value):
            return False
    return True


def halves(
    lines: Sequence[tuple[int, str]], separator: str, columns: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """Find the runs of consecutive lines that are one line, cut by a line feed in a field.

    Args:
        lines: Number and text of lines that do not have the right number of fields, in order.
        separator: Of fields.
        columns: The names in the header.

    Yields:
        Index of the first and of the last line of each run.
    """
    wanted = len(columns) - 1
    first = 0
    while first < len(lines):
        last, found = first, lines[first][1].count(separator)
        while found < wanted and last + 1 < len(lines):
            if lines[last + 1][0] != lines[last][0] + 1:
                break
            last += 1
            found += lines[last][1].count(separator)
        joined = " ".join(text for _, text in lines[first : last + 1])
        if last > first and found == wanted and are_in_place(joined.split(separator), columns):
            yield first, last
            first = last
        first += 1


def begins_total(line: str) -> bool:
    """Return whether a line begins with a total: it is no movement."""
    return re.match(TOTAL, line) is not None


def _in_place(lines: pl.DataFrame, header: FecHeader) -> list[int]:
    """Return the numbers of the lines whose first fields are where they should be."""
    wide, separator = len(header.columns), header.separator
    return [
        number
        for number, text in lines.select("line", "value").head(_JOINED_MAX).iter_rows()
        if are_in_place(text.split(separator)[:wide], header.columns)
    ]


def _without_currency(lines: pl.DataFrame, header: FecHeader) -> list[int]:
    """Return the numbers of the lines that end with a validation date, before empty fields.

    A line that was cut inside an amount does not.
    """
    names = header.columns[: -len(_CURRENCY)]
    last = tuple(map(known_column, header.columns[-len(_CURRENCY) - 1 :]))
    if last != ("validation_date", *_CURRENCY):
        return []
    short = lines.filter(pl.col("separators") == len(names) - 1)
    fields = short["value"].str.split(header.separator).list
    in_place = pl.repeat(value=True, n=short.height, dtype=pl.Boolean, eager=True)
    for index, key in enumerate(map(known_column, names)):
        field = fields.get(index).str.strip_chars(' "')
        if key in _ALWAYS_DATED:
            in_place &= field.str.contains(_DAY)
        elif key in AMOUNT_COLUMNS:
            in_place &= field.str.contains(f"^{_FIGURES.pattern}$")
    return short["line"].filter(in_place).to_list()


class UnevenLines:
    """Records the lines with another number of fields, and tells which can be read nevertheless.

    Args:
        anomalies: Where they are recorded.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._empty = Tally(anomalies, "FEC-STR-08")
        self._blank = Tally(anomalies, "FEC-STR-14")
        self._padded = Tally(anomalies, "FEC-STR-09")
        self._trimmed = Tally(anomalies, "FEC-STR-29")
        self._short = Habit(anomalies, "FEC-STR-07", None, whole="FEC-STR-25")
        self._width: str | None = None

    def fitting(self, header: FecHeader, line: str) -> FecHeader:
        """Return the header without the unnamed columns at its end that the first line lacks."""
        wide = line.count(header.separator) + 1
        surplus = header.columns[wide:]
        if not surplus or any(surplus) or max(header.places.values()) >= wide:
            return header
        self._anomalies.add("FEC-STR-09", line=1, value=str(len(surplus)))
        return replace(header, columns=header.columns[:wide])

    def readable(self, lines: pl.DataFrame, odd: pl.DataFrame, header: FecHeader) -> pl.DataFrame:
        """Record odd lines; return those that can be read nevertheless.

        Extra separators at the end of *every* line are a habit of the program that wrote the file.
        On some lines only, one may be inside a label and shift the fields: they cannot be read,
        unless the dates and amounts behind the label show that it does not. A line that begins
        with a total is no movement.

        Args:
            lines: The lines of the block with the right number of fields.
            odd: The others: `line`, `value`, `separators`.
            header: The header.
        """
        wanted, separator = len(header.columns) - 1, header.separator
        blank = odd["value"].str.strip_chars() == ""
        empty = odd["value"] == ""
        joined, odd_left = self._joined(odd, header)
        self._empty.add(odd.filter(empty & odd["line"].is_in(odd_left["line"].implode()))["line"])
        self._blank.add(odd.filter(blank & ~empty)["line"])
        odd = odd_left.filter(pl.col("value").str.strip_chars() != "")
        totals = pl.col("value").str.contains(TOTAL)
        self._anomalies.extend("FEC-STR-24", odd.filter(totals).select("line", "value"))
        odd = odd.filter(~totals)
        kept = pl.col("value").str.strip_chars_end(separator)
        is_longer = (pl.col("separators") > wanted) & (
            kept.str.count_matches(separator, literal=True) <= wanted
        )
        padded = is_longer & (
            pl.lit(lines.is_empty() and joined.is_empty())
            | pl.col("line").is_in(_in_place(odd.filter(is_longer), header))
        )
        self._padded.add(odd.filter(padded)["line"])
        is_trimmed = pl.col("line").is_in(_without_currency(odd, header))
        trimmed = odd.filter(is_trimmed)
        self._trimmed.add(trimmed["line"])
        found = odd.filter(~padded & ~is_trimmed).select(
            "line",
            value=(pl.col("separators") + 1).cast(pl.String),
            expected=pl.lit(str(wanted + 1)),
        )
        self._short.add(*self._of_one_width(found, lines.height + joined.height + odd.height))
        fields = pl.col("value").str.split(separator).list.head(wanted + 1).list.join(separator)
        filled = pl.col("value") + separator * len(_CURRENCY)
        return pl.concat(
            [
                joined,
                odd.filter(padded).with_columns(value=fields),
                trimmed.with_columns(value=filled),
            ]
        )

    def without_blank(self, text: pl.DataFrame) -> pl.DataFrame:
        """Return lines of fields without those that have only separators."""
        if text.is_empty() or not (text["entry_date"] == "").any():
            return text
        fields = pl.exclude("line").str.strip_chars()
        blank = text.select(pl.all_horizontal(fields == "")).to_series()
        self._blank.add(text["line"].filter(blank))
        return text.filter(~blank)

    def even(self, lines: int) -> None:
        """Take note that so many lines have the right number of fields."""
        if lines:
            self._short.add(None, lines)

    def finish(self) -> None:
        """Record what the whole file has."""
        for found in (self._empty, self._blank, self._padded, self._trimmed, self._short):
            found.finish()

    def _of_one_width(self, found: pl.DataFrame, lines: int) -> tuple[pl.DataFrame, int]:
        """Lines that are all alike are a habit; when they differ, each is reported."""
        widths = set(found["value"].unique())
        if self._width is None and len(widths) == 1:
            self._width = next(iter(widths))
        return found, lines if widths <= {self._width} else lines + 1

    def _joined(self, odd: pl.DataFrame, header: FecHeader) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Record the lines cut by a line feed; return them whole, and the others."""
        if odd.height > _JOINED_MAX:
            return odd.clear(), odd
        pairs = list(zip(odd["line"].to_list(), odd["value"].to_list(), strict=True))
        whole: list[tuple[int, str, int]] = []
        parts: set[int] = set()
        for first, last in halves(pairs, header.separator, header.columns):
            numbers = [number for number, _ in pairs[first : last + 1]]
            place = pairs[first][1].count(header.separator)
            self._anomalies.add(
                "FEC-STR-21",
                line=numbers[0],
                column=header.columns[place],
                value=str(numbers[0]),
                expected=str(numbers[-1]),
            )
            text = " ".join(text for _, text in pairs[first : last + 1])
            whole.append((numbers[0], text, len(header.columns) - 1))
            parts.update(numbers)
        if not whole:
            return odd.clear(), odd
        joined = pl.DataFrame(whole, schema=odd.schema, orient="row")
        return joined, odd.filter(~pl.col("line").is_in(list(parts)))
