"""The rows of an import and of its attempts, as the rest of this package changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database.tables import attempts, imports
from ecritures.imports.request import Status
from ecritures.imports.state.announce import announce_end
from ecritures.imports.state.claim import batch_source
from ecritures.ledger.batch import abandon_batches

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ecritures.core.sentences import Sentence
    from ecritures.imports.queries import ImportState
    from ecritures.imports.state.claim import Claim

RUNNING = imports.c.status == sa.literal_column(str(int(Status.RUNNING)))
"""Written as a literal, so that the partial index of running imports is used."""


def is_import(domain_id: int, import_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions that name an import."""
    return imports.c.domain_id == domain_id, imports.c.id == import_id


def owned(claim: Claim) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions under which a claim holds."""
    return (
        *is_import(claim.domain_id, claim.import_id),
        imports.c.attempt == claim.attempt,
        imports.c.status == Status.RUNNING,
    )


def change(
    connection: sa.Connection,
    state: ImportState,
    values: Mapping[str, Any],
    statuses: tuple[Status, ...],
    *conditions: sa.ColumnElement[bool],
) -> bool:
    """Write columns of an import that has one of some statuses; return whether it had."""
    done = connection.execute(
        imports.update()
        .where(*is_import(state.domain_id, state.id), imports.c.status.in_(statuses), *conditions)
        .values(values)
    )
    return done.rowcount == 1


def close_attempts(  # noqa: PLR0913, PLR0917 - all that an end says
    connection: sa.Connection,
    domain_id: int,
    import_id: str,
    outcome: str,
    now: datetime,
    message: Sentence | None,
    phase_seconds: Mapping[str, float] | None = None,
) -> None:
    """End the attempt under way; abandon its batch if unpublished; announce the import's end."""
    closed = connection.execute(
        attempts.update()
        .where(
            attempts.c.domain_id == domain_id,
            attempts.c.import_id == import_id,
            attempts.c.ended_at.is_(None),
        )
        .values(
            ended_at=now,
            outcome=outcome,
            message_fr=message.fr if message else None,
            message_en=message.en if message else None,
            phase_seconds=phase_seconds,
        )
        .returning(attempts.c.number)
    ).scalars()
    sources = [batch_source(import_id, number) for number in closed]
    if outcome != "done":
        abandon_batches(connection, domain_id, sources)
    announce_end(connection, domain_id, import_id, now)
