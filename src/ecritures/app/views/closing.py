"""Locks and fiscal years as JSON."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from ecritures.app.views.dossiers import FiscalYearView, year_view
from ecritures.app.views.imports import WarningView  # noqa: TC001 - Pydantic reads it

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from ecritures.directory.dossiers import Dossier, FiscalYear
    from ecritures.ledger.fiscal_years.closing_preview import ClosingPreview, Turn
    from ecritures.ledger.fiscal_years.years import YearAct
    from ecritures.ledger.openings.carry_forward import Carried
    from ecritures.ledger.undoing.undo import Moved


class LocksView(TypedDict):
    """The last locked and the last closed day of a dossier, both included."""

    dossier: str
    ledgerRevision: int
    lockedThrough: str | None
    closedThrough: str | None


class YearActView(TypedDict):
    """What was done to a fiscal year."""

    dossier: str
    ledgerRevision: int
    fiscalYear: FiscalYearView
    entriesValidated: int
    warnings: list[WarningView]


class CarriedView(TypedDict):
    """What was carried forward. `fiscalYear`: the one that it opens; `entry` names the entry."""

    dossier: str
    ledgerRevision: int
    fiscalYear: FiscalYearView
    journal: str
    entry: str
    detail: bool
    lines: int
    debitCents: int
    creditCents: int
    entriesReplaced: int


class ClassTurnView(TypedDict):
    """A class of accounts at the end of a year and at the beginning of the next."""

    accountClass: str
    closingCents: int
    openingCents: int | None


class TurnView(TypedDict):
    """The closing of a year and the opening of the next; `hasOpening`: whether there is one."""

    hasOpening: bool
    accounts: int
    classes: list[ClassTurnView]
    closingCents: int
    differing: list[str]


class DraftsView(TypedDict):
    """How many entries of a journal are not validated."""

    journal: str
    entries: int


class ClosingPreviewView(TypedDict):
    """What the closing of a fiscal year would find; amounts are debit less credit.

    `before`: the fiscal year before; `suspense`: the suspense accounts that are not settled.
    """

    before: FiscalYearView | None
    begins: TurnView | None
    ends: TurnView
    resultCents: int
    suspense: dict[str, int]
    drafts: list[DraftsView]


class FiscalYearList(TypedDict):
    """The fiscal years of a dossier, the first one first."""

    items: list[FiscalYearView]


class CarriedBackView(TypedDict):
    """The openings that a year had carried forward, undone; `fiscalYear`: the year closed."""

    dossier: str
    ledgerRevision: int
    fiscalYear: FiscalYearView
    entriesRemoved: int
    entriesRestored: int
    reversalEntries: int


def locks_view(dossier: Dossier, revision: int, locked_through: date | None) -> LocksView:
    """Return what is locked and closed as JSON."""
    closed = dossier.closed_through
    return {
        "dossier": dossier.code,
        "ledgerRevision": revision,
        "lockedThrough": locked_through.isoformat() if locked_through else None,
        "closedThrough": closed.isoformat() if closed else None,
    }


def year_act_view(dossier: str, done: YearAct) -> YearActView:
    """Return what was done to a fiscal year as JSON."""
    return {
        "dossier": dossier,
        "ledgerRevision": done.revision,
        "fiscalYear": year_view(done.year),
        "entriesValidated": done.validated,
        "warnings": [
            {"code": one.code, "message": one.fr, "messageEn": one.en} for one in done.warnings
        ],
    }


def carried_view(dossier: str, done: Carried, *, detail: bool) -> CarriedView:
    """Return what was carried forward as JSON."""
    return {
        "dossier": dossier,
        "ledgerRevision": done.revision,
        "fiscalYear": year_view(done.year),
        "journal": done.journal,
        "entry": f"{done.batch_id}-1",
        "detail": detail,
        "lines": done.totals.lines,
        "debitCents": done.totals.debit_cents,
        "creditCents": done.totals.credit_cents,
        "entriesReplaced": done.replaced,
    }


def carried_back_view(dossier: str, year: FiscalYear, moved: Moved) -> CarriedBackView:
    """Return what became of the openings of a year as JSON."""
    return {
        "dossier": dossier,
        "ledgerRevision": moved.revision,
        "fiscalYear": year_view(year),
        "entriesRemoved": moved.entries_removed,
        "entriesRestored": moved.entries_restored,
        "reversalEntries": moved.reversal_entries,
    }


def year_list(dossier: Dossier) -> FiscalYearList:
    """Return the fiscal years of a dossier as JSON."""
    return {"items": [year_view(year) for year in dossier.fiscal_years]}


def closing_preview_view(preview: ClosingPreview) -> ClosingPreviewView:
    """Return what a closing would find as JSON."""
    return {
        "before": year_view(preview.before) if preview.before else None,
        "begins": _turn_view(preview.begins) if preview.begins else None,
        "ends": _turn_view(preview.ends),
        "resultCents": preview.result_cents,
        "suspense": dict(sorted(preview.suspense.items())),
        "drafts": [
            {"journal": journal, "entries": count} for journal, count in preview.drafts.items()
        ],
    }


def _turn_view(turn: Turn) -> TurnView:
    closing, opening = (_by_class(one) for one in (turn.closing, turn.opening or {}))
    return {
        "hasOpening": turn.opening is not None,
        "accounts": len(turn.closing.keys() | (turn.opening or {}).keys()),
        "classes": [
            {
                "accountClass": one,
                "closingCents": closing[one],
                "openingCents": None if turn.opening is None else opening[one],
            }
            for one in sorted(closing.keys() | opening.keys())
        ],
        "closingCents": sum(turn.closing.values()),
        "differing": turn.differing,
    }


def _by_class(balances: Mapping[str, int]) -> Counter[str]:
    found = Counter[str]()
    for account, cents in balances.items():
        found[account[:1]] += cents
    return found
