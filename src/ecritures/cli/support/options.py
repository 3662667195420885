"""Options that several commands share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from ecritures.cli.support.language import say

DomainCode = Annotated[
    str, typer.Option("--domain", help=say("Code du domaine.", "Code of the domain."))
]
AnyDomain = Annotated[
    str | None,
    typer.Option(
        "--domain",
        help=say(
            "Code du domaine, quand plusieurs ont ce dossier.",
            "Code of the domain, when several have this dossier.",
        ),
    ),
]
DossierCode = Annotated[
    str, typer.Option("--dossier", help=say("Code du dossier.", "Code of the dossier."))
]

Until = Annotated[
    datetime,
    typer.Option(
        "--until",
        formats=["%Y-%m-%d"],
        metavar="AAAA-MM-JJ",
        help=say("Dernier jour compris.", "Last day, included."),
    ),
]
Reason = Annotated[
    str | None,
    typer.Option(
        "--reason", help=say("Motif, gardé dans l'historique.", "Why; kept in the history.")
    ),
]


def example(line: str) -> str:
    """Return the example that ends the help of a command."""
    return say(f"Exemple : {line}", f"Example: {line}")


def _chart_name(text: str) -> str:
    from ecritures.rules.roots import CHARTS

    if text in CHARTS:
        return text
    known = ", ".join(CHARTS)
    raise typer.BadParameter(
        say(f"{text} : plan inconnu, choisissez parmi {known}", f"{text}: not one of {known}")
    )


ChartName = Annotated[
    str | None,
    typer.Option(
        "--chart",
        metavar="NAME",
        parser=_chart_name,
        help=say(
            "Plan comptable des comptes (pcg, farm, association, condominium, insurance…) ; "
            "tous sinon.",
            "Chart of accounts of the numbers (pcg, farm, association, condominium, insurance…); "
            "any of them by default.",
        ),
    ),
]
Cursor = Annotated[
    str | None,
    typer.Option(help=say("nextCursor de la page précédente.", "nextCursor of the page before.")),
]
