"""Webhooks, on the product's own API."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field, StrictStr

from ecritures.api.http.app_state import AdministeringCaller, AuthenticatedRoute, CurrentState
from ecritures.api.http.idempotency import IdempotencyKey, identify, respond
from ecritures.api.http.paging import Cursor, Limit
from ecritures.api.http.problems import problem_responses
from ecritures.app.actions import webhooks as actions
from ecritures.app.cursors import read_cursor
from ecritures.app.queries import show_deliveries, show_webhooks
from ecritures.app.views.webhooks import (
    DeliveryPage,
    DeliveryView,
    NewWebhookView,
    RemovedView,
    WebhookPage,
)
from ecritures.webhooks.kinds import EventName

router = APIRouter(prefix="/v1/webhooks", tags=["Webhooks"], route_class=AuthenticatedRoute)

WebhookId = Annotated[int, Path(ge=1, le=2**31 - 1, description="Numéro du webhook.")]
DeliveryId = Annotated[str, Path(pattern=r"^msg_[0-9a-f]{32}$", description="`webhook-id`.")]


class NewWebhook(BaseModel):
    """An endpoint to register."""

    model_config = ConfigDict(extra="forbid")

    url: StrictStr = Field(
        min_length=1,
        max_length=2000,
        pattern=r"^[^\x00-\x1f\x7f]+$",
        examples=["https://cabinet.example/ecritures"],
    )
    events: list[EventName] = Field(
        default_factory=list,
        max_length=len(EventName),
        description="Ce qui lui est dit ; vide : tout.",
        examples=[["import.ended"]],
    )


@router.post(
    "",
    status_code=201,
    operation_id="createWebhook",
    summary="Enregistrer un webhook",
    description="La réponse donne le secret des signatures, qui n'est plus montré ensuite.",
    response_model=NewWebhookView,
    responses=problem_responses(400, 401, 403, 409, 413, 422, 429),
)
def create(
    state: CurrentState,
    caller: AdministeringCaller,
    wanted: NewWebhook,
    key: IdempotencyKey = None,
) -> Response:
    """Register an address."""
    content = router.prefix, wanted.model_dump_json()
    answer = actions.create_webhook(
        state.database,
        caller,
        wanted.url,
        wanted.events,
        allow_private_addresses=state.settings.allow_private_addresses,
        idempotent=identify(state.settings, caller, key, *content),
    )
    return respond(answer, 201)


@router.get(
    "",
    operation_id="listWebhooks",
    summary="Lister les webhooks",
    description="Sans leur secret, du plus ancien au plus récent.",
    responses=problem_responses(401, 403, 422, 429),
)
def list_all(
    state: CurrentState, caller: AdministeringCaller, cursor: Cursor = None, limit: Limit = 50
) -> WebhookPage:
    """List the webhooks of the domain."""
    return show_webhooks(state.database, caller, limit, read_cursor(cursor, int))


@router.delete(
    "/{webhook_id}",
    operation_id="removeWebhook",
    summary="Supprimer un webhook",
    description="Ce qui ne lui a pas encore été dit ne le sera pas.",
    response_model=RemovedView,
    responses=problem_responses(401, 403, 404, 409, 422, 429),
)
def remove(
    state: CurrentState,
    caller: AdministeringCaller,
    webhook_id: WebhookId,
    key: IdempotencyKey = None,
) -> Response:
    """Remove a webhook."""
    content = f"DELETE {router.prefix}/{webhook_id}"
    idempotent = identify(state.settings, caller, key, content)
    return respond(actions.remove_webhook(state.database, caller, webhook_id, idempotent))


@router.post(
    "/{webhook_id}/rotate",
    operation_id="rotateWebhookSecret",
    summary="Changer le secret d'un webhook",
    description="Le secret précédent signe aussi pendant un jour.",
    response_model=NewWebhookView,
    responses=problem_responses(401, 403, 404, 409, 422, 429),
)
def rotate(
    state: CurrentState,
    caller: AdministeringCaller,
    webhook_id: WebhookId,
    key: IdempotencyKey = None,
) -> Response:
    """Give a webhook a new secret."""
    content = f"{router.prefix}/{webhook_id}/rotate"
    idempotent = identify(state.settings, caller, key, content)
    return respond(actions.rotate_secret(state.database, caller, webhook_id, idempotent))


@router.get(
    "/{webhook_id}/deliveries",
    operation_id="listDeliveries",
    summary="Lister les livraisons d'un webhook",
    description="De la plus récente à la plus ancienne.",
    responses=problem_responses(401, 403, 404, 422, 429),
)
def list_deliveries(
    state: CurrentState,
    caller: AdministeringCaller,
    webhook_id: WebhookId,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> DeliveryPage:
    """List the deliveries to a webhook, newest first."""
    after = read_cursor(cursor, int)
    return show_deliveries(state.database, caller, webhook_id, limit, after)


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/resend",
    operation_id="resendDelivery",
    summary="Livrer à nouveau",
    description="Avec le même `webhook-id` ; les essais recommencent.",
    response_model=DeliveryView,
    responses=problem_responses(401, 403, 404, 409, 422, 429),
)
def resend(
    state: CurrentState,
    caller: AdministeringCaller,
    webhook_id: WebhookId,
    delivery_id: DeliveryId,
    key: IdempotencyKey = None,
) -> Response:
    """Have a delivery sent again."""
    content = f"{router.prefix}/{webhook_id}/deliveries/{delivery_id}/resend"
    idempotent = identify(state.settings, caller, key, content)
    answer = actions.resend_delivery(state.database, caller, webhook_id, delivery_id, idempotent)
    return respond(answer)
