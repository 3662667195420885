"""A table to be written: typed columns, and rows that come one by one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ecritures.core.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecritures.core.sentences import Language


class Kind(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    DAY = "day"
    CENTS = "cents"  # written in euros
    DECIMAL = "decimal"  # a text with a point: an amount in a currency with decimals of its own
    NUMBER = "number"
    YES_NO = "yes-no"


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        name: In Parquet and JSON.
        fr: Its heading in French.
        en: Its heading in English.
    """

    name: str
    fr: str
    en: str
    kind: Kind = Kind.TEXT

    def heading(self, language: Language) -> str:
        """Return its heading."""
        return self.fr if language == "fr" else self.en


class Title(Sentence):
    """What a table shows; its code names the file."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        title: What it is called.
        columns: Its columns.
        rows: Cells in the order of the columns: text, day, integer, or None. Read once.
    """

    title: Title
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
