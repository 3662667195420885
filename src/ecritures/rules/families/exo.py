"""The fiscal years of the dossier: a line needs one that is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.rules.period import days_of

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.expectations import Expectations


def check_fiscal_years(block: Block, expected: Expectations, anomalies: Anomalies) -> None:
    """Record the lines outside every fiscal year of the dossier, or in a closed one."""
    day = block.lines["entry_date"]
    if not expected.fiscal_years or day.null_count() == day.len():
        return
    inside = pl.repeat(value=False, n=day.len(), eager=True)
    closed = inside
    for start, end, is_closed in expected.fiscal_years:
        within = day.is_between(start, end)
        inside |= within
        if is_closed:
            closed |= within
    name = block.names.get("entry_date")
    for code, wrong in (("FEC-EXO-01", ~inside), ("FEC-EXO-02", closed)):
        if wrong.any():
            anomalies.extend(code, days_of(block, wrong, "entry_date"), column=name)
