"""Remove what dead attempts left: batches that will never be published, and their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.database.tables import batches, entries, imports, lines
from ecritures.imports.record import Status

if TYPE_CHECKING:
    from ecritures.database import Database

LINES_PER_TRANSACTION = 50_000


def sweep(database: Database) -> int:
    """Delete dead batches and their rows; return how many batches went."""
    alive = sa.and_(
        imports.c.id == batches.c.import_id,
        imports.c.attempt == batches.c.attempt,
        imports.c.status == Status.RUNNING,
    )
    dead = sa.select(batches.c.domain_id, batches.c.id).where(
        batches.c.published_at.is_(None), ~sa.exists().where(alive)
    )
    with database.read() as connection:
        found = connection.execute(dead).all()
    for domain_id, batch_id in found:
        _close(database, batch_id)
        empty_batch(database, domain_id, batch_id)
        delete_batch(database, batch_id)
    return len(found)


def _close(database: Database, batch_id: int) -> None:
    """Let no attempt, however late it wakes, put another row into a batch that is going."""
    with database.write() as connection:
        connection.execute(batches.update().where(batches.c.id == batch_id).values(dead=True))


def empty_batch(database: Database, domain_id: int, batch_id: int) -> None:
    """Delete the rows of a batch that is not published, in short transactions."""
    for table, position in ((lines, lines.c.line), (entries, entries.c.entry)):
        mine = sa.and_(table.c.domain_id == domain_id, table.c.batch_id == batch_id)
        with database.read() as connection:
            last = connection.execute(sa.select(sa.func.max(position)).where(mine)).scalar()
        for start in range(0, (last or 0) + 1, LINES_PER_TRANSACTION):
            part = position.between(start, start + LINES_PER_TRANSACTION - 1)
            with database.write() as connection:
                connection.execute(table.delete().where(mine, part))


def delete_batch(database: Database, batch_id: int) -> None:
    """Delete a batch that has no rows."""
    with database.write() as connection:
        connection.execute(batches.delete().where(batches.c.id == batch_id))
