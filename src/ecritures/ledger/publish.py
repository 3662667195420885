"""Publish a batch: from one revision of the ledger to the next, its entries are in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.core.errors import EcrituresError
from ecritures.core.totals import Totals
from ecritures.database.tables import batch_spans, batches, lines
from ecritures.ledger.batch import BatchState, DeadBatchError, source_in_force
from ecritures.ledger.codes import insert_new_codes
from ecritures.ledger.events import Event, EventKind, next_revision, record_event

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.database import Database
    from ecritures.ledger.batch import NewBatch
    from ecritures.ledger.codes import CodeTable


class PublishedBeforeError(EcrituresError):
    """A batch of the same content is in force: nothing is published."""

    def __init__(self) -> None:
        super().__init__(
            "content-published",
            "Le même fichier est déjà dans le dossier : rien n'est publié.",
            "The same file is in the dossier already: nothing is published.",
        )


class TotalsDifferError(EcrituresError):
    """The ledger does not hold what the file held: nothing is published."""


def check_totals(
    database: Database, connection: sa.Connection, batch: NewBatch, expected: Totals
) -> None:
    """Compare what was loaded with what was read.

    Raises:
        TotalsDifferError: They differ.
    """
    database.prefer_indexes(connection)
    row = connection.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(lines.c.debit_cents), 0),
            sa.func.coalesce(sa.func.sum(lines.c.credit_cents), 0),
        ).where(lines.c.domain_id == batch.domain_id, lines.c.batch_id == batch.id)
    ).one()
    loaded = Totals(int(row[0]), int(row[1]), int(row[2]))
    if loaded != expected:
        raise TotalsDifferError(
            "totals-differ",
            f"Le chargement ne retrouve pas les totaux du fichier : {loaded}, et non {expected}.",
            f"The loaded totals differ from those of the file ({loaded} instead of {expected}).",
        )


def publish_batch(
    connection: sa.Connection, batch: NewBatch, codes: CodeTable, now: datetime
) -> None:
    """Put a batch in force, with the codes it brought, in the caller's transaction.

    Raises:
        StaleLedgerError: The ledger of the dossier changed since `codes` was read.
        PublishedBeforeError: The batch is to be published once, and its content is in force.
        DeadBatchError: The batch was abandoned.
    """
    revision = next_revision(connection, batch.domain_id, batch.dossier_id, codes.revision)
    if batch.once and batch.content_sha256 is not None:
        place = batch.domain_id, batch.dossier_id
        if source_in_force(connection, *place, batch.content_sha256) is not None:
            raise PublishedBeforeError
    insert_new_codes(connection, batch.domain_id, batch.dossier_id, codes)
    published = connection.execute(
        batches.update()
        .where(
            batches.c.domain_id == batch.domain_id,
            batches.c.id == batch.id,
            batches.c.state == BatchState.LOADING,
        )
        .values(state=BatchState.PUBLISHED, published_at=now)
    )
    if published.rowcount != 1:
        raise DeadBatchError
    of_dossier = {"domain_id": batch.domain_id, "dossier_id": batch.dossier_id}
    connection.execute(
        batch_spans.insert().values(**of_dossier, batch_id=batch.id, from_revision=revision)
    )
    event = Event(EventKind.PUBLISHED, batch_id=batch.id)
    record_event(connection, batch.domain_id, batch.dossier_id, revision, event, now)
