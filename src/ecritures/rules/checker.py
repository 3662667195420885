"""All the checks of a file: each block as it is read, then the file as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecritures.core.totals import Totals
from ecritures.rules.accounts import check_accounts
from ecritures.rules.amounts import AmountChecks
from ecritures.rules.balance import check_balance, totals_of
from ecritures.rules.dates import check_dates
from ecritures.rules.entries.grouping import Entries, EntryIndex
from ecritures.rules.entry_rules import check_entries, check_openings, check_validation
from ecritures.rules.establishments import EstablishmentChecks
from ecritures.rules.file_name import check_file_name
from ecritures.rules.labels import LabelChecks
from ecritures.rules.lettering import LetteringChecks
from ecritures.rules.mandatory import check_mandatory, check_spaces
from ecritures.rules.numbering import check_numbering
from ecritures.rules.order import OrderChecks
from ecritures.rules.pairs import check_pairs
from ecritures.rules.period import PeriodChecks
from ecritures.rules.review import ReviewChecks, statistics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import polars as pl

    from ecritures.core.anomalies import Anomalies
    from ecritures.core.grouping import Grouping
    from ecritures.core.lines import Block, NumberedLines
    from ecritures.rules.expectations import Expectations


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks know of a whole file.

    Attributes:
        entries: Its entries.
        totals: Its totals, to be found again in the ledger.
        statistics: Figures for charts.
    """

    entries: Entries
    totals: Totals
    statistics: dict[str, Any]


class Checker:
    """Checks one file.

    Args:
        anomalies: Where everything found is recorded.
        expected: What the file should be.
        group_by: The rule that tells the entries apart; None: detected.
    """

    def __init__(
        self, anomalies: Anomalies, expected: Expectations, group_by: Grouping | None = None
    ) -> None:
        self._anomalies = anomalies
        self._expected = expected
        closing = check_file_name(expected, anomalies)
        self._amounts = AmountChecks(anomalies)
        self._period = PeriodChecks(expected, closing, anomalies)
        self._labels = LabelChecks(expected.regime, anomalies)
        self._lettering = LetteringChecks(anomalies)
        self._order = OrderChecks(anomalies)
        self._review = ReviewChecks(anomalies)
        self._establishments = EstablishmentChecks(expected, anomalies)
        self._index = EntryIndex(group_by)
        self._totals = Totals(0, 0, 0)

    def check(self, block: Block) -> None:
        """Check the next block."""
        check_mandatory(block, self._expected.regime, self._anomalies)
        check_spaces(block, self._anomalies)
        check_dates(block, self._anomalies)
        check_accounts(block, self._expected.regime, self._anomalies)
        check_pairs(block, self._anomalies)
        for checks in (self._amounts, self._period, self._labels):
            checks.check(block)
        for more in (self._lettering, self._review, self._establishments):
            more.check(block)
        if self._expected.regime is not None:
            check_validation(block, self._anomalies)
            self._order.check(block)
        self._index.add(block.lines)
        self._totals += totals_of(block.lines)

    @property
    def is_scattered(self) -> bool:
        """Whether it is known already that numbering lines as they come does not hold."""
        return self._index.is_scattered

    def number_lines(self, lines: pl.DataFrame) -> NumberedLines:
        """Number the lines of the block that was checked last."""
        return self._index.number_lines(lines)

    def finish(self, blocks: Callable[[], Iterable[pl.DataFrame]]) -> Checked:
        """Find the entries of the file and check what only the whole file tells."""
        self._amounts.finish()
        self._period.finish()
        codes = self._labels.finish()
        self._lettering.finish()
        entries = self._index.find(blocks)
        check_balance(entries, self._totals, self._anomalies)
        check_entries(entries, self._anomalies)
        if self._expected.regime is not None:
            check_openings(entries.table, codes["journal"], self._anomalies)
            check_numbering(entries, self._anomalies)
        self._review.finish(entries.runs)
        self._anomalies.fill_entries(entries.runs)
        return Checked(entries, self._totals, statistics(entries, codes["account"]))
