"""What a reviewer wants to see: never an error, information only."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import or_zero

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block

LINES_MIN = 500
WEEKEND_SHARE_MAX = 0.25
ROUND_SHARE_MAX = 0.25
ROUND_CENTS = 10_000  # 100 €
BENFORD_GAP_MAX = 0.03  # mean gap of the nine shares
SATURDAY = 6
_BOUNDS = pl.Series(
    [*(digit * 10**power for power in range(19) for digit in range(1, 10)), 2**63 - 1]
)
"""Where the first digit of an amount changes."""


class ReviewChecks:
    """Counts what is round, and how amounts begin."""

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._first_digits = [0] * 10
        self._round = 0

    def check(self, block: Block) -> None:
        """Count in a block."""
        lines = block.lines
        amounts = or_zero(lines["debit_cents"]) + or_zero(lines["credit_cents"])
        amounts = amounts.filter(amounts != 0)
        self._round += int((amounts % ROUND_CENTS == 0).sum())
        smaller = amounts.abs().sort().search_sorted(_BOUNDS, side="left")
        counts = smaller.diff(null_behavior="drop").to_list()
        for digit in range(1, 10):
            self._first_digits[digit] += sum(counts[digit - 1 :: 9])

    def finish(self, runs: pl.DataFrame) -> None:
        """Record what stands out."""
        total = sum(self._first_digits)
        if total < LINES_MIN:
            return
        self._record_weekends(runs)
        self._record_share("FEC-REV-02", self._round / total, ROUND_SHARE_MAX)
        gap = sum(
            abs(self._first_digits[digit] / total - math.log10(1 + 1 / digit))
            for digit in range(1, 10)
        )
        self._record_share("FEC-REV-03", gap / 9, BENFORD_GAP_MAX)

    def _record_weekends(self, runs: pl.DataFrame) -> None:
        weekday = pl.col("entry_date").dt.weekday()
        weekend = int(runs.filter(weekday >= SATURDAY)["lines"].sum())
        total = int(runs["lines"].sum())
        self._record_share("FEC-REV-01", weekend / total, WEEKEND_SHARE_MAX)

    def _record_share(self, code: str, share: float, share_max: float) -> None:
        if share > share_max:
            self._anomalies.add(code, value=f"{share:.0%}".replace("%", " %"))
