"""Fields that must be filled, by regime (article A47 A-1 VII 1°, VIII 3°, 5°, 7°)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import constant
from ecritures.core.habits import Habit
from ecritures.core.opening_journals import is_opening_journal
from ecritures.core.regime import Regime

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.amounts import Sides

_ALWAYS = {
    "entry_number": "FEC-OBL-01",
    "account_label": "FEC-OBL-01",
    "label": "FEC-OBL-01",
    "piece_ref": "FEC-OBL-02",
    "piece_date": "FEC-OBL-02",
    "validation_date": "FEC-OBL-02",
}
_BIC = {
    "journal_code": "FEC-OBL-02",
    "journal_label": "FEC-OBL-02",
    "account_number": "FEC-OBL-01",
}
_CASH = {"settlement_date": "FEC-OBL-04", "settlement_mode": "FEC-OBL-04"}

REQUIRED: dict[Regime | None, dict[str, str]] = {
    Regime.BIC: _BIC | _ALWAYS,
    None: {"journal_code": "FEC-OBL-02"},
    Regime.COMMERCIAL: _ALWAYS,
    Regime.BA_CASH: _ALWAYS | _CASH,
    Regime.BNC_CASH: _ALWAYS | _CASH,
}
"""Regime → canonical column → code of its absence. FEC-DAT-09 covers an empty entry date."""


class RequiredChecks:
    """Looks for required fields that are empty, or made of spaces; a column without any, once.

    Args:
        regime: The regime the file is held to.
        anomalies: Where they are recorded.
    """

    def __init__(self, regime: Regime | None, anomalies: Anomalies) -> None:
        self._regime = regime
        self._anomalies = anomalies
        self._habits: dict[str, Habit] = {}

    def check(self, block: Block) -> None:
        """Look at a block."""
        for column, code in REQUIRED[self._regime].items():
            if column in block.text.columns:
                absent = _is_blank(block, column)
                among = block.lines.height
                if column in _CASH and absent.any():
                    opens = _opens(block)
                    absent &= ~opens
                    among -= int(opens.sum())
                found = block.lines.select("line").filter(absent) if absent.any() else None
                self._add(column, code, found, among, block.names.get(column, column))

    def check_amounts(self, block: Block, sides: Sides) -> None:
        """Look for lines whose debit and credit are both empty."""
        empty = None
        if sides.neither is not None:
            empty = sides.neither.filter(pl.col("value") == "").select("line")
        self._add("amounts", "FEC-OBL-05", empty, block.lines.height, sides.name_in(block))

    def finish(self) -> None:
        """Record the columns that are empty on all lines."""
        for habit in self._habits.values():
            habit.finish()

    def _add(
        self, column: str, code: str, found: pl.DataFrame | None, among: int, name: str | None
    ) -> None:
        if column not in self._habits:
            self._habits[column] = Habit(self._anomalies, code, name, reported_as="expected")
        self._habits[column].add(found, among)


def _opens(block: Block) -> pl.Series:
    """Return which lines are of a journal of openings, which settle nothing."""
    journals = block.lines.select("journal_code", "journal_label").unique().iter_rows()
    codes = [code for code, label in journals if is_opening_journal(code, label)]
    return block.lines["journal_code"].cast(pl.String).is_in(codes)


def _is_blank(block: Block, column: str) -> pl.Series:
    if block.lines.schema.get(column) == pl.String:
        return block.lines[column] == ""
    if column in block.lines.columns and not block.lines[column].null_count():
        return constant(False, block.lines.height, pl.Boolean)  # noqa: FBT003
    return block.text[column].str.strip_chars() == ""
