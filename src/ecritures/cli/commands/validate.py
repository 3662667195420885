"""`ecritures validate`: make entries definitive."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from ecritures.cli.support.connect import open_dossier
from ecritures.cli.support.language import say
from ecritures.cli.support.options import AnyDomain, DossierCode, Reason, Until, example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output
from ecritures.core.amounts import counted


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "validate",
        help=say(
            "Valide les écritures jusqu'à un jour : elles deviennent définitives.",
            "Validates the entries up to a day: they become definitive.",
        ),
        epilog=example("ecritures validate --dossier CEGID003 --until 2024-03-31 --journal VE"),
    )(validate)


def validate(
    dossier: DossierCode,
    until: Until,
    journal: Annotated[
        list[str] | None,
        typer.Option(
            help=say("Un journal ; se répète. Tous sinon.", "A journal; may be repeated. Or all.")
        ),
    ] = None,
    reason: Reason = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Validate entries."""
    from ecritures.app.actions import validate as validation

    out = Output(as_json, lang)
    database, caller = open_dossier(dossier, domain)
    journals = tuple(journal) if journal else None
    fields = validation.ValidationFields(datetime.date(until), journals, reason)
    view = validation.validate(database, caller, dossier, fields).view
    count = view["entriesValidated"]
    out.show(
        view,
        lambda: [
            out.say(
                f"{counted(count, 'écriture validée', 'écritures validées')} jusqu'au"
                f" {until:%d/%m/%Y}.",
                f"{counted(count, 'entry', 'entries', 'en')} validated up to {until:%Y-%m-%d}.",
            )
        ],
    )
