"""Whether what an import posted is undone: shown by the import, decided by the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.errors import ConflictError
from ecritures.database.tables import batches, imports
from ecritures.imports.request import Status
from ecritures.imports.state.claim import batch_source
from ecritures.ledger.batch import BatchState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.imports.queries import ImportState


def hold_import(connection: sa.Connection, state: ImportState) -> None:
    """Lock the row of an import: before the ledger, in the order of everything that writes both."""
    query = sa.select(imports.c.id).where(*_is(state)).with_for_update()
    connection.execute(query).one()


def set_undone(
    connection: sa.Connection, state: ImportState, undone: Mapping[str, Any] | None
) -> None:
    """Note that what an import posted is undone (`at`, `by`, `reason`), or no longer."""
    value = sa.null() if undone is None else dict(undone)
    connection.execute(imports.update().where(*_is(state)).values(undone=value))


def batch_of_import(connection: sa.Connection, state: ImportState) -> int:
    """Return the batch that an import has published.

    Raises:
        ConflictError: It has published none.
    """
    query = sa.select(batches.c.id).where(
        batches.c.domain_id == state.domain_id,
        batches.c.source == batch_source(state.id, state.attempt),
        batches.c.state.in_((BatchState.PUBLISHED, BatchState.PURGED)),
    )
    found: int | None = connection.execute(query).scalar_one_or_none()
    if found is None and state.status in {Status.WAITING, Status.RUNNING}:
        raise ConflictError(
            "import-not-ended",
            f"L'import {state.id} n'est pas terminé : « ecritures cancel {state.id} » l'arrête.",
            f"Import {state.id} has not ended: “ecritures cancel {state.id}” stops it.",
        )
    if found is None:
        raise ConflictError(
            "import-posted-nothing",
            f"L'import {state.id} n'a rien enregistré au grand livre : il n'y a rien à annuler ni à"
            " rétablir.",
            f"Import {state.id} has posted nothing to the ledger: there is nothing to undo or"
            " restore.",
        )
    return found


def _is(state: ImportState) -> tuple[sa.ColumnElement[bool], ...]:
    return imports.c.domain_id == state.domain_id, imports.c.id == state.id
