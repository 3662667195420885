"""What the closing of a fiscal year would find, and what the next year would begin with."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.directory.fiscal_years import year_before
from ecritures.ledger.entry_frames import read_journals
from ecritures.ledger.fiscal_years.definitive import Validity
from ecritures.ledger.openings.openings import carried, closing_of, differing, opening_after

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.directory.dossiers import FiscalYear
    from ecritures.ledger.moves import Ledger

SUSPENSE = "471"


@dataclass(frozen=True, slots=True)
class Turn:
    """The closing of a year, and the opening of the next: debit less credit, as `carried` does.

    Attributes:
        opening: None: the next year has no opening, or does not exist.
    """

    closing: Mapping[str, int]
    opening: Mapping[str, int] | None

    @property
    def differing(self) -> list[str]:
        """The accounts whose opening is not their closing."""
        return [] if self.opening is None else differing(self.closing, self.opening)


@dataclass(frozen=True, slots=True)
class ClosingPreview:
    """What the closing of a year would find.

    Attributes:
        before: The year before; None: there is none.
        begins: How the year begins; None: no year comes before.
        ends: How it ends.
        result_cents: Classes 6 and 7, debit less credit.
        suspense: The suspense accounts that are not settled, debit less credit.
        drafts: How many entries up to its end are not validated, by journal.
    """

    before: FiscalYear | None
    begins: Turn | None
    ends: Turn
    result_cents: int
    suspense: Mapping[str, int]
    drafts: Mapping[str, int]


def preview_closing(ledger: Ledger, year: FiscalYear) -> ClosingPreview:
    """Return what the closing of a year would find; nothing is changed."""
    before, closing = year_before(ledger.dossier, year), closing_of(ledger, year)
    return ClosingPreview(
        before,
        _turn(ledger, before, closing_of(ledger, before)) if before else None,
        _turn(ledger, year, closing),
        sum(cents for code, cents in closing.items() if code[:1] in {"6", "7"}),
        {code: cents for code, cents in closing.items() if cents and code.startswith(SUSPENSE)},
        _drafts(ledger, year),
    )


def _turn(ledger: Ledger, year: FiscalYear, closing: Mapping[str, int]) -> Turn:
    return Turn(carried(closing), opening_after(ledger, year))


def _drafts(ledger: Ledger, year: FiscalYear) -> dict[str, int]:
    journals, counts = read_journals(ledger), Counter[str]()
    for _, frame in Validity(ledger).drafts(year.end):
        for journal, count in frame["journal_id"].value_counts().iter_rows():
            counts[journals[journal]] += count
    return dict(sorted(counts.items()))
