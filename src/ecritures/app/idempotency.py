"""A request that carries an `Idempotency-Key` takes effect once, and has one answer.

The key's row is inserted first, in the same transaction as the effect of the request: a duplicate
that arrives meanwhile waits for that transaction, then finds its answer. A request that is refused
leaves nothing behind and may be sent again under the same key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import sqlalchemy as sa

from ecritures.core.errors import ConflictError
from ecritures.database.statements import insert_unless_present
from ecritures.database.tables import idempotency_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from ecritures.database import Database

View = TypeVar("View", bound=Mapping[str, Any])
Prepared = TypeVar("Prepared")


@dataclass(frozen=True, slots=True)
class IdempotentRequest:
    """A request that carries a key.

    Attributes:
        domain_id: The caller's domain: the same key in two domains is two keys.
        key: Chosen by the caller.
        request_sha256: Equal for equal requests.
        hours_kept: How long the answer is kept.
    """

    domain_id: int
    key: str
    request_sha256: str
    hours_kept: float


@dataclass(frozen=True, slots=True)
class Answer(Generic[View]):
    """The answer to a write. `replayed`: it was given before, to a request with the same key."""

    view: View
    replayed: bool = False


def answer_once(  # noqa: PLR0913 - a request, and how it is carried out
    database: Database,
    request: IdempotentRequest | None,
    prepare: Callable[[], Prepared],
    act: Callable[[sa.Connection, Prepared], View],
    *,
    bulk: bool = False,
    shown_once: str | None = None,
) -> Answer[View]:
    """Carry out a request, or return the answer already given to it.

    Args:
        database: Where the request takes effect.
        request: Identifies the request; None when it carries no key.
        prepare: Checks the request, before any transaction is open.
        act: Takes what `prepare` returned and carries the request out in one transaction.
        bulk: Whether it may insert columns in bulk.
        shown_once: The member of the answer that is a secret: it is not kept, and the same request,
            sent again, is answered without it.

    Raises:
        ConflictError: The key was used for another request.
    """
    begin = database.load if bulk else database.write
    if request is None:
        prepared = prepare()
        with begin() as connection:
            return Answer(act(connection, prepared))
    now = database.clock.now()
    since = now - timedelta(hours=request.hours_kept)
    with database.read() as connection:
        kept = _kept(connection, request, since)
    if kept is not None:
        return Answer(cast("View", kept), replayed=True)
    prepared = prepare()
    with begin() as connection:
        _forget(connection, sa.and_(_is(request), idempotency_keys.c.created_at < since))
        reserved = _reserve(connection, request, now)
        if not reserved and (kept := _kept(connection, request, since)) is not None:
            return Answer(cast("View", kept), replayed=True)
        view = act(connection, prepared)
        kept = {name: value for name, value in view.items() if name != shown_once}
        body = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
        connection.execute(idempotency_keys.update().where(_is(request)).values(body=body))
        return Answer(view)


def forget_answers(database: Database, before: datetime) -> None:
    """Delete the answers given before a moment."""
    with database.write() as connection:
        _forget(connection, idempotency_keys.c.created_at < before)


def _forget(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    connection.execute(idempotency_keys.delete().where(which))


def _reserve(connection: sa.Connection, request: IdempotentRequest, now: datetime) -> bool:
    row = {
        "domain_id": request.domain_id,
        "key": request.key,
        "request_sha256": request.request_sha256,
        "created_at": now,
    }
    insert = insert_unless_present(connection, idempotency_keys).values(row)
    inserted = insert.on_conflict_do_nothing().returning(idempotency_keys.c.key)
    return connection.execute(inserted).one_or_none() is not None


def _kept(connection: sa.Connection, request: IdempotentRequest, since: datetime) -> Any:  # noqa: ANN401 - any JSON value
    table = idempotency_keys.c
    query = sa.select(table.request_sha256, table.body)
    row = connection.execute(query.where(_is(request), table.created_at >= since)).one_or_none()
    if row is None:
        return None
    if row.request_sha256 != request.request_sha256:
        raise ConflictError(
            "idempotency-conflict",
            "Cette Idempotency-Key a déjà servi pour une autre demande : prenez-en une nouvelle.",
            "This Idempotency-Key was already used for another request: use a new one.",
        )
    return json.loads(row.body)


def _is(request: IdempotentRequest) -> sa.ColumnElement[bool]:
    table = idempotency_keys.c
    return sa.and_(table.domain_id == request.domain_id, table.key == request.key)
