"""`ecritures key`: the API keys."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from ecritures.cli.support.connect import open_database, open_domain, open_settings
from ecritures.cli.support.language import say
from ecritures.cli.support.options import DomainCode, example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, table

app = typer.Typer(help=say("Les clés d'API.", "API keys."))

KeyName = Annotated[
    str,
    typer.Option(
        help=say(
            "À quoi sert la clé : ce nom paraît dans l'histoire des imports.",
            "What the key is for: this name shows in the story of imports.",
        )
    ),
]
LastDay = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        help=say(
            "Le dernier jour où elle vaut, comme 2026-12-31. Par défaut elle n'expire pas.",
            "The last day on which it is valid, as 2026-12-31. By default it does not expire.",
        ),
    ),
]


@app.command(
    "create",
    help=say(
        "Crée une clé ; son secret n'est montré que cette fois.",
        "Creates a key; its secret is shown only once.",
    ),
    epilog=example("ecritures key create --domain CABINET1 --rights read,import"),
)
def create(
    domain: DomainCode,
    dossier: Annotated[
        list[str] | None,
        typer.Option(
            help=say(
                "Un dossier que la clé peut toucher ; se répète. Sans aucun : tous.",
                "A dossier the key gives access to; may be repeated. Without any: all.",
            )
        ),
    ] = None,
    rights: Annotated[
        str | None,
        typer.Option(
            metavar="read,import,withdraw,administer",
            help=say(
                "Ce que la clé permet : lire, importer, retirer (annuler, remplacer), administrer. "
                "Par défaut tout, sauf administrer avec --dossier.",
                "What the key allows: reading, importing, withdrawing (undo, replace), "
                "administering. By default everything, but administering with --dossier.",
            ),
        ),
    ] = None,
    name: KeyName = "",
    expires: LastDay = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Create a key and show it."""
    from ecritures.app.actions.keys import create_key
    from ecritures.core.clock import end_of_day
    from ecritures.directory.keys import Caller, NewKey, read_rights

    out = Output(as_json, lang)
    given = None if rights is None else read_rights(rights)
    database, firm = open_domain(domain)
    until = end_of_day(expires.date(), open_settings().time_zone) if expires else None
    wanted = NewKey(dossier or (), given, name.strip(), until)
    made = create_key(database, Caller.for_operator(firm), wanted).view
    out.show(
        made,
        lambda: [
            made["apiKey"],
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
    from ecritures.app.views.keys import key_view
    from ecritures.directory.keys import list_keys

    out = Output(as_json, lang)
    found = list_keys(open_database(open_settings()))
    head = (
        out.say("Clé", "Key"),
        out.say("Nom", "Name"),
        out.say("Domaine", "Domain"),
        out.say("Dossiers", "Dossiers"),
        out.say("Droits", "Rights"),
        out.say("Créée", "Created"),
        out.say("Expire", "Expires"),
        out.say("Révoquée", "Revoked"),
    )
    every = out.say("tous", "all")
    out.show(
        [key_view(one) for one in found],
        lambda: table(
            head,
            [
                (
                    one.key,
                    one.name,
                    one.domain,
                    every if one.dossiers is None else ", ".join(one.dossiers),
                    ", ".join(one.rights),
                    f"{one.created_at:%Y-%m-%d}",
                    f"{one.expires_at:%Y-%m-%d}" if one.expires_at else "",
                    f"{one.revoked_at:%Y-%m-%d}" if one.revoked_at else "",
                )
                for one in found
            ],
        ),
    )


@app.command(
    "revoke",
    help=say("Refuse une clé désormais.", "Revokes a key."),
    epilog=example("ecritures key revoke 0f3b9c…"),
)
def revoke(
    key: Annotated[
        str, typer.Argument(help=say("La clé, sans son secret.", "The key, without its secret."))
    ],
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Revoke a key."""
    from ecritures.app.actions.keys import revoke_key

    out = Output(as_json, lang)
    revoke_key(open_database(open_settings()), None, key)
    name = key.partition(":")[0]
    out.show(
        {"key": name, "revoked": True},
        lambda: [out.say(f"Clé {name} révoquée.", f"Key {name} revoked.")],
    )
