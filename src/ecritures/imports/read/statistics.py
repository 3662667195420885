"""How much waits and how much was done, counted from the rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database.statements import items_of
from ecritures.database.tables import attempts, imports
from ecritures.imports.request import Phase, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.database import Database

QUEUE_STATES = ("waiting", "postponed", "running")
PHASES = (Phase.DOWNLOAD, Phase.CHECK, Phase.LOAD, Phase.PUBLISH)
ENDS = {Status.DONE: "done", Status.ENDED_WITH_ERROR: "error"}


@dataclass(frozen=True, slots=True)
class Queue:
    """Imports in one state, and the age of the oldest."""

    state: str
    imports: int = 0
    oldest_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Work:
    """What was done since the beginning.

    Attributes:
        phases: Phase → in how many attempts, and for how many seconds.
    """

    lines: int
    bytes: int
    imports: Mapping[str, int]
    attempts: Mapping[str, int]
    anomalies: Mapping[str, int]
    phases: Mapping[str, tuple[int, float]]


def read_queue(database: Database) -> list[Queue]:
    """Return the unfinished imports by state, including the states that have none."""
    now = database.clock.now()
    state = sa.case(
        (imports.c.status == Status.RUNNING, "running"),
        (imports.c.due_at <= now, "waiting"),
        else_="postponed",
    )
    query = (
        sa.select(state, sa.func.count(), sa.func.min(imports.c.created_at))
        .where(imports.c.status.in_((Status.WAITING, Status.RUNNING)))
        .group_by(state)
    )
    with database.read() as connection:
        rows = connection.execute(query).all()
    found = {name: Queue(name, count, (now - first).total_seconds()) for name, count, first in rows}
    return [found.get(name, Queue(name)) for name in QUEUE_STATES]


def read_work(database: Database) -> Work:
    """Return the totals. This is slow when there are many rows."""
    posted = sa.and_(imports.c.status == Status.DONE, imports.c.dry_run.is_(False))
    sums = sa.select(_sum(imports.c.lines_done), _sum(imports.c.source_bytes)).where(posted)
    ends = (
        sa.select(imports.c.status, sa.func.count())
        .where(imports.c.status.in_(list(ENDS)))
        .group_by(imports.c.status)
    )
    outcomes = (
        sa.select(attempts.c.outcome, sa.func.count().label("attempts"))
        .where(attempts.c.outcome.is_not(None))
        .group_by(attempts.c.outcome)
    )
    with database.read() as connection:
        lines, size = connection.execute(sums).one()
        return Work(
            int(lines),
            int(size),
            {ENDS[Status(status)]: count for status, count in connection.execute(ends)},
            {row.outcome: row.attempts for row in connection.execute(outcomes)},
            _anomalies(connection),
            _phases(connection),
        )


def _sum(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sa.func.sum(column), 0)


def _anomalies(connection: sa.Connection) -> dict[str, int]:
    """Add up the counts of each report, which are exact whatever is kept in detail."""
    one = items_of(connection, imports.c.report, "anomalyCounts")
    query = (
        sa.select(one.c.key, sa.func.sum(sa.cast(one.c.value, sa.BigInteger)))
        .select_from(imports.join(one, sa.true()))
        .where(imports.c.status.in_(list(ENDS)))
        .group_by(one.c.key)
        .order_by(one.c.key)
    )
    return {code: int(count) for code, count in connection.execute(query)}


def _phases(connection: sa.Connection) -> dict[str, tuple[int, float]]:
    columns: list[sa.ColumnElement[Any]] = []
    for phase in PHASES:
        seconds = attempts.c.phase_seconds[str(phase)].as_float()
        columns += [sa.func.count(seconds), _sum(seconds)]
    row = connection.execute(sa.select(*columns)).one()
    return {
        str(phase): (int(row[2 * rank]), float(row[2 * rank + 1]))
        for rank, phase in enumerate(PHASES)
    }
