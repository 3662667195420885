"""Webhooks and their deliveries as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NotRequired

from typing_extensions import TypedDict

from ecritures.app.cursors import next_cursor
from ecritures.app.views.instants import instant_or_none, instant_text
from ecritures.webhooks.answers import SENTENCES
from ecritures.webhooks.deliveries import DeliveryState

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.database.paging import Page
    from ecritures.webhooks.deliveries import Delivery
    from ecritures.webhooks.registration import Webhook


class WebhookView(TypedDict):
    """An endpoint that receives events. `events` is empty when it receives all of them.

    `previousSecretUntil`: until when the secret before the last change signs too.
    """

    id: int
    url: str
    events: list[str]
    createdAt: str
    previousSecretUntil: str | None


class NewWebhookView(WebhookView):
    """A webhook with its new secret, which a repeated request is not shown again."""

    secret: NotRequired[str]


class RemovedView(TypedDict):
    """A webhook that was removed."""

    id: int
    removed: bool


class WebhookPage(TypedDict):
    """A page of webhooks, oldest first."""

    items: list[WebhookView]
    nextCursor: str | None


class DeliveryView(TypedDict):
    """An event sent, or to be sent, to a webhook.

    `state`: `waiting`, `delivered` or `failed`. `answerStatus`: what the receiver answered to the
    last attempt; `code` and `message`: why that failed. `payload`: what is sent.
    """

    id: str
    webhook: int
    event: str
    subject: str
    state: str
    attempts: int
    createdAt: str
    nextAttemptAt: str | None
    endedAt: str | None
    answerStatus: int | None
    code: str | None
    message: str | None
    messageEn: str | None
    payload: dict[str, Any]


class DeliveryPage(TypedDict):
    """A page of deliveries, newest first."""

    items: list[DeliveryView]
    nextCursor: str | None


def webhook_view(webhook: Webhook, now: datetime) -> WebhookView:
    """Return a webhook as JSON, without its secret."""
    until = webhook.previous_until
    return {
        "id": webhook.id,
        "url": webhook.url,
        "events": [str(one) for one in webhook.events],
        "createdAt": instant_text(webhook.created_at),
        "previousSecretUntil": instant_or_none(until if until and now < until else None),
    }


def new_webhook_view(webhook: Webhook, now: datetime) -> NewWebhookView:
    """Return a webhook as JSON, with its secret."""
    return {**webhook_view(webhook, now), "secret": webhook.secret}


def webhook_page(page: Page[Webhook], now: datetime) -> WebhookPage:
    """Return a page of webhooks as JSON."""
    return {
        "items": [webhook_view(one, now) for one in page.items],
        "nextCursor": next_cursor(page),
    }


def delivery_view(delivery: Delivery) -> DeliveryView:
    """Return a delivery as JSON."""
    said = SENTENCES.get(delivery.answer or "")
    waits = delivery.state is DeliveryState.WAITING
    return {
        "id": delivery.id,
        "webhook": delivery.webhook_id,
        "event": delivery.kind,
        "subject": delivery.subject,
        "state": str(delivery.state),
        "attempts": delivery.attempt,
        "createdAt": instant_text(delivery.created_at),
        "nextAttemptAt": instant_text(delivery.due_at) if waits else None,
        "endedAt": instant_or_none(delivery.ended_at),
        "answerStatus": delivery.answer_status,
        "code": delivery.answer,
        "message": said.fr if said else None,
        "messageEn": said.en if said else None,
        "payload": json.loads(delivery.body),
    }


def delivery_page(page: Page[Delivery]) -> DeliveryPage:
    """Return a page of deliveries as JSON."""
    return {
        "items": [delivery_view(one) for one in page.items],
        "nextCursor": next_cursor(page),
    }
