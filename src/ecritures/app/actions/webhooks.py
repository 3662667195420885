"""Register webhooks, remove them, change their secrets, send deliveries again.

Each raises ForbiddenError unless the key may administer the whole domain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.app.idempotency import answer_once
from ecritures.app.views.webhooks import delivery_view, new_webhook_view
from ecritures.core.rights import Right
from ecritures.webhooks import deliveries, registration

if TYPE_CHECKING:
    from collections.abc import Collection

    import sqlalchemy as sa

    from ecritures.app.idempotency import Answer, IdempotentRequest
    from ecritures.app.views.webhooks import DeliveryView, NewWebhookView, RemovedView
    from ecritures.database import Database
    from ecritures.directory.keys import Caller
    from ecritures.webhooks.kinds import EventName


def create_webhook(  # noqa: PLR0913 - all that a request says
    database: Database,
    caller: Caller,
    url: str,
    events: Collection[EventName] = (),
    *,
    allow_private_addresses: bool,
    idempotent: IdempotentRequest | None = None,
) -> Answer[NewWebhookView]:
    """Register an address; the answer has the secret, which is not shown again.

    Args:
        database: The firm's.
        caller: Whose domain it is for.
        url: The address.
        events: Those it receives; none: all of them.
        allow_private_addresses: Whether it may be one of a private network.
        idempotent: Identifies the request when it carries a key.

    Raises:
        RefusedRequestError: The address cannot be one.
        ConflictError: The domain has too many.
    """
    require_administrator(caller)

    def prepare() -> None:
        registration.check_address(url, allow_private_addresses=allow_private_addresses)

    def insert(connection: sa.Connection, _: None) -> NewWebhookView:
        now = database.clock.now()
        domain_id = caller.domain_id
        return new_webhook_view(
            registration.insert_webhook(connection, domain_id, url, events, now), now
        )

    return answer_once(database, idempotent, prepare, insert, shown_once="secret")


def remove_webhook(
    database: Database,
    caller: Caller,
    webhook_id: int,
    idempotent: IdempotentRequest | None = None,
) -> Answer[RemovedView]:
    """Tell an address nothing any more.

    Raises:
        NotFoundError: The domain has no such webhook.
    """
    require_administrator(caller)

    def remove(connection: sa.Connection, _: None) -> RemovedView:
        now = database.clock.now()
        registration.remove_webhook(connection, caller.domain_id, webhook_id, now)
        return {"id": webhook_id, "removed": True}

    return answer_once(database, idempotent, lambda: None, remove)


def rotate_secret(
    database: Database,
    caller: Caller,
    webhook_id: int,
    idempotent: IdempotentRequest | None = None,
) -> Answer[NewWebhookView]:
    """Give a webhook a new secret, which the answer has; the one before signs too for a day.

    Raises:
        NotFoundError: The domain has no such webhook.
    """
    require_administrator(caller)

    def rotate(connection: sa.Connection, _: None) -> NewWebhookView:
        now = database.clock.now()
        domain_id = caller.domain_id
        return new_webhook_view(
            registration.rotate_secret(connection, domain_id, webhook_id, now), now
        )

    return answer_once(database, idempotent, lambda: None, rotate, shown_once="secret")


def resend_delivery(
    database: Database,
    caller: Caller,
    webhook_id: int,
    delivery_id: str,
    idempotent: IdempotentRequest | None = None,
) -> Answer[DeliveryView]:
    """Have a delivery sent now, once more if it was.

    Raises:
        NotFoundError: The domain has no such webhook, or it no such delivery.
    """
    require_administrator(caller)

    def resend(connection: sa.Connection, _: None) -> DeliveryView:
        now = database.clock.now()
        domain_id = caller.domain_id
        return delivery_view(deliveries.resend(connection, domain_id, webhook_id, delivery_id, now))

    return answer_once(database, idempotent, lambda: None, resend)


def require_administrator(caller: Caller) -> None:
    """Raise unless the caller may administer the whole domain, whose events webhooks receive.

    Raises:
        ForbiddenError: The right is missing, or the key is limited to certain dossiers.
    """
    caller.require(Right.ADMINISTER)
    caller.require_whole_domain()
