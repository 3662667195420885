"""Cuts fields out of lines of fixed width, a column at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import constant, runs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecritures.formats.tra.places import Place


class Slices:
    """The fields of some lines.

    Args:
        lines: The lines, one row each, perhaps cut short: a field that is not there is blank.
        ascii_only: Whether every character is one byte, which is quicker to cut.
    """

    def __init__(self, lines: pl.Series, *, ascii_only: bool) -> None:
        self._lines = lines.cast(pl.Binary) if ascii_only else lines
        self._ascii = ascii_only

    @property
    def height(self) -> int:
        """How many lines there are."""
        return self._lines.len()

    def field(self, place: Place) -> pl.Series:
        """Return a field without the blanks around it."""
        raw = self._raw(place.start, place.length)
        return raw.set(raw == " ", "") if place.length == 1 else raw.str.strip_chars()

    def fields(self, places: Iterable[Place]) -> list[pl.Series]:
        """Return fields that stand close together, and are often the same on several lines.

        They are cut once out of each run of lines that have the same.
        """
        places = list(places)
        values, run = runs_of(self.around(places))
        found = []
        for part in parts_of(values, places):
            if run is None:
                found.append(part)
            elif part.len() == 1:
                found.append(constant(part[0], self.height, pl.String))
            else:
                found.append(part.gather(run))
        return found

    def around(self, places: Sequence[Place]) -> pl.Series:
        """Return all that stands from the first of some fields to the last."""
        first = min(place.start for place in places)
        return self._raw(first, max(place.end for place in places) - first + 1)

    def _raw(self, start: int, length: int) -> pl.Series:
        if self._ascii:
            return self._lines.bin.slice(start - 1, length).cast(pl.String)
        return self._lines.str.slice(start - 1, length)


def parts_of(texts: pl.Series, places: Sequence[Place]) -> list[pl.Series]:
    """Cut fields out of what stands around them."""
    first = min(place.start for place in places)
    return [
        texts.str.slice(place.start - first, place.length).str.strip_chars() for place in places
    ]


def is_blank(texts: pl.Series, places: Sequence[Place]) -> bool:
    """Tell whether what stands around some fields is blank on every line."""
    first, last = min(place.start for place in places), max(place.end for place in places)
    return bool((texts == " " * (last - first + 1)).all()) or bool((texts == "").all())
