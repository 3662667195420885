"""The fiscal years of the dossier: a line needs one that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.habits import Habits
from ecritures.rules.period import days_of

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.expectations import Expectations

OUTSIDE, CLOSED = "FEC-EXO-01", "FEC-EXO-02"


class FiscalYearChecks:
    """Looks for lines outside every fiscal year of the dossier, or in a closed one.

    Where that is so of every line, the year of the whole file is not open: it is reported once.

    Args:
        expected: The fiscal years of the dossier.
        anomalies: Where they are recorded.
    """

    def __init__(self, expected: Expectations, anomalies: Anomalies) -> None:
        self._years = expected.fiscal_years
        self._habits = Habits(anomalies)

    def check(self, block: Block) -> None:
        """Look at a block."""
        day = block.lines["entry_date"]
        if not self._years or day.null_count() == day.len():
            return
        inside = pl.repeat(value=False, n=day.len(), eager=True)
        closed = inside
        for start, end, is_closed in self._years:
            within = day.is_between(start, end)
            inside |= within
            if is_closed:
                closed |= within
        wrong = {OUTSIDE: ~inside, CLOSED: closed}
        for code, which in wrong.items():
            if which.any():
                found = days_of(block, which, "entry_date")
                self._habits.add(code, found, "entry_date", block.names.get("entry_date", ""))
        self._habits.end_block(lambda code, _: int((~wrong[code]).sum()))

    def finish(self) -> None:
        """Record what is so of every line."""
        self._habits.finish()
