"""What a first reading of a file tells, before anything in it is repaired.

A column is repaired wholly or not at all: where one value cannot be read, the others may mean
something else than they seem to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.accounts import LOST, NAMED
from ecritures.core.directions import DIRECTIONS
from ecritures.core.total_rows import RowsOfTotals, differs
from ecritures.core.totals import sum_of
from ecritures.formats.fec.uneven import AMOUNT_COLUMNS, DATE_COLUMNS
from ecritures.formats.repair.changes import Repairs
from ecritures.formats.repair.fields import ACCOUNT_COLUMNS, QUOTED, repair_column
from ecritures.formats.text.convert import to_cents, to_date

if TYPE_CHECKING:
    from collections.abc import Sequence

_AMOUNT = r"^[+-]? ?[0-9]*(,[0-9]*)?[+-]?$"
_DAY_FIRST = r"^[0-9]{2}[-/.][0-9]{2}[-/.][0-9]{4}"
_MONTH_FIRST = r"^(?:0[1-9]|1[0-2])[-/.](?:1[3-9]|2[0-9]|3[01])[-/.][0-9]{4}"
_SURELY_DAY_FIRST = r"^(?:1[3-9]|2[0-9]|3[01])[-/.](?:0[1-9]|1[0-2])[-/.][0-9]{4}"
_EITHER = r"^(0[1-9]|1[0-2])[-/.](0[1-9]|1[0-2])[-/.]([0-9]{4}).*"
_NO_DATE = r"^[0-]*$|^[0-9]{8}$"
_CODES = frozenset({"journal_code", "entry_number", "account_number", "third_party_number"})
_COMPARED = ("entry_date", "piece_date", "validation_date")
_BOOKED = frozenset({"debit_cents", "credit_cents", "amount"})


@dataclass(frozen=True, slots=True)
class Decisions:
    """What may be repaired.

    Attributes:
        left: Indexes of the columns whose amounts, dates or accounts stay as they are.
        unquoted: Indexes of the columns whose quotes are taken away.
        keeps_totals: Whether lines of totals stay: one of them shows that lines are missing.
        doubtful_dates: Indexes of the columns whose days are taken to come before months, which
            no date proves.
    """

    left: frozenset[int] = frozenset()
    unquoted: frozenset[int] = frozenset()
    keeps_totals: bool = False
    doubtful_dates: frozenset[int] = frozenset()


class Survey:
    """Gathers what the columns of a file hold, block after block.

    Attributes:
        totals: The rows of totals.
    """

    def __init__(self) -> None:
        self.totals = RowsOfTotals()
        self._sums = {"debit_cents": 0, "credit_cents": 0}
        self._keys: list[str | None] = []
        self._left: set[int] = set()
        self._day_first: set[int] = set()
        self._is_month_first = self._is_day_first = False
        self._closer_month_first = 0  # on how many more lines the dates are then like the others
        self._quoted: dict[int, bool] = {}
        self._is_spreadsheet = False

    def look(self, fields: pl.DataFrame, keys: Sequence[str | None]) -> None:
        """Look at lines cut into fields; `keys` are the canonical names of the columns."""
        self._keys = list(keys)
        none = pl.int_range(fields.height, dtype=pl.UInt32, eager=True)
        for index, (name, key) in enumerate(zip(fields.columns, keys, strict=True)):
            text = fields[name]
            given = text.filter(text != "")
            if given.len() and self._quoted.get(index, True):
                self._quoted[index] = bool(given.str.contains(QUOTED).all())
            if key not in AMOUNT_COLUMNS | DATE_COLUMNS | ACCOUNT_COLUMNS | {"direction"}:
                continue
            if key in AMOUNT_COLUMNS:
                self._is_spreadsheet |= bool(text.str.contains(QUOTED).any())
            after = repair_column(text, none, "", key, Repairs(0), unquote=True)
            self._judge(index, key, text, after.filter(after != ""))
        if self._day_first:
            self._closer_month_first += _closer_month_first(fields, keys)

    def decide(self) -> Decisions:
        """Say what may be repaired, once the whole file is known."""
        left = set(self._left)
        if self._is_month_first or (self._closer_month_first > 0 and not self._is_day_first):
            left |= self._day_first
        if any(self._keys[index] in _BOOKED for index in left):
            left |= {index for index, key in enumerate(self._keys) if key in _BOOKED}
        quoted = {index for index, all_are in self._quoted.items() if all_are}
        if self._is_spreadsheet:  # it quotes what has a comma or a quote, in any column
            quoted = set(range(len(self._keys)))
        elif not any(self._keys[index] in _CODES for index in quoted):
            quoted.clear()
        general = self.totals.general
        keeps = general is not None and (
            differs(general.debit, self._sums["debit_cents"])
            or differs(general.credit, self._sums["credit_cents"])
        )
        doubtful = set[int]() if self._is_day_first else self._day_first
        return Decisions(frozenset(left), frozenset(quoted), keeps, frozenset(doubtful))

    def _judge(self, index: int, key: str | None, before: pl.Series, after: pl.Series) -> None:
        if key in AMOUNT_COLUMNS:
            read = after.str.contains(_AMOUNT)
            if key in self._sums:
                self._sums[key] += sum_of(to_cents(after))
        elif key in DATE_COLUMNS:
            read = to_date(after).is_not_null() | after.str.contains(_NO_DATE)
            plain = before.str.strip_chars(' "')
            self._is_month_first |= bool(plain.str.contains(_MONTH_FIRST).any())
            self._is_day_first |= bool(plain.str.contains(_SURELY_DAY_FIRST).any())
            if plain.str.contains(_DAY_FIRST).any():
                self._day_first.add(index)
        elif key == "direction":
            read = after.is_in(DIRECTIONS)
        else:
            read = ~after.str.contains(f"{LOST}|{NAMED}")
        if not read.all():
            self._left.add(index)


def _closer_month_first(fields: pl.DataFrame, keys: Sequence[str | None]) -> int:
    """Compare dates that may be read either way with the other dates of their lines.

    A piece is of about the day of its entry; a validation may be much later, or of the same day.
    Entries follow one another by date, journal by journal at least.

    Returns:
        How many are closer when the month is read first, less those that are when the day is.
    """
    text = {
        key: fields[name].str.strip_chars(' "')
        for name, key in zip(fields.columns, keys, strict=True)
        if key in _COMPARED
    }
    closer = 0
    for key, either in text.items():
        if not either.str.contains(_EITHER).any():
            continue
        by_day, by_month = (
            either.str.replace(_EITHER, order).str.to_date("%Y%m%d", strict=False)
            for order in ("${3}${2}${1}", "${3}${1}${2}")
        )
        if key == "entry_date":
            closer += _goes_back(by_day) - _goes_back(by_month)
        for other in text.keys() - {key}:
            day = text[other].str.to_date("%Y%m%d", strict=False)
            off, off_month = ((one - day).dt.total_days().abs() for one in (by_day, by_month))
            if "validation_date" in (key, other):
                closer += int(((off_month == 0) & (off > 0)).sum())
                closer -= int(((off == 0) & (off_month > 0)).sum())
            else:
                closer += int((off_month < off).sum()) - int((off < off_month).sum())
    return closer


def _goes_back(days: pl.Series) -> int:
    """Return how often a date is before the one above it."""
    return int((days.diff().dt.total_days() < 0).sum())
