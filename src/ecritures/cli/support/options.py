"""Options that several commands share."""

from __future__ import annotations

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


def example(line: str) -> str:
    """Return the example that ends the help of a command."""
    return say(f"Exemple : {line}", f"Example: {line}")
