"""All the checks of a file: each block as it is read, then the file as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.checks.accounts import check_accounts
from ecritures.checks.amounts import AmountChecks
from ecritures.checks.balance import Totals, check_balance, totals_of
from ecritures.checks.dates import check_dates
from ecritures.checks.entries import Entries, EntryIndex
from ecritures.checks.mandatory import check_mandatory

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from ecritures.model.anomalies import Anomalies
    from ecritures.model.lines import Block


class Checker:
    """Checks one file.

    Args:
        anomalies: Where everything found is recorded.
        regime: The regime the file is held to.
    """

    def __init__(self, anomalies: Anomalies, regime: str) -> None:
        self._anomalies = anomalies
        self._regime = regime
        self._amounts = AmountChecks(anomalies)
        self._index = EntryIndex()

    def check(self, block: Block) -> None:
        """Check the next block."""
        check_mandatory(block, self._regime, self._anomalies)
        check_dates(block, self._anomalies)
        check_accounts(block, self._regime, self._anomalies)
        self._amounts.check(block)
        self._index.add(block.lines)

    def finish(
        self, group_by: str | None, one_line_runs: Callable[[], pl.DataFrame]
    ) -> tuple[Entries, Totals]:
        """Find the entries of the file and check what only the whole file tells."""
        self._amounts.finish()
        entries = self._index.find(group_by, one_line_runs)
        totals = totals_of(entries)
        check_balance(entries, totals, self._anomalies)
        return entries, totals
