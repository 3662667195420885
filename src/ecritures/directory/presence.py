"""The processes of the service: who lives, and when nobody did."""

from __future__ import annotations

import socket
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.errors import ConflictError
from ecritures.database.statements import limit_lock_wait
from ecritures.database.tables import workers
from ecritures.directory.disruptions import (
    LOCK_SECONDS_MAX,
    DisruptionKind,
    close,
    lock,
    note,
    record_past,
    was_planned,
)

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.database import Database

KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Process:
    """A process that runs imports, or accepts them.

    Attributes:
        imports_max: How many it runs at once; 0: it only accepts them.
        storage_id: The storage it uses; None: unknown.
        deposit_key_id: A digest of what signs the addresses of deposits; None: the storage does.
    """

    imports_max: int
    storage_id: str | None = None
    deposit_key_id: str | None = None
    host: str = field(default_factory=socket.gethostname)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


def register(database: Database, process: Process, lease: timedelta) -> datetime:
    """Write down that a process begins, and for how long no worker has lived; return the time.

    Raises:
        ConflictError: Another one, which lives, has another storage or signs deposits otherwise.
    """
    now = database.clock.now()
    with database.write() as connection:
        lock(connection)  # one begins at a time
        _require_same(connection, process, now - lease)
        if process.imports_max:
            last = _last_seen(connection)
            if last is not None and now - last > lease:
                record_gap(connection, last, now)
            close(connection, DisruptionKind.NO_WORKER, now)
        connection.execute(workers.delete().where(workers.c.seen_at < now - KEPT))
        connection.execute(workers.insert().values(_row(process, now)))
    return now


def beat(database: Database, process: Process, lease: timedelta) -> datetime:
    """Write down that a process lives, and whether any worker does; return the time."""
    now = database.clock.now()
    with database.write() as connection:
        limit_lock_wait(connection, LOCK_SECONDS_MAX)
        mine = workers.update().where(workers.c.id == process.id)
        if not connection.execute(mine.values(seen_at=now)).rowcount:
            connection.execute(workers.insert().values(_row(process, now)))
        if process.imports_max or _lives(connection, now - lease):
            close(connection, DisruptionKind.NO_WORKER, now)
        elif (last := _last_seen(connection)) and not was_planned(connection, last, now):
            note(connection, DisruptionKind.NO_WORKER, last, now)
    return now


def leave(database: Database, process: Process) -> None:
    """Write down that a process ends."""
    now = database.clock.now()
    with database.write() as connection:
        mine = workers.update().where(workers.c.id == process.id)
        connection.execute(mine.values(seen_at=now, stopped_at=now))


def record_gap(connection: sa.Connection, start: datetime, end: datetime) -> None:
    """Write down that no worker lived, unless that was planned."""
    if not was_planned(connection, start, end):
        record_past(connection, DisruptionKind.NO_WORKER, start, end)


def lived_meanwhile(connection: sa.Connection, process: Process, start: datetime) -> bool:
    """Return whether another worker has been seen since a moment."""
    query = sa.select(workers.c.id).where(
        workers.c.id != process.id, workers.c.imports_max > 0, workers.c.seen_at > start
    )
    return connection.execute(query).first() is not None


def count_workers(database: Database, lease: timedelta) -> int:
    """Return how many processes that run imports live."""
    since = database.clock.now() - lease
    query = sa.select(sa.func.count()).where(workers.c.imports_max > 0, *_alive(since))
    with database.read() as connection:
        return connection.execute(query).scalar_one()


def require_same(database: Database, process: Process, lease: timedelta) -> None:
    """Accept the storage and the secret of a process, or raise.

    Raises:
        ConflictError: They are not those of the processes that live.
    """
    with database.read() as connection:
        _require_same(connection, process, database.clock.now() - lease)


def _require_same(connection: sa.Connection, process: Process, since: datetime) -> None:
    mine = {"storage_id": process.storage_id, "deposit_key_id": process.deposit_key_id}
    differs = sa.or_(
        sa.false(), *(workers.c[name] != value for name, value in mine.items() if value)
    )
    query = sa.select(workers.c.host, workers.c.storage_id).where(differs, *_alive(since)).limit(1)
    other = connection.execute(query).first() if any(mine.values()) else None
    if other is None:
        return
    host = other.host
    if process.storage_id and other.storage_id not in (None, process.storage_id):
        raise ConflictError(
            "storage-not-shared",
            f"Le stockage n'est pas celui du processus qui tourne sur {host}, et des fichiers s'y"
            " perdraient : donnez à tous les processus de cette base le même ECRITURES_STORAGE_URL,"
            " accessible à tous.",
            f"The storage is not that of the process that runs on {host}, and files would be lost:"
            " give all processes of this database the same ECRITURES_STORAGE_URL, which all can"
            " reach.",
        )
    raise ConflictError(
        "deposit-secret-not-shared",
        f"Le secret des dépôts n'est pas celui du processus qui tourne sur {host} : donnez à tous"
        " les processus de cette base le même ECRITURES_DEPOSIT_SECRET.",
        f"The deposit secret is not that of the process that runs on {host}: give all processes of"
        " this database the same ECRITURES_DEPOSIT_SECRET.",
    )


def _alive(since: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return workers.c.stopped_at.is_(None), workers.c.seen_at > since


def _lives(connection: sa.Connection, since: datetime) -> bool:
    query = sa.select(workers.c.id).where(workers.c.imports_max > 0, *_alive(since))
    return connection.execute(query).first() is not None


def _last_seen(connection: sa.Connection) -> datetime | None:
    query = sa.select(sa.func.max(workers.c.seen_at)).where(workers.c.imports_max > 0)
    last: datetime | None = connection.execute(query).scalar_one()
    return last


def _row(process: Process, now: datetime) -> dict[str, Any]:
    return {
        "id": process.id,
        "host": process.host,
        "imports_max": process.imports_max,
        "storage_id": process.storage_id,
        "deposit_key_id": process.deposit_key_id,
        "started_at": now,
        "seen_at": now,
    }
