"""Deliveries as rows: written with what they tell of, claimed, settled, sent again, forgotten.

A delivery is claimed by one update that one process wins, for the time that sending it may take.
Deliveries of one subject to one webhook are sent one at a time, in their order: a later one waits
as long as an earlier one does.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.errors import NotFoundError
from ecritures.database.paging import Page, make_page, page_query
from ecritures.database.tables import deliveries, webhooks
from ecritures.webhooks.registration import read_webhook, read_webhooks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from ecritures.database import Database
    from ecritures.webhooks.kinds import EventName
    from ecritures.webhooks.registration import Webhook

LEASE = timedelta(seconds=60)
"""How long the sender of a delivery counts as alive: longer than sending it can take."""


class DeliveryState(StrEnum):
    """How far a delivery is."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event sent, or to be sent, to a webhook; the columns of its table."""

    id: str
    webhook_id: int
    kind: str
    subject: str
    ordinal: int
    body: str
    state: DeliveryState
    created_at: datetime
    asked_at: datetime
    due_at: datetime
    attempt: int
    ended_at: datetime | None
    answer_status: int | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class Sending:
    """A delivery that this process has claimed, and the webhook it goes to."""

    delivery: Delivery
    webhook: Webhook
    leased_until: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt.

    Attributes:
        status: What the receiver answered; None: nothing.
        answer: Why it failed, as a code of `webhooks.answers`; None: it was delivered.
    """

    status: int | None
    answer: str | None


def enqueue(  # noqa: PLR0913, PLR0917 - an event, and the transaction it happens in
    connection: sa.Connection,
    domain_id: int,
    kind: EventName,
    subject: str,
    body: Mapping[str, Any],
    now: datetime,
) -> None:
    """Write down an event for each webhook that wants it, in the transaction of the event itself.

    Call it last: until the end of the transaction, no other event of the firm is written.

    Args:
        connection: The transaction.
        domain_id: The firm.
        kind: What happened.
        subject: What it happened to, such as the id of an import: its events arrive in order.
        body: What to send, in JSON; it becomes `data` of what is sent.
        now: When.
    """
    for webhook in read_webhooks(connection, domain_id):
        if webhook.events and kind not in webhook.events:
            continue
        mine = webhooks.c.domain_id == domain_id, webhooks.c.id == webhook.id
        last = webhooks.c.last_ordinal
        draw = webhooks.update().where(*mine).values({last: last + 1}).returning(last)
        row = {
            "domain_id": domain_id,
            "id": f"msg_{uuid.uuid4().hex}",
            "webhook_id": webhook.id,
            "kind": str(kind),
            "subject": subject,
            "ordinal": connection.execute(draw).scalar_one(),
            "body": _document(kind, body, now),
            "state": DeliveryState.WAITING,
            "created_at": now,
            "asked_at": now,
            "due_at": now,
        }
        connection.execute(deliveries.insert().values(row))


def list_due(database: Database) -> list[tuple[int, int]]:
    """Return the firm and number of each webhook with something to send; sees every firm."""
    query = sa.select(deliveries.c.domain_id, deliveries.c.webhook_id).distinct()
    with database.read() as connection:
        due = _due(database.clock.now()), ~_is_behind_another()
        rows = connection.execute(query.where(*due))
        return [(row.domain_id, row.webhook_id) for row in rows]


def claim_next(database: Database, domain_id: int, webhook_id: int) -> Sending | None:
    """Claim the next delivery to a webhook; None: there is none, or another process has it."""
    now = database.clock.now()
    due = sa.and_(*_of_webhook(domain_id, webhook_id), _due(now), ~_is_behind_another())
    first = sa.select(deliveries.c.id).where(due).order_by(deliveries.c.ordinal).limit(1)
    until = now + LEASE
    claim = (
        deliveries.update()
        .where(due, deliveries.c.id == first.scalar_subquery())
        .values(leased_until=until, attempt=deliveries.c.attempt + 1)
        .returning(*_COLUMNS)
    )
    with database.write() as connection:
        row = connection.execute(claim).one_or_none()
        if row is None:
            return None
        return Sending(_delivery(row), read_webhook(connection, domain_id, webhook_id), until)


def settle(
    database: Database, sending: Sending, outcome: Outcome, next_attempt: datetime | None
) -> None:
    """Write down what became of an attempt, unless another one has taken the delivery over.

    Args:
        database: The firm's.
        sending: The claim.
        outcome: What the receiver answered.
        next_attempt: When a failed delivery is sent again; None: never.
    """
    values: dict[str, Any] = {
        "leased_until": None,
        "answer_status": outcome.status,
        "answer": outcome.answer,
    }
    if outcome.answer is not None and next_attempt is not None:
        values["due_at"] = next_attempt
    else:
        done = outcome.answer is None
        values["state"] = DeliveryState.DELIVERED if done else DeliveryState.FAILED
        values["ended_at"] = database.clock.now()
    mine = (
        deliveries.c.domain_id == sending.webhook.domain_id,
        deliveries.c.id == sending.delivery.id,
        deliveries.c.state == DeliveryState.WAITING,
        deliveries.c.attempt == sending.delivery.attempt,
        deliveries.c.leased_until == sending.leased_until,
    )
    with database.write() as connection:
        connection.execute(deliveries.update().where(*mine).values(values))


def page_deliveries(
    connection: sa.Connection,
    domain_id: int,
    webhook_id: int,
    limit: int,
    after: tuple[int] | None = None,
) -> Page[Delivery]:
    """Return a page of the deliveries to a webhook, newest first; the key is the ordinal.

    Raises:
        NotFoundError: There is no such webhook.
    """
    read_webhook(connection, domain_id, webhook_id)
    query = sa.select(*_COLUMNS).where(*_of_webhook(domain_id, webhook_id))
    query = page_query(query, [deliveries.c.ordinal], after, limit, descending=True)
    found = [_delivery(row) for row in connection.execute(query)]
    return make_page(found, limit, lambda last: (last.ordinal,))


def resend(
    connection: sa.Connection, domain_id: int, webhook_id: int, delivery_id: str, now: datetime
) -> Delivery:
    """Have a delivery sent now, once more if it was; its attempts begin anew.

    Raises:
        NotFoundError: There is no such delivery to such a webhook.
    """
    read_webhook(connection, domain_id, webhook_id)
    mine = *_of_webhook(domain_id, webhook_id), deliveries.c.id == delivery_id
    anew = {
        "state": DeliveryState.WAITING,
        "asked_at": now,
        "due_at": now,
        "leased_until": None,
        "attempt": 0,
        "ended_at": None,
    }
    again = deliveries.update().where(*mine).values(anew).returning(*_COLUMNS)
    row = connection.execute(again).one_or_none()
    if row is None:
        raise NotFoundError(
            "delivery-unknown",
            f"Le webhook {webhook_id} n'a pas de livraison {delivery_id}.",
            f"Webhook {webhook_id} has no delivery {delivery_id}.",
        )
    return _delivery(row)


def forget_deliveries(database: Database, before: datetime) -> None:
    """Delete deliveries that ended before a moment, and webhooks removed before; of every firm."""
    left = sa.exists().where(
        deliveries.c.domain_id == webhooks.c.domain_id, deliveries.c.webhook_id == webhooks.c.id
    )
    with database.write() as connection:
        connection.execute(deliveries.delete().where(deliveries.c.ended_at <= before))
        connection.execute(webhooks.delete().where(webhooks.c.removed_at <= before, ~left))


def _document(kind: EventName, body: Mapping[str, Any], now: datetime) -> str:
    at = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    document = {"type": str(kind), "timestamp": at, "data": dict(body)}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _of_webhook(domain_id: int, webhook_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return deliveries.c.domain_id == domain_id, deliveries.c.webhook_id == webhook_id


def _due(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        deliveries.c.state == sa.literal_column("'waiting'"),  # the condition of the partial index
        deliveries.c.due_at <= now,
        deliveries.c.leased_until.is_(None) | (deliveries.c.leased_until < now),
    )


def _is_behind_another() -> sa.ColumnElement[bool]:
    earlier = deliveries.alias("earlier")
    return sa.exists().where(
        earlier.c.domain_id == deliveries.c.domain_id,
        earlier.c.webhook_id == deliveries.c.webhook_id,
        earlier.c.subject == deliveries.c.subject,
        earlier.c.state == sa.literal_column("'waiting'"),
        earlier.c.ordinal < deliveries.c.ordinal,
    )


def _delivery(row: sa.Row[Any]) -> Delivery:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name
    return Delivery(**values | {"state": DeliveryState(values["state"])})


_COLUMNS = tuple(deliveries.c[name] for name in Delivery.__dataclass_fields__)
