"""`ecritures webhook`: endpoints that receive the events of a domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.support.connect import open_domain, open_settings
from ecritures.cli.support.language import say
from ecritures.cli.support.options import DomainCode, example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, table
from ecritures.webhooks.kinds import EventName

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecritures.app.views.webhooks import DeliveryView, NewWebhookView
    from ecritures.database import Database
    from ecritures.directory.keys import Caller

LISTED_MAX = 1000

app = typer.Typer(
    help=say(
        "Webhooks : les adresses qui reçoivent les événements d'un domaine.",
        "Webhooks: endpoints that receive the events of a domain.",
    )
)
WebhookId = Annotated[int, typer.Argument(min=1, help=say("Son numéro.", "Its number."))]


@app.command(
    "create",
    help=say(
        "Enregistre une adresse ; son secret n'est montré que cette fois.",
        "Registers an address; its secret is shown only once.",
    ),
    epilog=example("ecritures webhook create https://cabinet.example/hook --domain CABINET1"),
)
def create(
    url: Annotated[str, typer.Argument(help=say("L'adresse.", "The address."))],
    domain: DomainCode,
    event: Annotated[
        list[EventName] | None,
        typer.Option(
            help=say(
                "Un événement qu'il reçoit ; se répète. Sans aucun : tous.",
                "An event that it receives; may be repeated. Without any: all of them.",
            )
        ),
    ] = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Register an address and show its secret."""
    from ecritures.app.actions.webhooks import create_webhook

    out = Output(as_json, lang)
    allowed = open_settings().allow_private_addresses
    database, operator = _open(domain)
    answer = create_webhook(database, operator, url, event or (), allow_private_addresses=allowed)
    _show_secret(answer.view, out)


@app.command(
    "list",
    help=say("Donne les webhooks, sans leur secret.", "Lists the webhooks, without secrets."),
    epilog=example("ecritures webhook list --domain CABINET1"),
)
def list_all(domain: DomainCode, as_json: AsJson = False, lang: Lang = DEFAULT_LANGUAGE) -> None:
    """List the webhooks of a domain."""
    from ecritures.app.queries import show_webhooks

    out = Output(as_json, lang)
    page = show_webhooks(*_open(domain), LISTED_MAX)
    head = (
        out.say("Numéro", "Number"),
        out.say("Adresse", "Address"),
        out.say("Événements", "Events"),
    )
    every = out.say("tous", "all")
    rows = [(one["id"], one["url"], ", ".join(one["events"]) or every) for one in page["items"]]
    out.show(page["items"], lambda: table(head, rows))


@app.command(
    "remove",
    help=say("Supprime un webhook.", "Removes a webhook."),
    epilog=example("ecritures webhook remove 3 --domain CABINET1"),
)
def remove(
    webhook: WebhookId,
    domain: DomainCode,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Remove a webhook."""
    from ecritures.app.actions.webhooks import remove_webhook

    out = Output(as_json, lang)
    view = remove_webhook(*_open(domain), webhook).view
    text = out.say(f"Webhook {webhook} supprimé.", f"Webhook {webhook} removed.")
    out.show(view, lambda: [text])


@app.command(
    "rotate",
    help=say(
        "Change le secret d'un webhook ; le précédent signe aussi pendant un jour.",
        "Changes the secret of a webhook; the one before signs too for a day.",
    ),
    epilog=example("ecritures webhook rotate 3 --domain CABINET1"),
)
def rotate(
    webhook: WebhookId,
    domain: DomainCode,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Give a webhook a new secret and show it."""
    from ecritures.app.actions.webhooks import rotate_secret

    _show_secret(rotate_secret(*_open(domain), webhook).view, Output(as_json, lang))


@app.command(
    "deliveries",
    help=say(
        "Donne ce qui a été dit à un webhook, le dernier d'abord.",
        "Lists the deliveries to a webhook, newest first.",
    ),
    epilog=example("ecritures webhook deliveries 3 --domain CABINET1"),
)
def deliveries(
    webhook: WebhookId,
    domain: DomainCode,
    limit: Annotated[
        int, typer.Option(min=1, max=LISTED_MAX, help=say("Combien.", "How many."))
    ] = 20,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """List the deliveries to a webhook."""
    from ecritures.app.queries import show_deliveries

    out = Output(as_json, lang)
    page = show_deliveries(*_open(domain), webhook, limit)
    out.show(page["items"], lambda: _deliveries_for_people(page["items"], out))


@app.command(
    "resend",
    help=say("Livre à nouveau.", "Sends a delivery again."),
    epilog=example("ecritures webhook resend 3 msg_0f3b… --domain CABINET1"),
)
def resend(
    webhook: WebhookId,
    delivery: Annotated[str, typer.Argument(help=say("La livraison.", "The delivery."))],
    domain: DomainCode,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Have a delivery sent again by the service."""
    from ecritures.app.actions.webhooks import resend_delivery

    out = Output(as_json, lang)
    view = resend_delivery(*_open(domain), webhook, delivery).view
    text = out.say(
        f"La livraison {delivery} sera envoyée par le service.",
        f"Delivery {delivery} will be sent by the service.",
    )
    out.show(view, lambda: [text])


def _open(domain: str) -> tuple[Database, Caller]:
    from ecritures.directory.keys import Caller

    database, owner = open_domain(domain)
    return database, Caller.for_operator(owner)


def _show_secret(view: NewWebhookView, out: Output) -> None:
    kept = out.say(
        f"Webhook {view['id']}. Gardez le secret : il ne sera plus montré.",
        f"Webhook {view['id']}. Keep the secret: it will not be shown again.",
    )
    out.show(view, lambda: [view["secret"], kept])


def _deliveries_for_people(found: list[DeliveryView], out: Output) -> Iterable[str]:
    head = (
        out.say("Livraison", "Delivery"),
        out.say("Créée", "Created"),
        out.say("Événement", "Event"),
        out.say("État", "State"),
        out.say("Essais", "Attempts"),
        out.say("Réponse", "Answer"),
    )
    states = {
        "waiting": out.say("en attente", "waiting"),
        "delivered": out.say("livrée", "delivered"),
        "failed": out.say("échouée", "failed"),
    }
    return table(
        head,
        [
            (
                one["id"],
                one["createdAt"],
                one["event"],
                states[one["state"]],
                one["attempts"],
                one["answerStatus"] or out.say(one["message"] or "", one["messageEn"] or ""),
            )
            for one in found
        ],
    )
