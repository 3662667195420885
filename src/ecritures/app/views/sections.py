"""Analytic sections, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from ecritures.app.cursors import next_pinned_cursor

if TYPE_CHECKING:
    from ecritures.app.cursors import Pin
    from ecritures.database.paging import Page
    from ecritures.ledger.read.sections import SectionTotals
    from ecritures.ledger.read.snapshot import Snapshot


class SectionView(TypedDict):
    """An analytic section that lines are split over, and what these splits add up to."""

    axis: str
    section: str
    label: str
    lines: int
    debitCents: int
    creditCents: int
    balanceCents: int


class SectionPage(TypedDict):
    """A page of sections, by axis and code."""

    dossier: str
    ledgerRevision: int
    items: list[SectionView]
    nextCursor: str | None


def section_page(snapshot: Snapshot, page: Page[SectionTotals], pin: Pin) -> SectionPage:
    """Return a page of sections as JSON."""
    return {
        "dossier": snapshot.dossier.code,
        "ledgerRevision": snapshot.revision,
        "items": [
            {
                "axis": one.axis,
                "section": one.section,
                "label": one.label,
                "lines": one.lines,
                "debitCents": one.debit_cents,
                "creditCents": one.credit_cents,
                "balanceCents": one.balance_cents,
            }
            for one in page.items
        ],
        "nextCursor": next_pinned_cursor(page, pin),
    }
