"""What an undo or a restore did, and what prevents one, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired

from typing_extensions import TypedDict

from ecritures.app.views.instants import instant_text
from ecritures.ledger.blockers import BlockedError

if TYPE_CHECKING:
    from ecritures.core.errors import EcrituresError
    from ecritures.ledger.blockers import Blocker
    from ecritures.ledger.undoing.preview import Preview
    from ecritures.ledger.undoing.undo import Moved


class NamedEntryView(TypedDict):
    """An entry; `id` is its batch and its rank there."""

    id: str
    journal: str
    number: str
    date: str


class BlockerView(TypedDict):
    """Entries that prevent an act, for one reason; the first hundred are named.

    `accounts`: those that differ; `purgedAt`: when the rows of the entries were deleted.
    """

    kind: str
    count: int
    entries: list[NamedEntryView]
    accounts: NotRequired[list[str]]
    purgedAt: NotRequired[str]


class RefusalView(TypedDict):
    """An act on the ledger that is refused."""

    code: str
    message: str
    messageEn: str
    blockers: list[BlockerView]


class MovedView(TypedDict):
    """What an undo or a restore did. `lifted`: what would have prevented it, by kind and count."""

    id: str
    ledgerRevision: int
    entriesRemoved: int
    entriesRestored: int
    reversalEntries: int
    lifted: list[BlockerView]


class BalanceMovedView(TypedDict):
    """The balance of an account that an act changes."""

    account: str
    beforeCents: int
    afterCents: int


class MatchingView(TypedDict):
    """A lettering by hand that an act would end."""

    account: str
    thirdParty: str
    code: str
    day: str
    by: str | None


class UndoPreview(TypedDict):
    """What an undo or a restore would do."""

    blockers: list[BlockerView]
    entriesRemoved: int
    entriesRestored: int
    balances: list[BalanceMovedView]
    matchings: list[MatchingView]


def preview_view(preview: Preview) -> UndoPreview:
    """Return what an undo or a restore would do as JSON."""
    return {
        "blockers": [blocker_view(one) for one in preview.blockers],
        "entriesRemoved": preview.entries_removed,
        "entriesRestored": preview.entries_restored,
        "balances": [
            {
                "account": one["account"],
                "beforeCents": one["beforeCents"],
                "afterCents": one["afterCents"],
            }
            for one in preview.balances
        ],
        "matchings": [
            {
                "account": one.account,
                "thirdParty": one.third_party,
                "code": one.code,
                "day": one.day.isoformat(),
                "by": one.by,
            }
            for one in preview.matchings
        ],
    }


def moved_view(import_id: str, moved: Moved) -> MovedView:
    """Return what was done as JSON."""
    return {
        "id": import_id,
        "ledgerRevision": moved.revision,
        "entriesRemoved": moved.entries_removed,
        "entriesRestored": moved.entries_restored,
        "reversalEntries": moved.reversal_entries,
        "lifted": [blocker_view(one) for one in moved.lifted],
    }


def blocker_view(blocker: Blocker) -> BlockerView:
    """Return what prevents an act as JSON."""
    view: BlockerView = {
        "kind": str(blocker.kind),
        "count": blocker.count,
        "entries": [
            {
                "id": f"{one.batch}-{one.entry}",
                "journal": one.journal,
                "number": one.number,
                "date": one.day.isoformat(),
            }
            for one in blocker.entries
        ],
    }
    if blocker.accounts:
        view["accounts"] = list(blocker.accounts)
    if blocker.at:
        view["purgedAt"] = instant_text(blocker.at)
    return view


def refusal_view(error: EcrituresError) -> RefusalView:
    """Return a refusal as JSON; one that is no `BlockedError` has no blockers."""
    return {
        "code": error.sentence.code,
        "message": error.sentence.fr,
        "messageEn": error.sentence.en,
        "blockers": blockers_of(error),
    }


def blockers_of(error: EcrituresError) -> list[BlockerView]:
    """Return what an error says prevents an act, as JSON."""
    return [blocker_view(one) for one in error.blockers] if isinstance(error, BlockedError) else []
