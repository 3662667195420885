"""The webhooks of a firm: their addresses, their secrets, shown once, and what was sent to them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.params import Path

from ecritures.app.actions.webhooks import (
    create_webhook,
    remove_webhook,
    resend_delivery,
    rotate_secret,
)
from ecritures.app.cursors import read_cursor
from ecritures.app.queries import show_deliveries, show_webhooks
from ecritures.app.views.webhooks import WebhookView
from ecritures.core.errors import ConflictError, RefusedRequestError
from ecritures.core.sentences import Sentence
from ecritures.web.administration import Administrator, show_admin
from ecritures.web.forms import FormErrors, once
from ecritures.web.guard import FirmState, Form, SignedInRoute, see
from ecritures.web.words.event_words import EVENT_WORDS
from ecritures.webhooks.kinds import EventName
from ecritures.webhooks.registration import WEBHOOKS_MAX, check_address, webhook_unknown

WEBHOOKS = "/admin/webhooks"
LIMIT, LATEST = 50, 1
REFUSED = 422

WebhookId = Annotated[int, Path(ge=1, le=2**31 - 1)]
router = APIRouter(route_class=SignedInRoute, prefix=WEBHOOKS)


@router.get("")
def list_all(request: Request, state: FirmState, session: Administrator) -> Response:
    """List the webhooks of the firm, with the last delivery to each."""
    return _list(request, state, session)


@router.post("")
def create(request: Request, state: FirmState, session: Administrator, form: Form) -> Response:
    """Register an address, and show its secret this once."""
    errors, url = FormErrors(), form.get("url", "").strip()
    private = state.settings.allow_private_addresses
    errors.check("url", lambda: check_address(url, allow_private_addresses=private), None)
    nothing: list[EventName] = []
    events = errors.check("events", lambda: _events_in(form), nothing)
    if not errors:
        try:
            made = create_webhook(
                state.database,
                session.caller,
                url,
                events,
                allow_private_addresses=private,
                idempotent=once(state, session, WEBHOOKS, form),
            )
            return _list(request, state, session, made=made.view)
        except ConflictError as error:
            errors["url"] = error.sentence
    return _list(request, state, session, errors, form)


@router.get("/{webhook_id}")
def deliveries(
    request: Request,
    state: FirmState,
    session: Administrator,
    webhook_id: WebhookId,
    cursor: Annotated[str | None, Query()] = None,
) -> Response:
    """Show what was sent, or is to be sent, to an address."""
    return _one(request, state, session, webhook_id, cursor)


@router.post("/{webhook_id}/secret")
def rotate(
    request: Request, state: FirmState, session: Administrator, webhook_id: WebhookId, form: Form
) -> Response:
    """Give a webhook a new secret, and show it this once."""
    key = once(state, session, f"{WEBHOOKS}/{webhook_id}/secret", form)
    made = rotate_secret(state.database, session.caller, webhook_id, key)
    return _one(request, state, session, webhook_id, made=made.view)


@router.get("/{webhook_id}/remove")
def ask(
    request: Request, state: FirmState, session: Administrator, webhook_id: WebhookId
) -> Response:
    """Ask whether a webhook is to be removed."""
    webhook = _webhook(state, session, webhook_id)
    return show_admin(request, state, session, "webhook_remove.html", webhook=webhook)


@router.post("/{webhook_id}/remove")
def remove(state: FirmState, session: Administrator, webhook_id: WebhookId, form: Form) -> Response:
    """Tell an address nothing any more."""
    key = once(state, session, f"{WEBHOOKS}/{webhook_id}/remove", form)
    remove_webhook(state.database, session.caller, webhook_id, key)
    return see(WEBHOOKS)


@router.post("/{webhook_id}/deliveries/{delivery_id}/resend")
def resend(
    state: FirmState,
    session: Administrator,
    webhook_id: WebhookId,
    delivery_id: Annotated[str, Path(max_length=100)],
    form: Form,
) -> Response:
    """Have a delivery sent now, once more if it was."""
    key = once(state, session, f"{WEBHOOKS}/{webhook_id}/deliveries/{delivery_id}", form)
    resend_delivery(state.database, session.caller, webhook_id, delivery_id, key)
    return see(f"{WEBHOOKS}/{webhook_id}")


def _events_in(form: dict[str, str]) -> list[EventName]:
    """Return the events that a form has ticked; none: all of them, those to come too."""
    events = [one for one in EventName if f"event-{one}" in form]
    if not events:
        raise RefusedRequestError(
            "events-none",
            "Cochez au moins un évènement.",
            "Tick at least one event.",
        )
    return [] if len(events) == len(EventName) else events


def _list(
    request: Request,
    state: FirmState,
    session: Administrator,
    errors: Mapping[str, Sentence] = MappingProxyType({}),
    form: dict[str, str] | None = None,
    *,
    made: object = None,
) -> Response:
    found = _webhooks(state, session)
    last = {
        one["id"]: show_deliveries(state.database, session.caller, one["id"], LATEST)["items"]
        for one in found
    }
    return show_admin(
        request,
        state,
        session,
        "webhooks.html",
        REFUSED if errors else 200,
        webhooks=found,
        last=last,
        events=EVENT_WORDS,
        errors=errors,
        form=form,
        made=made,
    )


def _webhooks(state: FirmState, session: Administrator) -> list[WebhookView]:
    return show_webhooks(state.database, session.caller, WEBHOOKS_MAX)["items"]


def _webhook(state: FirmState, session: Administrator, webhook_id: int) -> WebhookView:
    found = (one for one in _webhooks(state, session) if one["id"] == webhook_id)
    if (webhook := next(found, None)) is None:
        raise webhook_unknown(webhook_id)
    return webhook


def _one(
    request: Request,
    state: FirmState,
    session: Administrator,
    webhook_id: int,
    cursor: str | None = None,
    *,
    made: object = None,
) -> Response:
    after = read_cursor(cursor, int)
    page = show_deliveries(state.database, session.caller, webhook_id, LIMIT, after)
    return show_admin(
        request,
        state,
        session,
        "webhook.html",
        webhook=_webhook(state, session, webhook_id),
        page=page,
        events=EVENT_WORDS,
        made=made,
    )
