"""Columns that no field of the model is made of: reported once, with an example value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.formats.layouts.rows.placement import NAME_CHARS_MAX, plain

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ecritures.core.anomalies import Anomalies
    from ecritures.formats.layouts.inputs import Record
    from ecritures.formats.layouts.rows.placement import Placement

_NOTHING = r"[\s\x{a0}0.,+-]*"
"""Blanks and zeros."""


class UnreadColumns:
    """The columns whose first value has still to be met; one that stays empty is not reported.

    Args:
        header: The names of the columns of the file.
        placement: Which of them the model describes.
        line: The number of the header's line.
        anomalies: Where they are recorded.

    Attributes:
        waiting: Column → position, of those without a value so far.
    """

    def __init__(
        self,
        header: list[str],
        placement: Placement,
        line: int,
        anomalies: Anomalies,
    ) -> None:
        known, self._rivals = placement.known, placement.rivals
        self._names = {f"\0{at}": name for at, name in enumerate(header, 1)}
        self._line = line
        self._anomalies = anomalies
        self._read = {plain(header[at - 1]) for at in known if at <= len(header)}
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
                name = self._names[column]
                is_twice = plain(name) in self._read
                rival = None if is_twice else self._rivals.get(plain(name))
                self._anomalies.add(
                    "MOD-COL-06" if is_twice else "MOD-COL-09" if rival else "MOD-COL-02",
                    line=self._line,
                    column=name[:NAME_CHARS_MAX],
                    value=filled[0],
                    expected=rival,
                )
        return rows.drop(here)


class UnreadFields:
    """The fields of a kind of line without a header that the model does not describe.

    Args:
        width: How many fields such lines have.
        known: The positions, from 1, of those that the model describes.
        anomalies: Where they are recorded, together.

    Attributes:
        waiting: Column → position, of those without a value so far.
    """

    def __init__(self, width: int, known: Collection[int], anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self.waiting = {f"\0{at}": at for at in range(1, width + 1) if at not in known}

    def take(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Look for values of the fields that wait; return the rows without those fields."""
        here = [column for column in self.waiting if column in rows.columns]
        found: list[str] = []
        lines: list[int] = []
        for column in here:
            filled = rows.filter(~rows[column].str.contains(f"^{_NOTHING}$"))
            if filled.height:
                text = str(filled[column][0]).strip()[:NAME_CHARS_MAX]
                found.append(f"{self.waiting.pop(column)} « {text} »")
                lines.append(int(filled["line"][0]))
        if found:
            self._anomalies.add("MOD-COL-08", line=min(lines), value=", ".join(found))
        return rows.drop(here)


class LeftOutColumns:
    """The columns that a model describes and takes nothing from, until each has a value to report.

    Args:
        record: The kind of lines they are in.
        used: The columns that something is made of.
        anomalies: Where they are recorded.

    Attributes:
        waiting: Column → place, of those that had nothing to report so far.
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
        if rows.is_empty():
            return
        for column, place in list(self.waiting.items()):
            values = _distinct(rows[column])
            text = values.str.strip_chars()
            silent = rf"^(?:{_NOTHING}|{place.only or place.ignore or ''})$"
            values = values.filter(~text.str.contains(silent) & (text != (place.write or "")))
            if values.len():
                del self.waiting[column]
                found = rows.filter(pl.col(column).is_in(values.implode())).head(1)
                found = found.select("line", value=pl.col(column).str.strip_chars())
                code = "MOD-COL-07" if place.only else "MOD-COL-05"
                self._anomalies.extend(code, found, column=names.get(column, column))


def _distinct(values: pl.Series) -> pl.Series:
    """Return the distinct values of a column, which is blank on every line as a rule."""
    first = values.head(1)
    return first if (values == first[0]).all() else values.unique()
