"""The history of a ledger as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import TypedDict

from ecritures.app.cursors import next_cursor
from ecritures.app.views.instants import instant_text
from ecritures.imports.state.claim import import_of_batch
from ecritures.ledger.codes import CodeKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.database.paging import Page
    from ecritures.directory.dossiers import Dossier
    from ecritures.ledger.read.history import PastEvent


class EventView(TypedDict):
    """A change of a ledger.

    `by` is the key, or the e-mail address of the person, that asked; null for an operator of the
    service. `batch` and the counts are those of the entries it is about; `account` and
    `thirdParty`, those of the lines that were matched or unmatched; `details`, every other fact it
    established.
    """

    revision: int
    kind: str
    at: str
    by: str | None
    reason: str | None
    batch: int | None
    origin: str | None
    importId: str | None
    file: str | None
    entries: int | None
    lines: int | None
    debitCents: int | None
    creditCents: int | None
    account: str | None
    thirdParty: str | None
    details: dict[str, Any]
    digest: str | None


class EventPage(TypedDict):
    """A page of the changes of a ledger, the last first. `head`: the digest of its last event."""

    dossier: str
    ledgerRevision: int
    head: str | None
    items: list[EventView]
    nextCursor: str | None


def event_page(
    dossier: Dossier,
    head: str | None,
    page: Page[PastEvent],
    files: Mapping[str, str | None],
    names: Mapping[CodeKind, Mapping[int, tuple[str, str]]],
) -> EventPage:
    """Return a page of the history of a ledger as JSON.

    Args:
        dossier: Whose ledger.
        head: The digest of its last event.
        page: The events.
        files: By import, the name of its file.
        names: The accounts and third parties, where an event is of some.
    """
    return {
        "dossier": dossier.code,
        "ledgerRevision": dossier.ledger_revision,
        "head": head,
        "items": [_event_view(one, files, names) for one in page.items],
        "nextCursor": next_cursor(page),
    }


def _event_view(
    event: PastEvent,
    files: Mapping[str, str | None],
    names: Mapping[CodeKind, Mapping[int, tuple[str, str]]],
) -> EventView:
    import_id = import_of_batch(event.source) if event.source else None
    is_known = import_id in files
    return {
        "revision": event.revision,
        "kind": event.kind,
        "at": instant_text(event.at),
        "by": event.by,
        "reason": event.reason,
        "batch": event.batch_id,
        "origin": event.origin,
        "importId": import_id if is_known else None,
        "file": files[import_id] if is_known and import_id else None,
        "entries": event.entries,
        "lines": event.lines,
        "debitCents": event.debit_cents,
        "creditCents": event.credit_cents,
        "account": _code(names, CodeKind.ACCOUNT, event.details.get("accountId")),
        "thirdParty": _code(names, CodeKind.THIRD_PARTY, event.details.get("thirdPartyId")),
        "details": event.details,
        "digest": event.digest,
    }


def _code(
    names: Mapping[CodeKind, Mapping[int, tuple[str, str]]], kind: CodeKind, number: int | None
) -> str | None:
    """Return a code by its number, or None, for example for lines without a third party."""
    found = names.get(kind, {}).get(number) if number is not None else None
    return found[0] or None if found else None
