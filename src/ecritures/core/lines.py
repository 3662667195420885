"""The canonical line: one table every format is read into and every later step works on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

LINE_SCHEMA: dict[str, pl.DataType] = {
    "line": pl.UInt32(),  # number of the line in the source file, the header being line 1
    "journal_code": pl.String(),
    "journal_label": pl.String(),
    "entry_number": pl.String(),
    "entry_date": pl.Date(),
    "account_number": pl.String(),
    "account_label": pl.String(),
    "third_party_number": pl.String(),
    "third_party_label": pl.String(),
    "piece_ref": pl.String(),
    "piece_date": pl.Date(),
    "label": pl.String(),
    "debit_cents": pl.Int64(),
    "credit_cents": pl.Int64(),
    "lettering": pl.String(),
    "lettering_date": pl.Date(),
    "validation_date": pl.Date(),
    "currency_amount": pl.Int64(),  # in units of 10 ** -currency_scale
    "currency_scale": pl.UInt8(),
    "currency": pl.String(),
    "siret": pl.String(),  # "": the establishment named by the import
    "splits": pl.String(),  # over analytic sections: see core.splits
    "attachments": pl.String(),  # names or addresses of documents, each on a line of its own
    "extra": pl.String(),  # a JSON object of the columns outside the norm; null when there are none
}
"""Columns and types of a canonical line. Texts are stripped and never null; "" means absent.
Dates and currency amounts are null when the source has none or when its text is not valid; debit
and credit are zero when the source has none, and null only when its text is not an amount."""

DATES = tuple(name for name, dtype in LINE_SCHEMA.items() if dtype == pl.Date)
AMOUNTS = ("debit_cents", "credit_cents", "currency_amount")
TEXTS = tuple(name for name, dtype in LINE_SCHEMA.items() if dtype == pl.String and name != "extra")


ROW = "\0"
"""Marks the place of the line number in the name of a column: the name of a cell in a sheet."""


@dataclass(frozen=True, slots=True)
class Block:
    """A run of consecutive lines of a source file.

    Attributes:
        lines: The canonical lines, with the columns of `LINE_SCHEMA`.
        text: What the source held, before any conversion: `line`, then one text column for each
            canonical column that the source has. Same rows as `lines`.
        names: Canonical column → name of the column in the source, for messages; it may hold `ROW`.
        notation: How the texts are written: `flat` (comma, AAAAMMJJ), `xml` (point, AAAA-MM-JJ), or
            `model`: as an import model says; its reader reports what it cannot read.
        plain: Columns of amounts whose texts are all written as the law requires.
        headings: Where the structure of the file says which lines make an entry: the number of the
            entry of each line, which never goes back.
    """

    lines: pl.DataFrame
    text: pl.DataFrame
    names: Mapping[str, str] = field(default_factory=dict)
    notation: Literal["flat", "xml", "model"] = "flat"
    plain: frozenset[str] = frozenset()
    headings: pl.Series | None = None


class NumberedLines(NamedTuple):
    """Consecutive canonical lines, and the entries they belong to.

    Attributes:
        lines: The lines.
        entry: The number of the entry of each, from 1 in the file.
        begins: Whether each is the first of its entry.
        whole: Whether all lines of its entry are known to be here, one after the other.
    """

    lines: pl.DataFrame
    entry: pl.Series
    begins: pl.Series
    whole: pl.Series

    def end_of_file(self) -> NumberedLines:
        """Return the same at the end of the file: the last entry is complete."""
        began_here = self.begins[0] or self.entry[-1] != self.entry[0]
        return (
            self._replace(whole=self.whole | (self.entry == self.entry[-1])) if began_here else self
        )
