"""Whose turn it is: which import runs next.

Imports of one dossier are taken one at a time, in the order of their requests. Between domains the
turn goes round: first to the one with the fewest running here, then to the one served longest ago,
whatever the length of its queue.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from ecritures.database.tables import imports
from ecritures.database.types import Instant
from ecritures.imports.record import Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

KEPT = 200


class Due(NamedTuple):
    """An import that may run now."""

    id: str
    dossier_id: int
    domain_id: int
    created_at: datetime


class FairScheduler:
    """Remembers which domains were served.

    Args:
        domain_imports_max: How many imports of one domain may run here at once.
    """

    def __init__(self, domain_imports_max: int) -> None:
        self._domain_imports_max = domain_imports_max
        self._served: dict[int, int] = {}  # domain → when, of the last ones only
        self._turn = 0

    def next(self, connection: sa.Connection, busy: Mapping[int, int], now: datetime) -> Due | None:
        """Return the import to run next.

        Args:
            connection: Sees every domain.
            busy: Dossier in which an import runs here → its domain.
            now: The time.
        """
        running = Counter(busy.values())
        firsts = connection.execute(_FIRST_OF_DOMAINS, {"busy": list(busy), "now": now})
        may_run = (
            Due(row.id, row.dossier_id, row.domain_id, row.created_at)
            for row in firsts
            if row.id is not None and running[row.domain_id] < self._domain_imports_max
        )
        return min(
            may_run,
            key=lambda due: (
                running[due.domain_id],
                self._served.get(due.domain_id, 0),
                due.created_at,
                due.id,
            ),
            default=None,
        )

    def mark_served(self, domain_id: int) -> None:
        """Remember that a domain is being served."""
        self._turn += 1
        self._served.pop(domain_id, None)
        self._served[domain_id] = self._turn
        if len(self._served) > KEPT:
            del self._served[next(iter(self._served))]


def _first_of_domains() -> sa.Select[tuple[str, int, int, datetime]]:
    """Select the first import of each domain that may run, looked up: queues may be long."""
    waits = imports.c.status == Status.WAITING
    lowest = sa.select(imports.c.domain_id).where(waits).order_by(imports.c.domain_id).limit(1)
    waiting = sa.select(lowest.scalar_subquery().label("domain_id")).cte("waiting", recursive=True)
    higher = lowest.where(imports.c.domain_id > waiting.c.domain_id).scalar_subquery()
    waiting = waiting.union_all(sa.select(higher).where(waiting.c.domain_id.is_not(None)))
    due = imports.alias("due")
    running = sa.select(imports.c.dossier_id).where(imports.c.status == Status.RUNNING)
    first = (
        sa.select(due)
        .where(
            due.c.status == Status.WAITING,
            due.c.domain_id == waiting.c.domain_id,
            due.c.due_at <= sa.bindparam("now", type_=Instant()),
            due.c.dossier_id.not_in(sa.bindparam("busy", expanding=True)),
            due.c.dossier_id.not_in(running),
        )
        .order_by(due.c.created_at, due.c.id)
        .limit(1)
    )
    # Each column by a look-up of its own: a join might look at every import there ever was.
    id_, dossier_id, created_at = (
        first.with_only_columns(column).scalar_subquery().label(column.name)
        for column in (due.c.id, due.c.dossier_id, due.c.created_at)
    )
    return sa.select(id_, dossier_id, waiting.c.domain_id, created_at)


_FIRST_OF_DOMAINS = _first_of_domains()
