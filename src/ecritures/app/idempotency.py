"""A request that carries an `Idempotency-Key` takes effect once, and has one answer.

The key's row is inserted first, in the very transaction of what the request does: a twin that comes
at the same moment waits for that transaction, then finds its answer. A request that was refused
leaves nothing, and may be sent again under the same key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from ecritures.core.errors import ConflictError
from ecritures.database.tables import idempotency_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from ecritures.database import Database

_INSERTS: Mapping[str, Callable[..., sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request under a key.

    Attributes:
        domain_id: The domain of its caller: keys of two domains have nothing in common.
        key: What the caller chose.
        request_sha256: The same for the same request.
        hours_kept: How long its answer is kept.
    """

    domain_id: int
    key: str
    request_sha256: str
    hours_kept: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered. `replayed`: to an earlier request of the same key."""

    status: int
    location: str | None
    body: str
    replayed: bool = False


def answer_once(
    database: Database,
    asked: Asked | None,
    prepare: Callable[[], Callable[[sa.Connection], Answer]],
) -> Answer:
    """Answer a request, once.

    Args:
        database: Where it takes effect.
        asked: The key it carries, if any.
        prepare: Checks the request and returns what will do it, in a transaction given to it.

    Raises:
        ConflictError: The key was used for another request.
    """
    if asked is None:
        act = prepare()
        with database.write() as connection:
            return act(connection)
    now = database.clock.now()
    since = now - timedelta(hours=asked.hours_kept)
    with database.read() as connection:
        kept = _kept(connection, asked, since)
    if kept is not None:
        return kept
    act = prepare()
    with database.write() as connection:
        _forget(connection, sa.and_(_is(asked), idempotency_keys.c.created_at < since))
        reserved = _reserve(connection, asked, now)
        if not reserved and (kept := _kept(connection, asked, since)):
            return kept
        answer = act(connection)
        connection.execute(
            idempotency_keys.update()
            .where(_is(asked))
            .values(status=answer.status, location=answer.location, body=answer.body)
        )
        return answer


def forget_answers(database: Database, before: datetime) -> None:
    """Forget the answers given before a moment."""
    with database.write() as connection:
        _forget(connection, idempotency_keys.c.created_at < before)


def _forget(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    connection.execute(idempotency_keys.delete().where(which))


def _reserve(connection: sa.Connection, asked: Asked, now: datetime) -> bool:
    row = {
        "domain_id": asked.domain_id,
        "key": asked.key,
        "request_sha256": asked.request_sha256,
        "created_at": now,
    }
    insert = _INSERTS[connection.dialect.name](idempotency_keys).values(row)
    inserted = insert.on_conflict_do_nothing().returning(idempotency_keys.c.key)
    return connection.execute(inserted).one_or_none() is not None


def _kept(connection: sa.Connection, asked: Asked, since: datetime) -> Answer | None:
    table = idempotency_keys.c
    query = sa.select(table.request_sha256, table.status, table.location, table.body)
    row = connection.execute(query.where(_is(asked), table.created_at >= since)).one_or_none()
    if row is None:
        return None
    if row.request_sha256 != asked.request_sha256:
        raise ConflictError(
            "idempotency-conflict",
            "Cette Idempotency-Key a déjà servi pour une autre demande : prenez-en une nouvelle.",
            "This Idempotency-Key was used for another request already: take a new one.",
        )
    return Answer(row.status, row.location, row.body, replayed=True)


def _is(asked: Asked) -> sa.ColumnElement[bool]:
    table = idempotency_keys.c
    return sa.and_(table.domain_id == asked.domain_id, table.key == asked.key)
