"""`ecritures doctor`: check the installation, and say what to correct."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from ecritures.cli.support.connect import open_settings
from ecritures.cli.support.exit_codes import CLEAN, FOUND
from ecritures.cli.support.language import say
from ecritures.cli.support.options import example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output

if TYPE_CHECKING:
    import typer

    from ecritures.app.health.check import Check
    from ecritures.config.settings import Settings
    from ecritures.core.sentences import Language


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "doctor",
        help=say(
            "Vérifie l'installation : chaque point est bon, ou dit quoi faire.",
            "Checks the installation: each point is fine, or says what to do.",
        ),
        epilog=example("ecritures doctor"),
    )(doctor)


def doctor(as_json: AsJson = False, lang: Lang = DEFAULT_LANGUAGE) -> int:
    """Run every check."""
    from ecritures.app.health.installation import check_installation

    out = Output(as_json, lang)
    settings = open_settings()
    checks = check_installation(settings, lang) + _database(settings, lang)
    names = {
        "ok": "OK",
        "remark": out.say("REMARQUE", "REMARK"),
        "wrong": out.say("À CORRIGER", "WRONG"),
    }
    fine = all(one.state != "wrong" for one in checks)
    out.show(
        {"ok": fine, "checks": [asdict(one) for one in checks]},
        lambda: [f"{names[one.state]:<10}  {one.name}: {one.text}" for one in checks],
    )
    return CLEAN if fine else FOUND


def _database(settings: Settings, language: Language) -> list[Check]:
    from ecritures.app.health.check import Check
    from ecritures.app.health.database_checks import check_database
    from ecritures.core.errors import EcrituresError
    from ecritures.database import Database

    try:
        database = Database(settings.effective_database_url)
    except EcrituresError as error:
        return [Check("database", "wrong", error.sentence.text(language))]
    try:
        return check_database(settings, database.for_all_domains(), language)
    finally:
        database.close()
