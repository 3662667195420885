"""Where the fields of a model go when a file is written: what they are made of, backwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from ecritures.formats.layouts.expressions import Choice, Constant, First, OfColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.formats.layouts.fields import FieldSpec


@dataclass(frozen=True, slots=True)
class Target:
    """A column that a field is written to.

    Attributes:
        constant: What is written there where the field is filled; None: its text.
    """

    column: str
    constant: str | None = None

    def put(self, value: pl.Series, before: pl.Series) -> pl.Series:
        """Return the texts of the column; where the field is empty, those it had before."""
        filled = value != ""
        if self.constant is not None:
            value = pl.Series([self.constant], dtype=pl.String).new_from_index(0, value.len())
        return value.zip_with(filled, before)


def targets_of(specs: Mapping[str, FieldSpec]) -> dict[str, list[Target]]:
    """Return the columns that each field is written to; fields that cannot be are left out.

    A column takes one field only: the one that is made of it alone goes before those that choose
    among several.
    """
    taken: set[str] = set()
    found: dict[str, list[Target]] = {}
    for kinds in ((str,), (First, Choice)):
        for field, spec in specs.items():
            if isinstance(spec.from_, kinds):
                free = [one for one in _targets(spec.from_) if one.column not in taken]
                if free and free[0].constant is None:
                    found[field] = free
                    taken |= {one.column for one in free}
    return found


def _targets(value: Any) -> list[Target]:  # noqa: ANN401 - a `Value`
    match value:
        case str() if value:
            return [Target(value)]
        case First():
            return [target for one in value.first for target in _targets(one)]
        case Choice(when=OfColumn(equals=str() as mark) as when, then=str() as column) if column:
            return [Target(column), Target(when.column, mark)]
        case Choice(then=Constant(constant=""), otherwise=str() as column) if column:
            return [Target(column)]
    return []
