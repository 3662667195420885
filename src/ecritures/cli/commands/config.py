"""`ecritures config`: every setting, its value, and where it came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.cli.support.connect import open_settings
from ecritures.cli.support.language import say
from ecritures.cli.support.options import example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, table

if TYPE_CHECKING:
    import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "config",
        help=say(
            "Donne chaque réglage, sa valeur et son origine ; les secrets sont masqués.",
            "Lists every setting, its value and its origin; secrets are masked.",
        ),
        epilog=example("ECRITURES_PORT=9000 ecritures config"),
    )(config)


def config(as_json: AsJson = False, lang: Lang = DEFAULT_LANGUAGE) -> None:
    """Show the settings."""
    from ecritures.config.listing import list_settings

    out = Output(as_json, lang)
    found = list_settings(open_settings())
    head = (out.say("Réglage", "Setting"), out.say("Valeur", "Value"), out.say("Origine", "Origin"))
    origins = {
        "default": out.say("défaut", "default"),
        "env": out.say("environnement", "environment"),
        "file": out.say("fichier", "file"),
    }
    out.show(
        {"settings": found},
        lambda: table(
            head, [(one["variable"], one["value"], origins[one["origin"]]) for one in found]
        ),
    )
