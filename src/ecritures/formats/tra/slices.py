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
        self._lines = (lines.cast(pl.Binary) if ascii_only else lines).alias("line").to_frame()
        self._ascii = ascii_only

    @property
    def height(self) -> int:
        """How many lines there are."""
        return self._lines.height

    def fields(self, places: Iterable[Place]) -> list[pl.Series]:
        """Return fields without the blanks around them."""
        cut = [
            self._slice(place.start, place.length).str.strip_chars().alias(str(number))
            for number, place in enumerate(places)
        ]
        return self._lines.select(cut).get_columns()

    def around(self, groups: Iterable[Sequence[Place]]) -> list[pl.Series]:
        """Return, of each group of fields, all that stands from the first of them to the last."""
        cut = [
            self._slice(first, last - first + 1).alias(str(number))
            for number, places in enumerate(groups)
            for first, last in [ends_of(places)]
        ]
        return self._lines.select(cut).get_columns()

    def _slice(self, start: int, length: int) -> pl.Expr:
        line = pl.col("line")
        if self._ascii:
            return line.bin.slice(start - 1, length).cast(pl.String)
        return line.str.slice(start - 1, length)


def ends_of(places: Sequence[Place]) -> tuple[int, int]:
    """Return the first and the last position of some fields."""
    return min(place.start for place in places), max(place.end for place in places)


def parts_of(texts: pl.Series, places: Sequence[Place]) -> list[pl.Series]:
    """Cut fields, without the blanks around them, out of what stands around them."""
    first, _ = ends_of(places)
    cut = [
        pl.col("text").str.slice(place.start - first, place.length).str.strip_chars().alias(str(n))
        for n, place in enumerate(places)
    ]
    return texts.alias("text").to_frame().select(cut).get_columns()


def parts_of_runs(texts: pl.Series, places: Sequence[Place]) -> list[pl.Series]:
    """Do the same where lines in a row often have the same: each run of them is cut once."""
    values, run = runs_of(texts)
    parts = parts_of(values, places)
    if run is None:
        return parts
    if values.len() == 1:
        return [constant(part[0], texts.len(), pl.String) for part in parts]
    return [part.gather(run) for part in parts]


def are_blank(texts: Sequence[pl.Series], groups: Sequence[Sequence[Place]]) -> list[bool]:
    """Tell of each group of fields whether what stands around them is blank on every line."""
    columns = {str(number): one for number, one in enumerate(texts)}
    tests = [
        pl.col(name).is_in([" " * (last - first + 1), ""]).all()
        for name, places in zip(columns, groups, strict=True)
        for first, last in [ends_of(places)]
    ]
    return [bool(one) for one in pl.DataFrame(columns).select(tests).row(0)]
