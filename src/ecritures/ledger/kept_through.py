"""Up to which day dossiers are kept: the date of the last entry of each ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.database.tables import batches
from ecritures.ledger.in_force import batches_in_force, removals_in_force

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from ecritures.database import Database


def days_kept_through(
    database: Database, domain_id: int, dossier_ids: Collection[int]
) -> dict[int, date]:
    """Return the date of the last entry of each dossier that has any, by the id of the dossier.

    Batches tell it, not their entries: one that is removed in part counts with all of its dates,
    one that is removed as a whole does not count.
    """
    found: dict[int, date] = {}
    with database.for_domain(domain_id).read() as connection:
        for dossier_id in dossier_ids:
            day = connection.execute(_last_date(domain_id, dossier_id)).scalar()
            if day is not None:
                found[dossier_id] = day
    return found


def _last_date(domain_id: int, dossier_id: int) -> sa.Select[date | None]:
    gone = removals_in_force(domain_id, dossier_id).subquery()
    removed = sa.select(
        sa.func.coalesce(sa.func.sum(gone.c.last_entry - gone.c.first_entry + 1), 0)
    ).where(gone.c.target_batch_id == batches.c.id)
    return sa.select(sa.func.max(batches.c.last_date)).where(
        batches.c.domain_id == domain_id,
        batches.c.id.in_(batches_in_force(domain_id, dossier_id)),
        batches.c.entries > removed.scalar_subquery(),
    )
