"""`ecritures domain`: the accounting firms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecritures.cli.opening import open_database, open_settings
from ecritures.cli.options import example
from ecritures.cli.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, table
from ecritures.cli.words import say

if TYPE_CHECKING:
    from ecritures.directory.domains import Domain

app = typer.Typer(
    help=say("Les domaines : les cabinets.", "Domains: the accounting firms."),
)


@app.command(
    "create",
    help=say("Crée un domaine.", "Creates a domain."),
    epilog=example("ecritures domain create CABINET1"),
)
def create(
    code: Annotated[str, typer.Argument(help=say("Son code.", "Its code."))],
    name: Annotated[str, typer.Option(help=say("Son nom.", "Its name."))] = "",
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Create a domain."""
    from ecritures.directory.domains import create_domain

    out = Output(as_json, lang)
    made = create_domain(open_database(open_settings()), code, name)
    out.show(
        _shape(made),
        lambda: [out.say(f"Domaine {made.code} créé.", f"Domain {made.code} created.")],
    )


@app.command(
    "list",
    help=say("Donne les domaines.", "Lists the domains."),
    epilog=example("ecritures domain list --json"),
)
def list_all(as_json: AsJson = False, lang: Lang = DEFAULT_LANGUAGE) -> None:
    """List the domains."""
    from ecritures.directory.domains import list_domains

    out = Output(as_json, lang)
    found = list_domains(open_database(open_settings()))
    head = (
        out.say("Code", "Code"),
        out.say("Nom", "Name"),
        out.say("Dossier du stockage", "Storage folder"),
    )
    out.show(
        [_shape(one) for one in found],
        lambda: table(head, [(one.code, one.name, one.storage_prefix) for one in found]),
    )


def _shape(domain: Domain) -> dict[str, Any]:
    return {"code": domain.code, "name": domain.name, "storagePrefix": domain.storage_prefix}
