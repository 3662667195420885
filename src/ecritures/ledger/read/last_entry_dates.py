"""The date of the last entry of each ledger: up to which day a dossier is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.database.tables import batches
from ecritures.ledger.in_force import batches_in_force, removals_in_force

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from ecritures.database import Database


def last_entry_dates(
    database: Database, domain_id: int, dossier_ids: Collection[int]
) -> dict[int, date]:
    """Return the date of the last entry of each dossier that has any, by the id of the dossier.

    Batches tell it, not their entries: one that is removed in part counts with all of its dates,
    one that is removed as a whole does not count.
    """
    found: dict[int, date] = {}
    with database.for_domain(domain_id).read() as connection:
        for dossier_id in dossier_ids:
            day = _last_date(connection, domain_id, dossier_id)
            if day is not None:
                found[dossier_id] = day
    return found


def _last_date(connection: sa.Connection, domain_id: int, dossier_id: int) -> date | None:
    """Return the date of the last entry: of the latest batch that has any left."""
    one = batches.c
    latest = (
        sa.select(one.id, one.last_date, one.entries)
        .where(
            one.domain_id == domain_id,
            one.id.in_(batches_in_force(domain_id, dossier_id)),
            one.last_date.is_not(None),
        )
        .order_by(one.last_date.desc(), one.id.desc())
    )
    gone = removals_in_force(domain_id, dossier_id).subquery().c
    length = gone.last_entry - gone.first_entry + 1
    for batch in connection.execute(latest):  # as a rule, none but the first is looked at
        removed = sa.select(sa.func.sum(length)).where(gone.target_batch_id == batch.id)
        if batch.entries > (connection.execute(removed).scalar() or 0):
            day: date = batch.last_date
            return day
    return None
