"""Remove the batches that will never be published, and their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.database.tables import batches, entries, line_sections, lines
from ecritures.ledger.batch import BatchState

if TYPE_CHECKING:
    from ecritures.database import Database

LINES_PER_TRANSACTION = 50_000


def sweep(database: Database) -> int:
    """Remove dead batches, and those with an expired lease; return how many.

    Args:
        database: Sees every firm.
    """
    abandoned = sa.and_(
        batches.c.state == BatchState.LOADING, batches.c.leased_until < database.clock.now()
    )
    query = sa.select(batches.c.domain_id, batches.c.id).where(
        sa.or_(batches.c.state == BatchState.DEAD, abandoned)
    )
    with database.read() as connection:
        found = connection.execute(query).all()
    return sum(_remove(database.for_domain(row.domain_id), *row) for row in found)


def _remove(database: Database, domain_id: int, batch_id: int) -> bool:
    """Remove a batch, unless a transaction that may be frozen is loading it at this moment."""
    mine = batches.c.domain_id == domain_id, batches.c.id == batch_id
    unpublished = batches.c.state != BatchState.PUBLISHED
    with database.write() as connection:
        query = sa.select(batches.c.id).where(*mine, unpublished)
        if connection.execute(query.with_for_update(skip_locked=True)).one_or_none() is None:
            return False
        # First, so that no late block enters a batch that is being removed.
        connection.execute(batches.update().where(*mine).values(state=BatchState.DEAD))
    empty_batch(database, domain_id, batch_id)
    delete_batch(database, domain_id, batch_id)
    return True


def empty_batch(database: Database, domain_id: int, batch_id: int) -> None:
    """Delete the rows of a batch that is not published, in short transactions.

    Args:
        database: Sees the firm, and no other: only then are the lines visible.
        domain_id: The firm.
        batch_id: The batch.
    """
    for table, position in (
        (line_sections, line_sections.c.line),
        (lines, lines.c.line),
        (entries, entries.c.entry),
    ):
        mine = sa.and_(table.c.domain_id == domain_id, table.c.batch_id == batch_id)
        with database.read() as connection:
            last = connection.execute(sa.select(sa.func.max(position)).where(mine)).scalar()
        for start in range(0, (last or 0) + 1, LINES_PER_TRANSACTION):
            part = position.between(start, start + LINES_PER_TRANSACTION - 1)
            with database.write() as connection:
                connection.execute(table.delete().where(mine, part))


def delete_batch(database: Database, domain_id: int, batch_id: int) -> None:
    """Delete a batch that has no rows."""
    with database.write() as connection:
        connection.execute(
            batches.delete().where(
                batches.c.domain_id == domain_id,
                batches.c.id == batch_id,
                batches.c.state != BatchState.PUBLISHED,
            )
        )
