"""What is read in a ledger, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from ecritures.app.cursors import next_pinned_cursor
from ecritures.app.views.attachments import AttachmentView, attachment_view
from ecritures.imports.state.claim import import_of_batch
from ecritures.ledger.batch import Origin

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ecritures.app.cursors import Pin
    from ecritures.database.paging import Page
    from ecritures.ledger.read.entry_list import ReadEntry
    from ecritures.ledger.read.filters import Filter
    from ecritures.ledger.read.general_ledger import AccountLedger
    from ecritures.ledger.read.journals import CodeTotals
    from ecritures.ledger.read.line_rows import Line
    from ecritures.ledger.read.snapshot import Snapshot


class ReadLineView(TypedDict):
    """A line. `id` is `batch:line`; `made`: it was added here, to balance its entry.

    `currencyAmount` is a decimal number as a text.
    """

    id: str
    entry: str
    date: str
    journal: str
    journalLabel: str
    number: str
    account: str
    accountLabel: str
    thirdParty: str | None
    thirdPartyLabel: str | None
    piece: str
    pieceDate: str | None
    label: str
    debitCents: int
    creditCents: int
    lettering: str | None
    letteringDate: str | None
    validationDate: str | None
    currency: str | None
    currencyAmount: str | None
    siret: str | None
    made: bool


class SplitView(TypedDict):
    """A part of a line, on a section of an analytic axis; `amountCents`: debit less credit.

    `percentage` is a decimal number as a text, as it was given; null: the amount was.
    """

    axis: str
    section: str
    label: str
    amountCents: int
    percentage: str | None


class EntryLineView(ReadLineView):
    """A line of an entry, with its analytic splits: those on one axis add up to the line."""

    splits: list[SplitView]


class LedgerLineView(ReadLineView):
    """A line with the balance of its account after it: debit less credit."""

    balanceCents: int


class EntryView(TypedDict):
    """An entry: what its first line says, its lines and documents. `id` is `batch-entry`.

    `importId`: the import it came with, null where it was made here.
    """

    id: str
    date: str
    journal: str
    journalLabel: str
    number: str
    piece: str
    pieceDate: str | None
    label: str
    validationDate: str | None
    importId: str | None
    debitCents: int
    creditCents: int
    lines: list[EntryLineView]
    attachments: list[AttachmentView]


class OneEntryView(EntryView):
    """An entry, and the ledger it was read in."""

    dossier: str
    ledgerRevision: int


class LinePage(TypedDict):
    """A page of lines, by date, batch and line; `ledgerRevision`: what all pages are of."""

    dossier: str
    ledgerRevision: int
    items: list[ReadLineView]
    nextCursor: str | None


class EntryPage(TypedDict):
    """A page of entries, by date, batch and entry; `ledgerRevision`: what all pages are of."""

    dossier: str
    ledgerRevision: int
    items: list[EntryView]
    nextCursor: str | None


class CodeTotalsView(TypedDict):
    """A journal, an account or a third party that has lines, and what they add up to."""

    code: str
    label: str
    lines: int
    debitCents: int
    creditCents: int
    balanceCents: int


class JournalView(CodeTotalsView):
    """A journal that has lines."""

    entries: int


class JournalPage(TypedDict):
    """A page of journals, by code."""

    dossier: str
    ledgerRevision: int
    items: list[JournalView]
    nextCursor: str | None


class CodePage(TypedDict):
    """A page of accounts or third parties, by code."""

    dossier: str
    ledgerRevision: int
    items: list[CodeTotalsView]
    nextCursor: str | None


class AccountLedgerView(TypedDict):
    """An account of the general ledger, or the part of it that a page shows.

    `openingCents` is the balance before `from`; `openingComputed`: no entry of opening says so, it
    follows from the years before. `carriedCents` is the balance before the first of `lines`.
    `lineCount`, the amounts and `closingCents` are of all its lines. `complete`: none follows.
    """

    account: str
    label: str
    openingCents: int
    openingComputed: bool
    carriedCents: int
    lines: list[LedgerLineView]
    lineCount: int
    debitCents: int
    creditCents: int
    closingCents: int
    complete: bool


LedgerPage = TypedDict(
    "LedgerPage",
    {
        "dossier": str,
        "ledgerRevision": int,
        "from": str | None,
        "to": str | None,
        "accounts": list[AccountLedgerView],
        "nextCursor": str | None,
    },
)
"""A page of the general ledger. Not a class, since `from` is a keyword."""


def line_view(line: Line) -> ReadLineView:
    """Return a line as JSON."""
    return {
        "id": f"{line.batch_id}:{line.line}",
        "entry": f"{line.batch_id}-{line.entry}",
        "date": line.day.isoformat(),
        "journal": line.journal,
        "journalLabel": line.journal_label,
        "number": line.number,
        "account": line.account,
        "accountLabel": line.account_label,
        "thirdParty": line.third_party or None,
        "thirdPartyLabel": line.third_party_label or None,
        "piece": line.piece,
        "pieceDate": _day(line.piece_date),
        "label": line.label,
        "debitCents": line.debit_cents,
        "creditCents": line.credit_cents,
        "lettering": line.lettering or None,
        "letteringDate": _day(line.lettering_date),
        "validationDate": _day(line.validation_date),
        "currency": line.currency or None,
        "currencyAmount": line.currency_text,
        "siret": line.siret or None,
        "made": line.is_made,
    }


def entry_view(entry: ReadEntry) -> EntryView:
    """Return an entry as JSON."""
    first = entry.first
    is_imported = entry.batch.origin in {Origin.IMPORT, Origin.REPLACEMENT}
    return {
        "id": f"{entry.place.batch_id}-{entry.place.entry}",
        "date": entry.place.day.isoformat(),
        "journal": first.journal,
        "journalLabel": first.journal_label,
        "number": first.number,
        "piece": first.piece,
        "pieceDate": _day(first.piece_date),
        "label": first.label,
        "validationDate": _day(first.validation_date),
        "importId": import_of_batch(entry.batch.source) if is_imported else None,
        "debitCents": entry.debit_cents,
        "creditCents": entry.credit_cents,
        "lines": [_entry_line(entry, one) for one in entry.lines],
        "attachments": [attachment_view(one) for one in entry.documents],
    }


def _entry_line(entry: ReadEntry, line: Line) -> EntryLineView:
    splits = entry.splits.get((line.batch_id, line.line), ())
    return {
        **line_view(line),
        "splits": [
            {
                "axis": one.axis,
                "section": one.section,
                "label": one.label,
                "amountCents": one.amount_cents,
                "percentage": one.percentage,
            }
            for one in splits
        ],
    }


def one_entry_view(snapshot: Snapshot, entry: ReadEntry) -> OneEntryView:
    """Return an entry as JSON, with the ledger it was read in."""
    place = {"dossier": snapshot.dossier.code, "ledgerRevision": snapshot.revision}
    return {**entry_view(entry), **place}  # type: ignore[typeddict-item]


def line_page(snapshot: Snapshot, page: Page[Line], pin: Pin) -> LinePage:
    """Return a page of lines as JSON."""
    return {
        "dossier": snapshot.dossier.code,
        "ledgerRevision": snapshot.revision,
        "items": [line_view(one) for one in page.items],
        "nextCursor": next_pinned_cursor(page, pin),
    }


def entry_page(snapshot: Snapshot, page: Page[ReadEntry], pin: Pin) -> EntryPage:
    """Return a page of entries as JSON."""
    return {
        "dossier": snapshot.dossier.code,
        "ledgerRevision": snapshot.revision,
        "items": [entry_view(one) for one in page.items],
        "nextCursor": next_pinned_cursor(page, pin),
    }


def journal_page(snapshot: Snapshot, page: Page[CodeTotals], pin: Pin) -> JournalPage:
    """Return a page of journals as JSON."""
    return {
        "dossier": snapshot.dossier.code,
        "ledgerRevision": snapshot.revision,
        "items": [{**_totals(one), "entries": one.entries or 0} for one in page.items],
        "nextCursor": next_pinned_cursor(page, pin),
    }


def code_page(snapshot: Snapshot, page: Page[CodeTotals], pin: Pin) -> CodePage:
    """Return a page of accounts or third parties as JSON."""
    return {
        "dossier": snapshot.dossier.code,
        "ledgerRevision": snapshot.revision,
        "items": [_totals(one) for one in page.items],
        "nextCursor": next_pinned_cursor(page, pin),
    }


def ledger_page(
    snapshot: Snapshot, wanted: Filter, page: Page[AccountLedger], pin: Pin
) -> LedgerPage:
    """Return a page of the general ledger as JSON."""
    return {
        "dossier": snapshot.dossier.code,
        "ledgerRevision": snapshot.revision,
        "from": _day(wanted.start),
        "to": _day(wanted.end),
        "accounts": [_account(one) for one in page.items],
        "nextCursor": next_pinned_cursor(page, pin),
    }


def _account(one: AccountLedger) -> AccountLedgerView:
    return {
        "account": one.account,
        "label": one.label,
        "openingCents": one.opening_cents,
        "openingComputed": one.is_computed,
        "carriedCents": one.carried_cents,
        "lines": _with_balances(one.lines),
        "lineCount": one.line_count,
        "debitCents": one.debit_cents,
        "creditCents": one.credit_cents,
        "closingCents": one.closing_cents,
        "complete": one.is_complete,
    }


def _with_balances(held: Sequence[tuple[Line, int]]) -> list[LedgerLineView]:
    return [{**line_view(line), "balanceCents": balance} for line, balance in held]


def _totals(one: CodeTotals) -> CodeTotalsView:
    return {
        "code": one.code,
        "label": one.label,
        "lines": one.lines,
        "debitCents": one.debit_cents,
        "creditCents": one.credit_cents,
        "balanceCents": one.balance_cents,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
