"""Columns that no field of the model is made of: told once, with an example value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.formats.layouts.rows.placement import NAME_CHARS_MAX

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.inputs import Record

_NOTHING = r"[\s\x{a0}0.,+-]*"
"""Blanks and zeros."""


class UnreadColumns:
    """The columns whose first value has still to be met; one that stays empty is not told.

    Args:
        header: The names of the columns of the file.
        known: The positions, from 1, of those that the model describes.
        line: The number of the header's line.
        anomalies: Where they are recorded.

    Attributes:
        waiting: Column → position, of those without a value so far.
    """

    def __init__(
        self, header: list[str], known: Collection[int], line: int, anomalies: Anomalies
    ) -> None:
        self._names = {f"\0{at}": name for at, name in enumerate(header, 1)}
        self._line = line
        self._anomalies = anomalies
        self.waiting = {
            f"\0{at}": at for at, name in enumerate(header, 1) if name and at not in known
        }

    def take(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Look for values of the columns that wait; return the rows without those columns."""
        here = [column for column in self.waiting if column in rows.columns]
        for column in here:
            text = rows[column].str.strip_chars()
            filled = text.filter(text != "")
            if filled.len():
                del self.waiting[column]
                self._anomalies.add(
                    "MOD-COL-02",
                    line=self._line,
                    column=self._names[column][:NAME_CHARS_MAX],
                    value=filled[0],
                )
        return rows.drop(here)


class LeftOutColumns:
    """The columns that a model describes and takes nothing from, until each has a value to tell.

    Args:
        record: The kind of lines they are in.
        used: The columns that something is made of.
        anomalies: Where they are recorded.

    Attributes:
        waiting: Column → place, of those that had nothing to tell so far.
    """

    def __init__(self, record: Record, used: Collection[str], anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self.waiting = {
            column: place
            for column, place in record.columns.items()
            if column not in used and place.ignore != ".*"
        }

    def look(self, rows: pl.DataFrame, names: Mapping[str, str]) -> None:
        """Look for values in some rows; `names` has what the file calls the columns."""
        for column, place in list(self.waiting.items()):
            silent = rf"^(?:{_NOTHING}|{place.ignore or ''})$"
            text = pl.col(column).str.strip_chars()
            tells = ~text.str.contains(silent) & (text != (place.write or ""))
            found = rows.filter(tells).head(1).select("line", value=text)
            if found.height:
                del self.waiting[column]
                self._anomalies.extend("MOD-COL-05", found, column=names.get(column, column))
