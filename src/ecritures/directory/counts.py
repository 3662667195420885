"""How much a firm has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.database.tables import api_keys, dossiers, users, webhooks

if TYPE_CHECKING:
    from ecritures.database import Database


@dataclass(frozen=True, slots=True)
class FirmCounts:
    """What a firm has: people who may enter, keys that are accepted."""

    dossiers: int
    people: int
    keys: int
    webhooks: int


def count_firm(database: Database, domain_id: int) -> FirmCounts:
    """Count what a firm has."""
    wanted = (
        (dossiers, sa.true()),
        (users, users.c.disabled_at.is_(None)),
        (api_keys, api_keys.c.revoked_at.is_(None)),
        (webhooks, webhooks.c.removed_at.is_(None)),
    )
    counts = (
        sa.select(sa.func.count())
        .select_from(table)
        .where(table.c.domain_id == domain_id, condition)
        .scalar_subquery()
        for table, condition in wanted
    )
    with database.read() as connection:
        return FirmCounts(*connection.execute(sa.select(*counts)).one())
