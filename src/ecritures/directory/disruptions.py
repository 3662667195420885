"""When the service did not run imports: maintenance, and what broke.

A disruption of the service concerns every firm; one of a source host concerns the firm whose files
are there. A planned one with an end is over by then, without anybody doing anything.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database.paging import Page, make_page, page_query
from ecritures.database.statements import limit_lock_wait, lock_by_number
from ecritures.database.tables import disruptions, source_disruptions
from ecritures.database.types import Instant

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.database import Database

LOCK_SECONDS_MAX = 5
"""Fail rather than wait for a process that sleeps in a transaction."""
LOCK_NUMBER = 4303742
INCIDENT_IMPORTS_MIN = 2
"""A host that fails for a single import may well be a wrong address."""


class DisruptionKind(StrEnum):
    """What kept imports from running."""

    PLANNED = "planned"
    NO_WORKER = "no-worker"
    DATABASE = "database"
    STORAGE = "storage"
    SOURCE_HOST = "source-host"


@dataclass(frozen=True, slots=True)
class Disruption:
    """A time during which imports did not run, or did not all run.

    Attributes:
        ended_at: None: it is not over.
        until: When a planned one ends by itself.
        reason: Of a planned one, in the operator's words.
        host: The server that failed.
        imports_delayed: Of a source host only; others are counted when they are shown.
    """

    id: str
    kind: DisruptionKind
    started_at: datetime
    ended_at: datetime | None
    until: datetime | None
    reason: str | None
    host: str | None
    imports_delayed: int | None


def is_under_maintenance(database: Database) -> bool:
    """Return whether no import may be started at the moment."""
    now = database.clock.now()
    query = sa.select(disruptions.c.id).where(_maintained(now)).limit(1)
    with database.read() as connection:
        return connection.execute(query).first() is not None


def plan(
    connection: sa.Connection, reason: str, until: datetime | None, now: datetime
) -> Disruption:
    """Start maintenance, or change the reason and the end of the current one."""
    lock(connection)
    values = {"until": until, "reason": reason}
    changed = connection.execute(disruptions.update().where(_maintained(now)).values(values))
    if not changed.rowcount:
        insert(connection, DisruptionKind.PLANNED, now, now, **values)
    return _disruption(connection.execute(_service(now).where(_maintained(now))).one())


def end_planned(connection: sa.Connection, now: datetime) -> Disruption | None:
    """End the current maintenance and return it; return None if nothing is under maintenance."""
    lock(connection)
    end = disruptions.update().where(_maintained(now)).values(ended_at=now, seen_at=now)
    ended = connection.execute(end.returning(disruptions.c.id)).scalar()
    if ended is None:
        return None
    return _disruption(connection.execute(_service(now).where(disruptions.c.id == ended)).one())


def current_disruption(database: Database) -> Disruption | None:
    """Return what keeps every import from being started: maintenance, else that no worker lives."""
    now = database.clock.now()
    query = (
        _service(now)
        .where(_maintained(now) | _is_open(DisruptionKind.NO_WORKER))
        .order_by(disruptions.c.kind.desc(), disruptions.c.started_at)
        .limit(1)
    )
    with database.read() as connection:
        row = connection.execute(query).first()
    return None if row is None else _disruption(row)


def list_disruptions(
    database: Database,
    domain_id: int | None,
    limit: int,
    after: tuple[datetime, str] | None = None,
) -> Page[Disruption]:
    """Return a page of disruptions, newest first; the key is (`started_at`, `id`).

    Args:
        database: The database.
        domain_id: The firm that they concern; None: all.
        limit: How many.
        after: The key of the last one of the page before.
    """
    of_host = sa.select(
        source_disruptions.c.id,
        sa.literal(str(DisruptionKind.SOURCE_HOST)).label("kind"),
        source_disruptions.c.started_at,
        source_disruptions.c.ended_at,
        sa.cast(sa.null(), Instant).label("until"),
        sa.cast(sa.null(), sa.String).label("reason"),
        source_disruptions.c.host,
        source_disruptions.c.imports_delayed,
    ).where(source_disruptions.c.imports_delayed >= INCIDENT_IMPORTS_MIN)
    if domain_id is not None:
        of_host = of_host.where(source_disruptions.c.domain_id == domain_id)
    found = sa.union_all(_service(database.clock.now()), of_host).subquery()
    key = (found.c.started_at, found.c.id)
    query = page_query(sa.select(found), key, after, limit, descending=True)
    with database.read() as connection:
        rows = [_disruption(row) for row in connection.execute(query)]
    return make_page(rows, limit, lambda last: (last.started_at, last.id))


def list_between(database: Database, start: datetime, end: datetime) -> list[Disruption]:
    """Return the disruptions of the service that overlap a time, first to last."""
    ended = _end(database.clock.now())
    query = (
        _service(database.clock.now())
        .where(disruptions.c.started_at < end, ended.is_(None) | (ended > start))
        .order_by(disruptions.c.started_at)
    )
    with database.read() as connection:
        return [_disruption(row) for row in connection.execute(query)]


def lock(connection: sa.Connection) -> None:
    """Let no other transaction look for disruptions to write before the end of this one."""
    limit_lock_wait(connection, LOCK_SECONDS_MAX)
    lock_by_number(connection, LOCK_NUMBER)


def insert(
    connection: sa.Connection,
    kind: DisruptionKind,
    started_at: datetime,
    seen_at: datetime,
    **values: Any,  # noqa: ANN401 - columns
) -> None:
    """Write a disruption of the service down."""
    row = {"id": str(uuid.uuid4()), "kind": str(kind), "started_at": started_at}
    connection.execute(disruptions.insert().values(row | {"seen_at": seen_at} | values))


def note(connection: sa.Connection, kind: DisruptionKind, since: datetime, now: datetime) -> None:
    """Write down that something does not work: a new disruption, or one that goes on."""
    lock(connection)
    noted = connection.execute(disruptions.update().where(_is_open(kind)).values(seen_at=now))
    if not noted.rowcount:
        insert(connection, kind, since, now)


def close(connection: sa.Connection, kind: DisruptionKind, now: datetime) -> None:
    """Write down that it works again; nothing happens when it did."""
    connection.execute(disruptions.update().where(_is_open(kind)).values(ended_at=now, seen_at=now))


def record_past(
    connection: sa.Connection, kind: DisruptionKind, start: datetime, end: datetime
) -> None:
    """Write down a disruption that is over; what others have noticed of it becomes one with it."""
    lock(connection)
    over = disruptions.c.ended_at
    same = connection.execute(
        sa.select(disruptions.c.id, disruptions.c.started_at, over).where(
            disruptions.c.kind == str(kind),
            disruptions.c.started_at <= end,
            over.is_(None) | (over >= start),
        )
    ).all()
    start = min([start, *(row.started_at for row in same)])
    end = max([end, *(row.ended_at for row in same if row.ended_at)])
    ids = [row.id for row in same]
    connection.execute(disruptions.delete().where(disruptions.c.id.in_(ids)))
    insert(connection, kind, start, end, ended_at=end)


def was_planned(connection: sa.Connection, start: datetime, end: datetime) -> bool:
    """Return whether all of a time was maintenance."""
    query = sa.select(disruptions.c.id).where(
        disruptions.c.kind == str(DisruptionKind.PLANNED),
        disruptions.c.started_at <= start,
        _end(end).is_(None) | (_end(end) >= end),
    )
    return connection.execute(query).first() is not None


def _end(now: datetime) -> sa.ColumnElement[datetime]:
    passed = sa.case((disruptions.c.until <= now, disruptions.c.until), else_=sa.null())
    return sa.func.coalesce(disruptions.c.ended_at, passed, type_=Instant())


def _is_open(kind: DisruptionKind) -> sa.ColumnElement[bool]:
    return sa.and_(disruptions.c.kind == str(kind), disruptions.c.ended_at.is_(None))


def _maintained(now: datetime) -> sa.ColumnElement[bool]:
    until = disruptions.c.until
    return sa.and_(_is_open(DisruptionKind.PLANNED), until.is_(None) | (until > now))


def _service(now: datetime) -> sa.Select[Any]:
    return sa.select(
        disruptions.c.id,
        disruptions.c.kind,
        disruptions.c.started_at,
        _end(now).label("ended_at"),
        disruptions.c.until,
        disruptions.c.reason,
        sa.cast(sa.null(), sa.String).label("host"),
        sa.cast(sa.null(), sa.Integer).label("imports_delayed"),
    )


def _disruption(row: sa.Row[Any]) -> Disruption:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name
    return Disruption(**values | {"kind": DisruptionKind(values["kind"])})
