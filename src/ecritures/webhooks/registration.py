"""The webhooks of a firm: registering, listing and removing them, and changing their secrets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.errors import ConflictError, NotFoundError, RefusedRequestError, SourceError
from ecritures.database.paging import Page, make_page, page_query
from ecritures.database.tables import deliveries, webhooks
from ecritures.directory.firms import next_id
from ecritures.sources.addresses import AddressRules
from ecritures.sources.guard import is_public
from ecritures.webhooks.kinds import EventName
from ecritures.webhooks.signing import new_secret

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

WEBHOOKS_MAX = 20
"""Of one firm; each of them adds a row to every publication."""

ROTATION = timedelta(hours=24)
"""How long the secret before signs too, so that receivers may change it in their own time."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """An endpoint that receives the events of a firm.

    Attributes:
        events: Those it receives; empty: all of them.
        secret: Signs what it is sent; shown when it is made, then no more.
        previous_secret: Signs too, until `previous_until`.
    """

    id: int
    domain_id: int
    url: str
    events: tuple[EventName, ...]
    created_at: datetime
    secret: str
    previous_secret: str | None
    previous_until: datetime | None

    def signers(self, now: datetime) -> list[str]:
        """Return the secrets that sign at a moment, the newest first."""
        before = self.previous_secret
        is_valid = self.previous_until is not None and now < self.previous_until
        return [self.secret, before] if before and is_valid else [self.secret]


def check_address(url: str, *, allow_private_addresses: bool) -> None:
    """Refuse at once an address that deliveries could never be sent to.

    Raises:
        RefusedRequestError: It is not an HTTPS address of the public Internet.
    """
    try:
        parsed = AddressRules(allow_private_addresses, ()).parse(url)
    except SourceError as error:
        said = error.sentence
        raise RefusedRequestError(said.code, said.fr, said.en) from None
    if not allow_private_addresses and _is_address(parsed.host) and not is_public(parsed.host):
        raise RefusedRequestError(
            "webhook-address-refused",
            "L'adresse d'un webhook ne doit pas être celle d'un réseau privé.",
            "The address of a webhook must not be one of a private network.",
        )


def insert_webhook(
    connection: sa.Connection,
    domain_id: int,
    url: str,
    events: Collection[EventName],
    now: datetime,
) -> Webhook:
    """Register an address that `check_address` accepts, in the caller's transaction.

    Raises:
        ConflictError: The firm has too many.
    """
    count = sa.select(sa.func.count()).where(_of_firm(domain_id))
    if connection.execute(count).scalar_one() >= WEBHOOKS_MAX:
        raise ConflictError(
            "webhooks-too-many",
            f"Le domaine a déjà {WEBHOOKS_MAX} webhooks : supprimez-en un.",
            f"The domain already has {WEBHOOKS_MAX} webhooks: remove one.",
        )
    webhook_id = next_id(connection, domain_id)
    row = {
        "domain_id": domain_id,
        "id": webhook_id,
        "url": url,
        "events": [str(one) for one in EventName if one in events],
        "secret": new_secret(),
        "created_at": now,
    }
    connection.execute(webhooks.insert().values(row))
    return read_webhook(connection, domain_id, webhook_id)


def read_webhook(connection: sa.Connection, domain_id: int, webhook_id: int) -> Webhook:
    """Return a webhook of a firm.

    Raises:
        NotFoundError: There is none.
    """
    query = _SELECT.where(_of_firm(domain_id), webhooks.c.id == webhook_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise webhook_unknown(webhook_id)
    return _webhook(row)


def read_webhooks(connection: sa.Connection, domain_id: int) -> list[Webhook]:
    """Return the webhooks of a firm, oldest first."""
    query = _SELECT.where(_of_firm(domain_id)).order_by(webhooks.c.id)
    return [_webhook(row) for row in connection.execute(query)]


def page_webhooks(
    connection: sa.Connection, domain_id: int, limit: int, after: tuple[int] | None = None
) -> Page[Webhook]:
    """Return a page of the webhooks of a firm, oldest first; the key is the number."""
    query = page_query(_SELECT.where(_of_firm(domain_id)), [webhooks.c.id], after, limit)
    found = [_webhook(row) for row in connection.execute(query)]
    return make_page(found, limit, lambda last: (last.id,))


def remove_webhook(
    connection: sa.Connection, domain_id: int, webhook_id: int, now: datetime
) -> None:
    """Remove an endpoint; what has not been delivered to it is dropped.

    Raises:
        NotFoundError: There is no such webhook.
    """
    mine = _of_firm(domain_id), webhooks.c.id == webhook_id
    if not connection.execute(webhooks.update().where(*mine).values(removed_at=now)).rowcount:
        raise webhook_unknown(webhook_id)
    waiting = (
        deliveries.c.domain_id == domain_id,
        deliveries.c.webhook_id == webhook_id,
        deliveries.c.state == "waiting",
    )
    ended = {"state": "failed", "ended_at": now, "leased_until": None, "answer": "webhook-removed"}
    connection.execute(deliveries.update().where(*waiting).values(ended))


def rotate_secret(
    connection: sa.Connection, domain_id: int, webhook_id: int, now: datetime
) -> Webhook:
    """Give a webhook a new secret; the one before signs too for a day.

    Raises:
        NotFoundError: There is no such webhook.
    """
    mine = _of_firm(domain_id), webhooks.c.id == webhook_id
    values = {
        "previous_secret": webhooks.c.secret,
        "previous_until": now + ROTATION,
        "secret": new_secret(),
    }
    connection.execute(webhooks.update().where(*mine).values(values))
    return read_webhook(connection, domain_id, webhook_id)


def webhook_unknown(webhook_id: int) -> NotFoundError:
    """Return the error that a firm has no such webhook."""
    return NotFoundError(
        "webhook-unknown",
        f"Le webhook {webhook_id} n'existe pas sur le domaine.",
        f"Webhook {webhook_id} does not exist in the domain.",
    )


def _of_firm(domain_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(webhooks.c.domain_id == domain_id, webhooks.c.removed_at.is_(None))


def _webhook(row: sa.Row[Any]) -> Webhook:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's documented name
    return Webhook(**values | {"events": tuple(map(EventName, values["events"]))})


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


_SELECT = sa.select(*(webhooks.c[name] for name in Webhook.__dataclass_fields__))
