"""`ecritures key`: the API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecritures.cli.support.language import say
from ecritures.cli.support.opening import open_database, open_domain, open_settings
from ecritures.cli.support.options import DomainCode, example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, table

if TYPE_CHECKING:
    from ecritures.directory.keys import KeyInfo

app = typer.Typer(help=say("Les clés d'API.", "API keys."))


@app.command(
    "create",
    help=say(
        "Crée une clé ; son secret n'est montré que cette fois.",
        "Creates a key; its secret is shown this once.",
    ),
    epilog=example("ecritures key create --domain CABINET1 --dossier CEGID003"),
)
def create(
    domain: DomainCode,
    dossier: Annotated[
        list[str] | None,
        typer.Option(
            help=say(
                "Un dossier que la clé peut toucher ; se répète. Sans aucun : tous.",
                "A dossier that the key may touch; may be repeated. Without any: all.",
            )
        ),
    ] = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Create a key and show it."""
    from ecritures.directory.keys import create_key

    out = Output(as_json, lang)
    made = create_key(*open_domain(domain), dossier or ())
    out.show(
        {"apiKey": made, "domain": domain, "dossiers": dossier or None},
        lambda: [
            made,
            out.say(
                "Gardez-la : elle ne sera plus montrée.", "Keep it: it will not be shown again."
            ),
        ],
    )


@app.command(
    "list",
    help=say("Donne les clés, sans leur secret.", "Lists the keys, without their secrets."),
    epilog=example("ecritures key list"),
)
def list_all(as_json: AsJson = False, lang: Lang = DEFAULT_LANGUAGE) -> None:
    """List the keys."""
    from ecritures.directory.keys import list_keys

    out = Output(as_json, lang)
    found = list_keys(open_database(open_settings()))
    head = (
        out.say("Clé", "Key"),
        out.say("Domaine", "Domain"),
        out.say("Dossiers", "Dossiers"),
        out.say("Créée", "Created"),
        out.say("Révoquée", "Revoked"),
    )
    every = out.say("tous", "all")
    out.show(
        [_shape(one) for one in found],
        lambda: table(
            head,
            [
                (
                    one.key,
                    one.domain,
                    every if one.dossiers is None else ", ".join(one.dossiers),
                    f"{one.created_at:%Y-%m-%d}",
                    f"{one.revoked_at:%Y-%m-%d}" if one.revoked_at else "",
                )
                for one in found
            ],
        ),
    )


@app.command(
    "revoke",
    help=say("Refuse une clé désormais.", "Refuses a key from now on."),
    epilog=example("ecritures key revoke 0f3b9c…"),
)
def revoke(
    key: Annotated[str, typer.Argument(help=say("La clé, sans son secret.", "The key's name."))],
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Revoke a key."""
    from ecritures.directory.keys import revoke_key

    out = Output(as_json, lang)
    revoke_key(open_database(open_settings()), key)
    name = key.partition(":")[0]
    out.show(
        {"key": name, "revoked": True},
        lambda: [out.say(f"Clé {name} révoquée.", f"Key {name} revoked.")],
    )


def _shape(key: KeyInfo) -> dict[str, Any]:
    return {
        "key": key.key,
        "domain": key.domain,
        "dossiers": None if key.dossiers is None else list(key.dossiers),
        "createdAt": key.created_at.isoformat(),
        "revokedAt": key.revoked_at.isoformat() if key.revoked_at else None,
    }
