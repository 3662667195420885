"""Which import runs next.

Imports of one dossier run one at a time, in the order of their requests. Among firms, the one with
the fewest running here comes first, then the one served longest ago, however long its queue is.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from ecritures.database.tables import firms, imports
from ecritures.database.types import Instant
from ecritures.imports.request import SourceKind

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

SERVED_FIRMS_KEPT = 200


class DueImport(NamedTuple):
    """An import that may run now."""

    domain_id: int
    id: str


class FairScheduler:
    """Chooses among the firms, and remembers which ones were served.

    Args:
        domain_imports_max: How many imports of one firm may run here at once.
    """

    def __init__(self, domain_imports_max: int) -> None:
        self._domain_imports_max = domain_imports_max
        self._served: dict[int, int] = {}  # firm → when, for the last ones only
        self._turn = 0

    def next(
        self,
        connection: sa.Connection,
        busy: Collection[tuple[int, int]],
        now: datetime,
        *,
        may_be_alone: bool = True,
    ) -> DueImport | None:
        """Return the import to run next.

        Args:
            connection: Sees every firm.
            busy: The dossiers in which an import runs here, each as its firm and its number.
            now: The time.
            may_be_alone: Whether it may be one whose earlier attempt died: they run one at a time.
        """
        running = Counter(domain_id for domain_id, _ in busy)
        asked = {"busy": list(busy), "now": now, "may_be_alone": may_be_alone}
        candidates = [
            DueImport(domain_id, import_id)
            for domain_id, import_id in connection.execute(_FIRST_OF_FIRMS, asked)
            if import_id is not None and running[domain_id] < self._domain_imports_max
        ]
        if not candidates:
            return None
        rank = {one: self._rank(one.domain_id, running) for one in candidates}
        best = min(rank.values())
        return _oldest(connection, [one for one in candidates if rank[one] == best])

    def mark_served(self, domain_id: int) -> None:
        """Remember that a firm is being served."""
        self._turn += 1
        self._served.pop(domain_id, None)
        self._served[domain_id] = self._turn
        if len(self._served) > SERVED_FIRMS_KEPT:
            del self._served[next(iter(self._served))]

    def _rank(self, domain_id: int, running: Counter[int]) -> tuple[int, int]:
        return running[domain_id], self._served.get(domain_id, 0)


def _oldest(connection: sa.Connection, candidates: list[DueImport]) -> DueImport:
    if len(candidates) == 1:
        return candidates[0]
    key = sa.tuple_(imports.c.domain_id, imports.c.id)
    query = (
        sa.select(imports.c.domain_id, imports.c.id)
        .where(key.in_(candidates))
        .order_by(imports.c.created_at, imports.c.id)
        .limit(1)
    )
    return DueImport(*connection.execute(query).one())


def _first_of_firms() -> sa.Select[int, str | None]:
    """Select the first import of each firm that may run: one look-up per firm.

    The statuses are literals, so that the partial indexes of waiting and running imports are used.
    """
    running = imports.alias("running")
    is_busy = sa.exists().where(
        running.c.domain_id == imports.c.domain_id,
        running.c.dossier_id == imports.c.dossier_id,
        running.c.status == sa.literal_column("2"),
    )
    of_dossier = sa.tuple_(imports.c.domain_id, imports.c.dossier_id)
    first = (
        sa.select(imports.c.id)
        .where(
            imports.c.domain_id == firms.c.domain_id,
            imports.c.status == sa.literal_column("1"),
            imports.c.due_at <= sa.bindparam("now", type_=Instant()),
            imports.c.source_kind != str(SourceKind.PATH),  # its command runs it, where the file is
            of_dossier.not_in(sa.bindparam("busy", expanding=True)),
            ~is_busy,
            sa.or_(sa.bindparam("may_be_alone", type_=sa.Boolean), ~imports.c.alone),
        )
        .order_by(imports.c.created_at, imports.c.id)
        .limit(1)
        .correlate(firms)
    )
    return sa.select(firms.c.domain_id, first.scalar_subquery().label("import_id"))


_FIRST_OF_FIRMS = _first_of_firms()
