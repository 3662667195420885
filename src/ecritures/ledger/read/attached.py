"""The documents attached to the entries of a ledger, and to the files that brought them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from ecritures.core.errors import NotFoundError
from ecritures.database.paging import Page, is_beyond, make_page
from ecritures.database.tables import attachments

if TYPE_CHECKING:
    from collections.abc import Collection

    from ecritures.database.paging import Key
    from ecritures.ledger.read.snapshot import Snapshot

DOCUMENT_KEY = (attachments.c.batch_id, attachments.c.id)
BATCHES_AT_ONCE = 500


class Document(NamedTuple):
    """A document.

    Attributes:
        entry: The number of its entry in the batch; None: it is of the file as a whole.
        line: That of its line.
        media_type: None, as what follows: the file names it, and did not give it.
        stored_key: Where the storage keeps it; None: it does not.
    """

    batch_id: int
    id: int
    entry: int | None
    line: int | None
    name: str
    media_type: str | None
    bytes: int | None
    sha256: str | None
    stored_key: str | None


def page_documents(
    snapshot: Snapshot, limit: int, after: Key | None = None, batches: Collection[int] | None = None
) -> Page[Document]:
    """Return a page of the documents in a ledger, by batch and number.

    Args:
        snapshot: The ledger.
        limit: How many.
        after: Batch and number of the last one of the page before.
        batches: Only of these; None: of all.
    """
    query = _select(snapshot, batches).order_by(*DOCUMENT_KEY).limit(limit + 1)
    if after is not None:
        query = query.where(is_beyond(DOCUMENT_KEY, after))
    found = [Document(*row) for row in snapshot.connection.execute(query)]
    return make_page(found, limit, lambda one: (one.batch_id, one.id))


def documents_of_entries(
    snapshot: Snapshot, places: Collection[tuple[int, int]]
) -> dict[tuple[int, int], list[Document]]:
    """Return the documents of some entries, by batch and entry; those without any are missing."""
    by_batch: dict[int, list[int]] = {}
    for batch_id, entry in places:
        by_batch.setdefault(batch_id, []).append(entry)
    found: dict[tuple[int, int], list[Document]] = {}
    chosen = list(by_batch.items())
    for first in range(0, len(chosen), BATCHES_AT_ONCE):
        those = (
            sa.and_(attachments.c.batch_id == batch_id, attachments.c.entry.in_(numbers))
            for batch_id, numbers in chosen[first : first + BATCHES_AT_ONCE]
        )
        query = sa.select(*_columns()).where(
            attachments.c.domain_id == snapshot.dossier.domain_id, sa.or_(*those)
        )
        for row in snapshot.connection.execute(query.order_by(*DOCUMENT_KEY)):
            one = Document(*row)
            found.setdefault((one.batch_id, one.entry or 0), []).append(one)
    return found


def get_document(snapshot: Snapshot, batch_id: int, number: int) -> Document:
    """Return a document by its batch and its number there.

    Raises:
        NotFoundError: It is not in the ledger at this revision.
    """
    query = _select(snapshot, [batch_id]).where(attachments.c.id == number)
    row = snapshot.connection.execute(query).one_or_none()
    if row is None:
        raise NotFoundError(
            "attachment-unknown",
            f"La pièce jointe {batch_id}-{number} n'est pas dans le grand livre de"
            f" {snapshot.dossier.code}.",
            f"Attached document {batch_id}-{number} is not in the ledger of"
            f" {snapshot.dossier.code}.",
        )
    return Document(*row)


def _select(snapshot: Snapshot, batches: Collection[int] | None) -> sa.Select[Any]:
    in_force = set(snapshot.batches)
    wanted = sorted(in_force if batches is None else in_force.intersection(batches))
    table = attachments.c
    left = sa.and_(sa.true(), *snapshot.removals.left_in(attachments, wanted))
    numbers: sa.BindParameter[Any] = sa.bindparam(
        None, wanted, expanding=True, literal_execute=True
    )
    return sa.select(*_columns()).where(
        table.domain_id == snapshot.dossier.domain_id,
        table.batch_id.in_(numbers),
        sa.or_(table.entry.is_(None), left),
    )


def _columns() -> list[sa.ColumnElement[Any]]:
    return [attachments.c[name] for name in Document._fields]
