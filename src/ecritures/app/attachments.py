"""The documents attached to the entries of a dossier: listed, and given back as they came."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ecritures.app.cursors import Pin, read_pinned_cursor
from ecritures.app.queries import find_dossier
from ecritures.app.views.attachments import attachment_page
from ecritures.core.errors import AbsentSourceError, ConflictError, NotFoundError
from ecritures.imports.queries import get_import
from ecritures.ledger.read.attached import get_document, page_documents
from ecritures.ledger.read.filter_texts import FilterTexts, parse_filter
from ecritures.ledger.read.snapshot import open_snapshot
from ecritures.sources.storage import fetch

if TYPE_CHECKING:
    from pathlib import Path

    from ecritures.app.views.attachments import AttachmentPage
    from ecritures.database import Database
    from ecritures.directory.keys import Caller
    from ecritures.imports.dependencies import Dependencies
    from ecritures.ledger.read.attached import Document

_NAME = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")


def show_attachments(  # noqa: PLR0913 - a dossier, and a page
    database: Database,
    caller: Caller,
    code: str,
    *,
    import_id: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> AttachmentPage:
    """Return a page of the documents in the ledger of a dossier as JSON.

    Args:
        database: The firm's.
        caller: Who asks.
        code: That of the dossier.
        import_id: Only those of this import.
        limit: How many.
        cursor: That of the page before; None: the first page.

    Raises:
        NotFoundError: There is no such dossier or import.
        ForbiddenError: The key is not linked to it.
        RefusedRequestError: The cursor cannot be understood.
        GoneError: The revision can no longer be read.
    """
    dossier = find_dossier(database, caller, code)
    batches = None
    if import_id is not None:
        found = get_import(database, import_id, caller)
        batches = [] if found.batch_id is None else [found.batch_id]
    listed = f"{dossier.id}/attachments/{import_id}"
    wanted = parse_filter(FilterTexts(), dossier)
    wanted, after = read_pinned_cursor(cursor, wanted, listed, int, int)
    with open_snapshot(database, dossier, wanted.revision) as snapshot:
        page = page_documents(snapshot, limit, after, batches)
        return attachment_page(snapshot, page, Pin(snapshot.revision, wanted.digest(listed)))


def fetch_attachment(
    deps: Dependencies, caller: Caller, code: str, name: str, target: Path
) -> Document:
    """Copy a document of the ledger of a dossier to `target`, and return what it is.

    Args:
        deps: The firm's.
        caller: Who asks.
        code: That of the dossier.
        name: `batch-number`.
        target: Where it goes.

    Raises:
        NotFoundError: There is no such document, or the storage does not keep it.
        ForbiddenError: The key is not linked to the dossier.
        ConflictError: It is not what was received.
        TransientSourceError: The storage does not answer.
    """
    place = _NAME.fullmatch(name)
    if place is None:
        raise NotFoundError(
            "attachment-name",
            f"« {name} » n'est pas une pièce jointe : écrivez lot-numéro, comme 91631441-2.",
            f"“{name}” is not an attached document: write batch-number, as in 91631441-2.",
        )
    dossier = find_dossier(deps.database, caller, code)
    with open_snapshot(deps.database, dossier) as snapshot:
        found = get_document(snapshot, int(place[1]), int(place[2]))
    if found.stored_key is None:
        raise _not_kept(found)
    try:
        fetched = fetch(deps.storage, found.stored_key, target, found.bytes or 0)
    except AbsentSourceError:
        raise _not_kept(found) from None
    if fetched.sha256 != found.sha256:
        raise ConflictError(
            "attachment-changed",
            f"La pièce jointe {found.name} n'est plus celle qui a été reçue : le stockage l'a"
            " changée. Prévenez l'exploitant du service.",
            f"Attached document {found.name} is no longer the one that was received: the storage"
            " changed it. Tell the operator of the service.",
        )
    return found


def _not_kept(found: Document) -> NotFoundError:
    return NotFoundError(
        "attachment-not-kept",
        f"La pièce jointe {found.name} est nommée par le fichier d'écritures, mais n'a pas été"
        " reçue ou n'est plus conservée.",
        f"Attached document {found.name} is named by the accounting file, but was not received or"
        " is no longer kept.",
    )
