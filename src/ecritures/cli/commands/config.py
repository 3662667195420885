"""`ecritures config`: every setting, its value, and where it came from."""

from __future__ import annotations

import os
import re
import tomllib
from typing import TYPE_CHECKING, Any

from ecritures.cli.support.connect import open_settings
from ecritures.cli.support.language import say
from ecritures.cli.support.options import example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, table

if TYPE_CHECKING:
    import typer

    from ecritures.config.settings import Settings

MASK = "***"


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
    out = Output(as_json, lang)
    found = _settings(open_settings())
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


def _settings(settings: Settings) -> list[dict[str, Any]]:
    given = {name.upper() for name in os.environ}
    in_file = _names_in_file()
    found = []
    for name, value in settings.model_dump(mode="json").items():
        variable = f"ECRITURES_{name.upper()}"
        origin = "env" if variable in given else "file" if name in in_file else "default"
        found.append(
            {"name": name, "variable": variable, "value": _masked(value), "origin": origin}
        )
    return found


def _masked(value: Any) -> Any:  # noqa: ANN401 - whatever a setting holds
    """Hide the password of an address; Pydantic has already hidden the secrets it knows."""
    if isinstance(value, str):
        return re.sub(r"(://[^:/@]*):[^@]*@", rf"\1:{MASK}@", value)
    return value


def _names_in_file() -> set[str]:
    from ecritures.config.settings import SETTINGS_FILE

    if not SETTINGS_FILE.is_file():
        return set()
    return {name.lower() for name in tomllib.loads(SETTINGS_FILE.read_text("utf-8"))}
