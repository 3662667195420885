"""All the checks of a file: each block as it is read, then the file as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecritures.core.totals import Totals
from ecritures.rules.amounts import sides_of, spellings
from ecritures.rules.entries.grouping import EntryIndex
from ecritures.rules.families.aux_ import (
    ThirdPartyChecks,
    check_third_party_labels,
    check_third_party_numbers,
)
from ecritures.rules.families.cpt import (
    check_account_labels,
    check_account_numbers,
    check_chart,
    check_no_account,
)
from ecritures.rules.families.dat import DateTextChecks, check_dates, check_outside_year
from ecritures.rules.families.dev import check_before_euro, check_currencies
from ecritures.rules.families.dup import RepeatedLines
from ecritures.rules.families.ecr import (
    DocumentChecks,
    ValidationChecks,
    check_balanced_entries,
    check_entries,
    check_own_balance,
)
from ecritures.rules.families.equ import check_months, check_totals
from ecritures.rules.families.exo import FiscalYearChecks
from ecritures.rules.families.jrn import check_journal_labels
from ecritures.rules.families.let import LetteringChecks, LetteringDateChecks
from ecritures.rules.families.mnt import (
    AmountChecks,
    SpellingChecks,
    check_empty_side,
    check_negative,
    check_sides,
    empty_sides_tally,
)
from ecritures.rules.families.nom import check_file_name, check_named_year, company_of
from ecritures.rules.families.num import (
    check_damaged_numbers,
    check_decimal_numbers,
    check_numbers,
    check_sequence,
)
from ecritures.rules.families.obl import RequiredChecks
from ecritures.rules.families.ord import ClosingChecks, OrderChecks, check_openings
from ecritures.rules.families.pie import PieceChecks
from ecritures.rules.families.rev import ReviewChecks
from ecritures.rules.families.sen import DirectionChecks
from ecritures.rules.families.sir import SiretChecks
from ecritures.rules.families.str import check_spaces, spaces_tally
from ecritures.rules.labels import LabelGatherer
from ecritures.rules.period import OutsideYear
from ecritures.rules.sequence import find_sequence
from ecritures.rules.statistics import statistics
from ecritures.rules.subject import subject_of
from ecritures.rules.uses import end_block_of, uses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import polars as pl

    from ecritures.core.anomalies import Anomalies
    from ecritures.core.grouping import Grouping
    from ecritures.core.lines import Block, NumberedLines
    from ecritures.core.total_rows import StatedTotal
    from ecritures.rules.entries.found import Entries
    from ecritures.rules.expectations import Expectations
    from ecritures.rules.subject import Subject


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks know of a whole file.

    Attributes:
        entries: Its entries.
        totals: Its totals, which the ledger must find again.
        statistics: Figures for charts.
        subject: What the file is about.
        split_lines: How many lines are split over analytic sections.
        document_lines: How many lines have documents.
    """

    entries: Entries
    totals: Totals
    statistics: dict[str, Any]
    subject: Subject
    split_lines: int = 0
    document_lines: int = 0


class Checker:
    """Checks one file.

    Args:
        anomalies: Where everything found is recorded.
        expected: What the file should be.
        group_by: How its lines are grouped into entries; None: detected.
        proposed: A rule by numbers, taken where numbers can be used.
    """

    def __init__(
        self,
        anomalies: Anomalies,
        expected: Expectations,
        group_by: Grouping | None = None,
        proposed: Grouping | None = None,
    ) -> None:
        self._anomalies = anomalies
        self._expected = expected
        self._outside = OutsideYear(check_file_name(expected, anomalies))
        self._labels = LabelGatherer()
        self._amounts = AmountChecks(anomalies, is_fec=expected.regime is not None)
        self._uses = uses(anomalies)
        self._directions = DirectionChecks(self._uses, anomalies)
        self._lettering = LetteringChecks(anomalies)
        self._lettering_dates = LetteringDateChecks(anomalies)
        self._date_texts = DateTextChecks(anomalies)
        self._fiscal_years = FiscalYearChecks(expected, anomalies)
        self._spelling = SpellingChecks(anomalies)
        self._required = RequiredChecks(expected.regime, anomalies)
        self._third_parties = ThirdPartyChecks(anomalies)
        self._pieces = PieceChecks(anomalies)
        self._documents = DocumentChecks(anomalies)
        self._repeated = RepeatedLines(anomalies)
        self._spaces = spaces_tally(anomalies)
        self._empty_sides = empty_sides_tally(anomalies)
        self._closing = ClosingChecks()
        self._order = OrderChecks(anomalies)
        self._validation = ValidationChecks(anomalies)
        self._review = ReviewChecks(anomalies)
        self._sirets = SiretChecks(expected, anomalies)
        self._index = EntryIndex(group_by, proposed)
        # What is lawful does not depend on how somebody chose to group the lines.
        judges_own = group_by is not None and expected.regime is not None
        self._own_index = EntryIndex() if judges_own else None
        self._totals = Totals(0, 0, 0)
        self._by_journal = False
        self._split_lines = self._document_lines = 0

    def check(self, block: Block) -> None:
        """Check the next block."""
        expected, anomalies = self._expected, self._anomalies
        self._by_journal |= block.notation == "xml"
        self._required.check(block)
        check_no_account(block, anomalies)
        check_spaces(block, self._spaces)
        self._third_parties.check(block)
        self._pieces.check(block)
        self._documents.check(block)
        self._lettering_dates.check(block)
        self._check_dates(block)
        self._check_amounts(block)
        self._labels.add(block)
        self._lettering.check(block)
        end_block_of(block, self._uses)
        self._repeated.check(block)
        self._review.check(block)
        self._sirets.check(block)
        if expected.regime is not None:
            self._validation.check(block)
            self._order.check(block)
            self._closing.check(block)
        self._index.add(block.lines, block.headings)
        if self._own_index is not None:
            self._own_index.add(block.lines, block.headings)
        self._totals += Totals.of(block.lines)
        self._split_lines += int((block.lines["splits"] != "").sum())
        self._document_lines += int((block.lines["attachments"] != "").sum())

    def _check_dates(self, block: Block) -> None:
        self._date_texts.check(block)
        self._outside.add(block)
        self._fiscal_years.check(block)
        check_dates(block, self._uses)

    def _check_amounts(self, block: Block) -> None:
        for spelling in spellings(block):
            self._spelling.check(block, spelling)
        self._spelling.end_block(block)
        self._amounts.check(block)
        check_negative(block, self._uses)
        self._directions.check(block)
        check_empty_side(block, self._empty_sides)
        sides = sides_of(block)
        check_sides(block, sides, self._uses)
        self._required.check_amounts(block, sides)
        check_currencies(block, self._uses)

    @property
    def is_scattered(self) -> bool:
        """Whether it is known already that numbering lines as they come does not hold."""
        return self._index.is_scattered

    def number_lines(self, lines: pl.DataFrame) -> NumberedLines:
        """Number the lines of the block that was checked last."""
        return self._index.number_lines(lines)

    def _check_numbering(
        self, entries: Entries, blocks: Callable[[], Iterable[pl.DataFrame]]
    ) -> None:
        own = entries
        if self._own_index is not None:
            own = self._own_index.find(blocks)
            check_own_balance(own, entries, self._anomalies)
        check_numbers(own, self._anomalies)
        if sequence := find_sequence(own, by_journal=self._by_journal):
            check_sequence(sequence, self._anomalies)

    def finish(
        self, blocks: Callable[[], Iterable[pl.DataFrame]], stated: StatedTotal | None
    ) -> Checked:
        """Find the entries of the file and check what only the whole file shows.

        Args:
            blocks: Gives the canonical lines once more, which some groupings need.
            stated: What a row of the file says its general total is.
        """
        anomalies = self._anomalies
        self._amounts.finish(self._totals)
        for gathered in (
            *(self._required, self._third_parties, self._lettering_dates),
            *(self._spaces, self._empty_sides, self._date_texts, self._spelling),
            *(self._fiscal_years, self._uses, self._directions, self._lettering),
        ):
            gathered.finish()
        check_named_year(self._outside, anomalies)
        check_outside_year(self._outside, anomalies)
        labels = self._labels.finish()
        check_journal_labels(labels, anomalies)
        check_account_labels(labels, anomalies)
        check_third_party_labels(labels, anomalies)
        check_third_party_numbers(labels, anomalies)
        check_account_numbers(labels, self._expected.regime, anomalies)
        check_chart(labels, self._expected.regime, self._expected.chart, anomalies)
        entries = self._index.find(blocks)
        self._pieces.finish(entries)
        check_damaged_numbers(entries, anomalies)
        check_decimal_numbers(entries, labels, anomalies)
        check_balanced_entries(entries, anomalies)
        check_totals(entries, self._totals, stated, anomalies)
        check_entries(entries, anomalies)
        check_before_euro(entries, anomalies)
        self._documents.finish(entries)
        check_months(entries, anomalies)
        if self._expected.regime is not None:
            check_openings(
                entries,
                labels,
                anomalies,
                opens=self._order.opens,
                by_journal=self._by_journal,
                closing=self._outside.closing,
            )
            self._order.finish()
            self._closing.finish(entries, anomalies)
            self._check_numbering(entries, blocks)
            self._repeated.finish(entries, blocks)
            self._validation.finish(entries)
        self._review.finish(entries.runs)
        anomalies.fill_entries(entries.runs, entries.key)
        return Checked(
            entries,
            self._totals,
            statistics(entries, labels.table["account"]),
            subject_of(company_of(self._expected), self._outside.closing, entries.runs),
            self._split_lines,
            self._document_lines,
        )
