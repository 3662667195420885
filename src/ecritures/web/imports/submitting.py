"""Submit the imports that the pages ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.app.actions.imports import create_import
from ecritures.imports.request import ImportRequest
from ecritures.imports.submission.enqueue import QueueLimits
from ecritures.web.imports.import_form import choices_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ecritures.api.http.app_state import AppState
    from ecritures.app.idempotency import IdempotentRequest
    from ecritures.directory.sessions import Session
    from ecritures.imports.queries import ImportState


def submit(
    state: AppState,
    session: Session,
    asked: ImportRequest,
    path: Path | None,
    idempotent: IdempotentRequest | None,
) -> str:
    """Submit an import, wake the runner, and return the number of the import.

    Raises:
        EcrituresError: As for `create_import`.
    """
    answer = create_import(
        state.deps,
        session.caller,
        asked,
        upload=path,
        limits=QueueLimits.from_settings(state.settings),
        idempotent=idempotent,
    )
    state.wake()
    return answer.view["id"]


def preview_of(known: ImportState, options: Mapping[str, object] | None = None) -> ImportRequest:
    """Return the request to preview the file of an import again, with some other options."""
    return ImportRequest(
        kind=known.kind,
        model=known.model,
        dossier=known.dossier,
        siret=known.siret,
        name=known.source_name,
        dry_run=True,
        options=choices_of(known) | dict(options or {}),
    )
