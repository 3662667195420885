"""Exports that repeat lines by analytic section: only their general lines are entries."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ecritures.formats.layouts.guess.words import is_known

if TYPE_CHECKING:
    from ecritures.formats.layouts.guess.grid import Table

COLUMN = "lineKind"
_KINDS = (("G", "A"), ("GEN", "ANA"), ("GENERAL", "ANALYTIQUE"), ("GÉNÉRAL", "ANALYTIQUE"))
"""What general and analytic lines are called."""


class GeneralLines(NamedTuple):
    """How to distinguish the general lines of a file from the analytic ones.

    Attributes:
        at: Index of the column that distinguishes them, from 0.
        words: The values of that column on general lines.
    """

    at: int
    words: list[str]

    def doubt(self, shown: str) -> tuple[str, str]:
        """Say, in French and in English, what is read; `shown` is what people call the column."""
        word = self.words[0]
        fr = f"Seules les lignes « {word} » de la colonne {shown} sont lues : les autres en donnent"
        en = f"Only the lines “{word}” of column {shown} are read: the others split them over"
        return f"{fr} la ventilation analytique.", f"{en} analytic sections."


def find_general_lines(table: Table) -> GeneralLines | None:
    """Find the column that distinguishes general from analytic lines; None if there is none."""
    for at in range(len(table.places)):
        words = {cell for cell in table.column(at) if cell}
        kinds = {word.upper() for word in words}
        for general, analytic in _KINDS:
            named = bool(table.header) and is_known(table.header[at])
            if kinds == {general, analytic} and not named:
                return GeneralLines(at, sorted(word for word in words if word.upper() == general))
    return None


def only(table: Table, general: GeneralLines) -> Table:
    """Return the table without its analytic lines."""
    return replace(table, body=[row for row in table.body if row[general.at] in general.words])
