"""`ecritures domain`: the accounting firms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecritures.cli.commands.check import Block, Unblock
from ecritures.cli.support.language import say
from ecritures.cli.support.opening import open_database, open_settings
from ecritures.cli.support.options import example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, table

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


@app.command(
    "rules",
    help=say(
        "Dit quelles règles bloquent les imports du domaine, et lesquelles ne bloquent plus.",
        "Says which rules block the domain's imports, and which no longer do.",
    ),
    epilog=example("ecritures domain rules CABINET1 --block FEC-NUM-01 --unblock FEC-EXO-01"),
)
def rules(
    code: Annotated[str, typer.Argument(help=say("Le domaine.", "The domain."))],
    block: Block = None,
    unblock: Unblock = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Set which rules block; both lists are replaced."""
    from ecritures.directory.domains import get_domain, set_rules
    from ecritures.rules.policy import Policy

    out = Output(as_json, lang)
    policy = Policy.of(block or (), unblock or ())
    database = open_database(open_settings())
    domain = get_domain(database, code)
    set_rules(database, domain, block=sorted(policy.block), unblock=sorted(policy.unblock))
    out.show(
        {"code": code, **policy.summary()},
        lambda: [
            out.say("Bloquent : ", "Block: ") + (", ".join(sorted(policy.block)) or "—"),
            out.say("Ne bloquent plus : ", "No longer block: ")
            + (", ".join(sorted(policy.unblock)) or "—"),
        ],
    )


def _shape(domain: Domain) -> dict[str, Any]:
    return {"code": domain.code, "name": domain.name, "storagePrefix": domain.storage_prefix}
