"""What reading each kind of input has in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import polars as pl

    from ecritures.formats.layouts.inputs import Input, Record


@dataclass(frozen=True, slots=True)
class Source:
    """Consecutive lines, as they are in the file.

    Attributes:
        first_line: Number of the first.
        data: UTF-8, each ended by a line feed; b"" of a sheet.
        height: How many they are, without the header.
    """

    first_line: int
    data: bytes
    height: int = 0

    def holds(self, lines: pl.DataFrame) -> bool:
        """Return whether lines, in their order, are consecutive ones of these."""
        first, last = lines["line"][0], lines["line"][-1]
        return bool(self.data) and first >= self.first_line and last - first + 1 == lines.height


class InputReader(Protocol):
    """Reads one kind of input: from its lines to the columns of a record.

    Attributes:
        names: Column → what people call it in this file.
        delimiter: The delimiter; "" where there is none.
    """

    names: dict[str, str]
    delimiter: str

    def begin(self, lines: pl.DataFrame) -> pl.DataFrame | None:
        """Read the header, if there is one.

        Args:
            lines: The first lines: `line`, `value`; of a sheet, its columns, named from 1.

        Returns:
            The lines after the header; None when a column is missing.
        """

    def take(self, lines: pl.DataFrame, source: Source) -> pl.DataFrame:
        """Return the lines that belong to records: no blank line, no comment.

        Args:
            lines: The next lines, after the header.
            source: The same, as they are in the file.
        """

    def finish(self) -> pl.DataFrame | None:
        """Return the lines that were kept until the end of the file."""

    def cut(self, record: Record, lines: pl.DataFrame) -> pl.DataFrame:
        """Cut the lines of a record into `line` and its columns, all of them texts."""


def known_names(source: Input) -> dict[str, str]:
    """Return what people call each column, as far as the model alone says."""
    return {
        column: place.shown(column)
        for record in source.records
        for column, place in record.columns.items()
    }


BLANKS = " \t\xa0\u202f"


def without_blank(lines: pl.DataFrame, blanks: str | None = None) -> pl.DataFrame:
    """Leave the blank lines out: those of nothing but certain characters."""
    blank = lines["value"].str.strip_chars_start(blanks) == ""
    return lines.filter(~blank) if blank.any() else lines
