"""Publish a batch: from one revision of the ledger to the next, its entries are in force."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.errors import EcrituresError
from ecritures.core.totals import Totals
from ecritures.database.rows import insert_rows
from ecritures.database.tables import (
    attachments,
    batch_blocks,
    batch_links,
    batch_spans,
    batches,
    lines,
)
from ecritures.ledger.batch import BatchState, DeadBatchError
from ecritures.ledger.codes import insert_new_codes
from ecritures.ledger.events import (
    Event,
    EventKind,
    StaleLedgerError,
    next_revision,
    record_event,
)
from ecritures.ledger.totals import rows_of_totals

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from ecritures.database import Database
    from ecritures.ledger.batch import NewBatch
    from ecritures.ledger.rows import RowMaker


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


@dataclass(frozen=True, slots=True)
class Publication:
    """What a batch does to the ledger, besides adding its entries.

    Attributes:
        kind: Of the event.
        by: Who asked: a key, or the e-mail address of a person; None: an operator.
        links: Columns `target_batch_id`, `first_entry`, `last_entry`, `kind`, `entry`.
        removed: The totals of what it removes, with negative amounts and counts.
        details: What the event says besides.
        attachments: Rows of the documents of its entries, without their batch.
        planned_at: The revision of the ledger at which this was decided; None: that of the codes.
    """

    kind: EventKind = EventKind.PUBLISHED
    by: str | None = None
    reason: str | None = None
    links: pl.DataFrame | None = None
    removed: pl.DataFrame | None = None
    details: dict[str, Any] = field(default_factory=dict)
    planned_at: int | None = None
    attachments: Sequence[dict[str, Any]] = ()


def publish_batch(
    database: Database,
    connection: sa.Connection,
    batch: NewBatch,
    maker: RowMaker,
    publication: Publication,
) -> None:
    """Put a batch in force, with all that goes with it, in the caller's transaction of `load`.

    Raises:
        StaleLedgerError: The ledger of the dossier changed since its codes were read, or since it
            was decided what to do to it.
        DeadBatchError: The batch was abandoned.
    """
    survey, now = maker.survey, database.clock.now()
    if publication.planned_at not in {None, survey.codes.revision}:
        raise StaleLedgerError  # the codes were read again, for the lines that the plan has chosen
    place = batch.domain_id, batch.dossier_id
    revision = next_revision(connection, *place, survey.codes.revision)
    new_codes = insert_new_codes(connection, *place, survey.codes)
    owner = {"domain_id": batch.domain_id, "batch_id": batch.id}
    insert_rows(connection, batch_blocks, [owner | block for block in maker.blocks])
    insert_rows(connection, attachments, [owner | row for row in publication.attachments])
    tables = rows_of_totals(survey.totals(), publication.removed)
    if publication.links is not None:
        tables.append((batch_links, publication.links))
    database.insert_few(connection, tables, owner)
    published = connection.execute(
        batches.update()
        .where(
            batches.c.domain_id == batch.domain_id,
            batches.c.id == batch.id,
            batches.c.state == BatchState.LOADING,
        )
        .values(state=BatchState.PUBLISHED, published_at=now, **maker.summary())
    )
    if published.rowcount != 1:
        raise DeadBatchError
    of_dossier = {"domain_id": batch.domain_id, "dossier_id": batch.dossier_id}
    connection.execute(
        batch_spans.insert().values(**of_dossier, batch_id=batch.id, from_revision=revision)
    )
    details = publication.details | new_codes
    event = Event(publication.kind, publication.by, publication.reason, batch.id, details)
    record_event(connection, *place, revision, event, now)
