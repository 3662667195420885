"""Delete the rows of batches that left the ledger long ago; their headers and events are kept.

The state `purged` is set first, so that nobody restores a batch of which a part is gone. The totals
go last: while a purged batch has any, its deletion is not complete, and goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.database.tables import (
    batch_spans,
    batches,
    dossiers,
    events,
    totals,
)
from ecritures.ledger.batch import BatchState
from ecritures.ledger.events import Event, EventKind, next_revision, record_event
from ecritures.ledger.loading.sweep import empty_batch
from ecritures.ledger.totals import TABLES

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.database import Database


def purge(database: Database, before: datetime) -> int:
    """Purge the batches that left the ledger before a moment; return how many.

    Args:
        database: Sees every firm.
        before: The moment.
    """
    marked = [place for place in _withdrawn(database, before) if _mark(database, *place)]
    places = {(domain_id, batch_id) for domain_id, _, batch_id in marked}
    for domain_id, batch_id in sorted(places | _unfinished(database)):
        of_firm = database.for_domain(domain_id)
        empty_batch(of_firm, domain_id, batch_id)
        with of_firm.write() as connection:
            for table in reversed(TABLES):  # `totals` last: see `_unfinished`
                mine = table.c.domain_id == domain_id, table.c.batch_id == batch_id
                connection.execute(table.delete().where(*mine))
    return len(marked)


def _withdrawn(database: Database, before: datetime) -> list[tuple[int, int, int]]:
    """Return the firm, dossier and number of each batch whose last span ended before a moment."""
    span, event = batch_spans.c, events.c
    last = (
        sa.select(
            span.domain_id,
            span.dossier_id,
            span.batch_id,
            sa.func.max(span.to_revision).label("ended"),
        )
        .group_by(span.domain_id, span.dossier_id, span.batch_id)
        .having(sa.func.count() == sa.func.count(span.to_revision))  # none is open
        .subquery()
    )
    query = (
        sa.select(last.c.domain_id, last.c.dossier_id, last.c.batch_id)
        .join(
            batches,
            sa.and_(
                batches.c.domain_id == last.c.domain_id,
                batches.c.id == last.c.batch_id,
                batches.c.state == BatchState.PUBLISHED,
            ),
        )
        .join(
            events,
            sa.and_(
                event.domain_id == last.c.domain_id,
                event.dossier_id == last.c.dossier_id,
                event.revision == last.c.ended,
                event.at <= before,
            ),
        )
    )
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(query)]


def _mark(database: Database, domain_id: int, dossier_id: int, batch_id: int) -> bool:
    """Mark a batch as purged, unless it is back, or another process has the ledger."""
    free = sa.select(dossiers.c.id).where(
        dossiers.c.domain_id == domain_id, dossiers.c.id == dossier_id
    )
    is_open = sa.select(batch_spans.c.batch_id).where(
        batch_spans.c.domain_id == domain_id,
        batch_spans.c.dossier_id == dossier_id,
        batch_spans.c.batch_id == batch_id,
        batch_spans.c.to_revision.is_(None),
    )
    with database.for_domain(domain_id).write() as connection:
        if connection.execute(free.with_for_update(skip_locked=True)).one_or_none() is None:
            return False
        if connection.execute(is_open).first() is not None:
            return False
        revision = next_revision(connection, domain_id, dossier_id)
        connection.execute(
            batches.update()
            .where(batches.c.domain_id == domain_id, batches.c.id == batch_id)
            .values(state=BatchState.PURGED)
        )
        event = Event(EventKind.PURGED, batch_id=batch_id)
        record_event(connection, domain_id, dossier_id, revision, event, database.clock.now())
    return True


def _unfinished(database: Database) -> set[tuple[int, int]]:
    """Return the firm and the number of each purged batch that still has totals."""
    purged = batches.c.state == BatchState.PURGED
    with database.read() as connection:
        firms = connection.execute(sa.select(batches.c.domain_id).where(purged).distinct())
        found = list(firms.scalars())
    places = set()
    for domain_id in found:
        left = sa.exists().where(totals.c.domain_id == domain_id, totals.c.batch_id == batches.c.id)
        query = sa.select(batches.c.id).where(batches.c.domain_id == domain_id, purged, left)
        with database.for_domain(domain_id).read() as connection:
            places |= {(domain_id, id_) for id_ in connection.execute(query).scalars()}
    return places
