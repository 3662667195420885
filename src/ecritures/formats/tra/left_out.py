"""The lines of a TRA that are no entries of the books: simulation, situation, revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.amounts import cents_text

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies


class LeftOut:
    """Counts the lines that do not enter the ledger because of their type, with their totals.

    Args:
        anomalies: Where each type is recorded, once.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._kinds: dict[str, tuple[int, int, int, int]] = {}

    def add(self, rows: pl.DataFrame) -> None:
        """Count lines: `line`, `type`, `debit_cents`, `credit_cents`."""
        sums = rows.group_by("type", maintain_order=True).agg(
            pl.col("line").first(),
            pl.len().alias("lines"),
            pl.col("debit_cents", "credit_cents").sum(),
        )
        for kind, line, count, debit, credit in sums.iter_rows():
            first, *known = self._kinds.get(kind, (line, 0, 0, 0))
            more = (known[0] + count, known[1] + debit, known[2] + credit)
            self._kinds[kind] = (first, *more)

    def finish(self) -> None:
        """Record each type."""
        for kind, (line, count, debit, credit) in self._kinds.items():
            totals = f"{count} : {cents_text(debit)} / {cents_text(credit)}"
            self._anomalies.add(
                "TRA-TYP-01", line=line, column="TYPEECRITURE", value=kind, expected=totals
            )
