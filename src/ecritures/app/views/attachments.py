"""Documents attached to entries, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from ecritures.app.cursors import next_pinned_cursor

if TYPE_CHECKING:
    from ecritures.app.cursors import Pin
    from ecritures.database.paging import Page
    from ecritures.ledger.read.attached import Document
    from ecritures.ledger.read.snapshot import Snapshot


class AttachmentView(TypedDict):
    """A document. `id` is `batch-number`.

    `entry` and `line` are null when it goes with the file as a whole; `kept`: it can be
    downloaded. The others are null when the file names it and did not give it.
    """

    id: str
    entry: str | None
    line: str | None
    name: str
    mediaType: str | None
    bytes: int | None
    sha256: str | None
    kept: bool


class AttachmentPage(TypedDict):
    """A page of documents; `ledgerRevision`: what all pages are of."""

    dossier: str
    ledgerRevision: int
    items: list[AttachmentView]
    nextCursor: str | None


def attachment_view(one: Document) -> AttachmentView:
    """Return a document as JSON."""
    return {
        "id": f"{one.batch_id}-{one.id}",
        "entry": None if one.entry is None else f"{one.batch_id}-{one.entry}",
        "line": None if one.line is None else f"{one.batch_id}:{one.line}",
        "name": one.name,
        "mediaType": one.media_type,
        "bytes": one.bytes,
        "sha256": one.sha256,
        "kept": one.stored_key is not None,
    }


def attachment_page(snapshot: Snapshot, page: Page[Document], pin: Pin) -> AttachmentPage:
    """Return a page of documents as JSON."""
    return {
        "dossier": snapshot.dossier.code,
        "ledgerRevision": snapshot.revision,
        "items": [attachment_view(one) for one in page.items],
        "nextCursor": next_pinned_cursor(page, pin),
    }
