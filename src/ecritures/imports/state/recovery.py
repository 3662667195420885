"""What is done about imports whose process died, overslept or was abandoned."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.database.tables import attempts, imports
from ecritures.imports import messages
from ecritures.imports.request import SourceKind, Status
from ecritures.imports.state.columns import ended, waiting
from ecritures.imports.state.rows import RUNNING, close_attempts, is_import

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ecritures.core.sentences import Sentence
    from ecritures.database import Database

COMMAND_PATIENCE = timedelta(minutes=10)
"""A command takes its import at once when it is due; after that long, it has died."""

CLOCK_TOLERANCE = timedelta(minutes=1)
"""What was written later than that from now was written by a clock that has been put back since."""


def recover(database: Database, interruptions_max: int, *, every_lease: bool = False) -> None:
    """Requeue the imports whose attempt died, or end those whose attempts died too often.

    Any import of a process may have caused its death: they run again alone, and only then count.
    That of a file on some machine is ended: no worker has the file.

    Args:
        database: Sees every firm.
        interruptions_max: An import ends after so many since it was requested.
        every_lease: Also those with an unexpired lease: no other service can be running them.
    """
    now = database.clock.now()
    is_dead: sa.ColumnElement[bool] = imports.c.leased_until < now
    if every_lease:  # but a command may run beside the service
        is_dead |= imports.c.source_kind != str(SourceKind.PATH)
    for domain_id, import_id, attempt in _list(database, RUNNING & is_dead):
        with database.for_domain(domain_id).write() as connection:
            still = sa.and_(RUNNING, is_dead, imports.c.attempt == attempt)
            held = _hold(connection, domain_id, import_id, still)
            if held is None:
                continue
            now = database.clock.now()
            earlier = _count_interruptions(connection, domain_id, import_id, held.asked_attempt)
            if held.source_kind == SourceKind.PATH:
                message = messages.command_stopped()
                values = ended(Status.ENDED_WITH_ERROR, now, message)
            elif earlier + held.alone >= interruptions_max:
                message = messages.interrupted_too_often()
                values = ended(Status.ENDED_WITH_ERROR, now, message)
            else:
                message = messages.interrupted()
                values = waiting(now, now, message) | {"alone": True}
            connection.execute(
                imports.update().where(*is_import(domain_id, import_id)).values(values)
            )
            close_attempts(connection, domain_id, import_id, "interrupted", now, message)


def end_abandoned(database: Database) -> None:
    """End the imports of a file of some machine whose command died before it tried (again)."""
    due = database.clock.now() - COMMAND_PATIENCE
    waits = imports.c.status == sa.literal_column(str(int(Status.WAITING)))
    of_command = imports.c.source_kind == str(SourceKind.PATH)
    abandoned = sa.and_(waits, of_command, imports.c.due_at < due)
    _end_all(database, abandoned, messages.command_stopped())


def bring_forward(database: Database) -> None:
    """Have imports tried now that a clock which was ahead put off: they would wait until it comes.

    Args:
        database: Sees every firm.
    """
    now = database.clock.now()
    waits = imports.c.status == sa.literal_column(str(int(Status.WAITING)))
    was_ahead = imports.c.updated_at > now + CLOCK_TOLERANCE
    put_off = sa.select(imports.c.id).where(waits, was_ahead).with_for_update(skip_locked=True)
    with database.write() as connection:
        mine = imports.c.id.in_(put_off)
        connection.execute(imports.update().where(mine).values(due_at=now, updated_at=now))


def end_overdue(database: Database, run_hours_max: float) -> None:
    """End the imports whose running attempt began too long ago; `database` sees every firm."""
    oldest = database.clock.now() - timedelta(hours=run_hours_max)
    started = sa.select(attempts.c.started_at).where(
        attempts.c.domain_id == imports.c.domain_id,
        attempts.c.import_id == imports.c.id,
        attempts.c.number == imports.c.attempt,
    )
    overdue = sa.and_(RUNNING, started.scalar_subquery() < oldest)
    _end_all(database, overdue, messages.ran_too_long())


def _end_all(database: Database, which: sa.ColumnElement[bool], message: Sentence) -> None:
    for domain_id, import_id, attempt in _list(database, which):
        with database.for_domain(domain_id).write() as connection:
            still = sa.and_(which, imports.c.attempt == attempt)
            if _hold(connection, domain_id, import_id, still) is None:
                continue
            now = database.clock.now()
            values = ended(Status.ENDED_WITH_ERROR, now, message)
            connection.execute(
                imports.update().where(*is_import(domain_id, import_id)).values(values)
            )
            close_attempts(connection, domain_id, import_id, "failed", now, message)


def _list(database: Database, which: sa.ColumnElement[bool]) -> Sequence[sa.Row[int, str, int]]:
    query = sa.select(imports.c.domain_id, imports.c.id, imports.c.attempt).where(which)
    with database.read() as connection:
        return connection.execute(query).all()


def _hold(
    connection: sa.Connection, domain_id: int, import_id: str, which: sa.ColumnElement[bool]
) -> sa.Row[int, bool, str] | None:
    """Lock an import that has not changed since it was found; skip one that is locked already."""
    query = sa.select(imports.c.asked_attempt, imports.c.alone, imports.c.source_kind)
    query = query.where(*is_import(domain_id, import_id), which)
    return connection.execute(query.with_for_update(skip_locked=True)).one_or_none()


def _count_interruptions(
    connection: sa.Connection, domain_id: int, import_id: str, after: int
) -> int:
    query = sa.select(sa.func.count()).where(
        attempts.c.domain_id == domain_id,
        attempts.c.import_id == import_id,
        attempts.c.outcome == "interrupted",
        attempts.c.alone,
        attempts.c.number > after,
    )
    return connection.execute(query).scalar_one()
