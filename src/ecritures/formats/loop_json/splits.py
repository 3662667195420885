"""The analytic splits of lines: checked against the lines, and not kept: the ledger has no place.

The page names the field, not what is in it; the spellings of other programs are taken.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.habits import Tally
from ecritures.formats.loop_json.fields import SPLIT
from ecritures.formats.loop_json.gathered import Found, Gathered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ecritures.core.anomalies import Anomalies

SHARES = ("pourcentage", "percentage", "percent", "taux")
AMOUNTS = ("montant", "amount")
WHOLE = Decimal(100)
AXIS_CHARS_MAX = 40
_FORM = '{"AXE1": [{"section": "…", "pourcentage": 100}]}'


class Splits:
    """Checks splits.

    Args:
        anomalies: Where what is wrong is recorded.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._gathered = Gathered(anomalies)
        self._kept_out = Tally(anomalies, "JSON-ANA-01")

    def check(self, frame: pl.DataFrame, splits: Sequence[object]) -> None:
        """Check the splits of some lines.

        Args:
            frame: `line`, `debit_cents` and `credit_cents` of each.
            splits: Of each, as they are; None: none.
        """
        if not any(splits):
            return
        of_axis: dict[str, list[int]] = defaultdict(list)
        for (line, debit, credit), given in zip(frame.iter_rows(), splits, strict=True):
            if given:
                for axis in self._check(line, abs((debit or 0) - (credit or 0)), given):
                    of_axis[axis].append(line)
        for axis, lines in of_axis.items():
            self._kept_out.add(pl.Series(lines, dtype=pl.UInt32), axis)
        self._gathered.record()

    def finish(self) -> None:
        """Say that splits are not kept."""
        self._kept_out.finish()

    def _check(self, line: int, cents: int, given: object) -> list[str]:
        """Check the splits of a line; return their axes."""
        if not isinstance(given, dict):
            self._gathered.add("JSON-ANA-04", Found(line, SPLIT, expected=_FORM))
            return []
        for axis, parts in given.items():
            column = f"{SPLIT}[{axis}]"
            if not isinstance(parts, list) or not all(isinstance(one, dict) for one in parts):
                self._gathered.add("JSON-ANA-04", Found(line, column, expected=_FORM))
                continue
            self._compare(line, column, cents, parts)
        return [str(axis)[:AXIS_CHARS_MAX] for axis in given]

    def _compare(
        self, line: int, column: str, cents: int, parts: Sequence[Mapping[str, object]]
    ) -> None:
        shares, amounts = _sum(parts, SHARES), _sum(parts, AMOUNTS)
        if shares is None and amounts is None:
            self._gathered.add("JSON-ANA-04", Found(line, column, expected=_FORM))
        if shares is not None and shares != WHOLE:
            self._gathered.add("JSON-ANA-02", Found(line, column, f"{shares:f}"))
        wanted = Decimal(cents) / 100
        if amounts is not None and abs(amounts) != wanted:
            self._gathered.add("JSON-ANA-03", Found(line, column, f"{amounts:f}", f"{wanted:.2f}"))


def _sum(parts: Sequence[Mapping[str, object]], names: Sequence[str]) -> Decimal | None:
    """Return the sum of a field; None unless every part has it."""
    total = Decimal(0)
    for part in parts:
        lower = {name.lower(): value for name, value in part.items()}
        value = next((lower[name] for name in names if lower.get(name) not in (None, "")), None)
        if not isinstance(value, str):
            return None
        try:
            number = Decimal(value.replace(",", "."))
        except InvalidOperation:
            return None
        if not number.is_finite() or abs(number.adjusted()) > len(str(10**12)):
            return None
        total += number
    return total if parts else None
