"""`ecritures domain`: the accounting firms."""

from __future__ import annotations

from typing import Annotated

import typer

from ecritures.cli.commands.check import Block, Unblock
from ecritures.cli.support.connect import open_database, open_domain, open_settings
from ecritures.cli.support.language import say
from ecritures.cli.support.options import example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, table

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
    from ecritures.app.actions.domains import create_domain
    from ecritures.app.views.domains import domain_view

    out = Output(as_json, lang)
    made = create_domain(open_database(open_settings()), code, name)
    out.show(
        domain_view(made),
        lambda: [out.say(f"Domaine {made.code} créé.", f"Domain {made.code} created.")],
    )


@app.command(
    "list",
    help=say("Donne les domaines.", "Lists the domains."),
    epilog=example("ecritures domain list --json"),
)
def list_all(as_json: AsJson = False, lang: Lang = DEFAULT_LANGUAGE) -> None:
    """List the domains."""
    from ecritures.app.views.domains import domain_view
    from ecritures.directory.domains import list_domains

    out = Output(as_json, lang)
    found = list_domains(open_database(open_settings()))
    head = (
        out.say("Code", "Code"),
        out.say("Nom", "Name"),
        out.say("Dossier du stockage", "Storage folder"),
    )
    out.show(
        [domain_view(one) for one in found],
        lambda: table(head, [(one.code, one.name, one.storage_prefix) for one in found]),
    )


@app.command(
    "rules",
    help=say(
        "Dit quelles règles bloquent les imports du domaine, et lesquelles ne bloquent plus.",
        "Chooses which rules block the imports of a domain, and which no longer do.",
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
    """Choose which rules block; both lists are replaced."""
    from ecritures.app.actions.domains import set_rules
    from ecritures.app.views.domains import domain_view
    from ecritures.rules.policy import Policy

    out = Output(as_json, lang)
    policy = Policy.of(block or (), unblock or ())
    changed = set_rules(open_database(open_settings()), code, policy)
    out.show(
        domain_view(changed),
        lambda: [
            out.say("Bloquent : ", "Block: ") + (", ".join(sorted(policy.block)) or "—"),
            out.say("Ne bloquent plus : ", "No longer block: ")
            + (", ".join(sorted(policy.unblock)) or "—"),
        ],
    )


@app.command(
    "set",
    help=say(
        "Choisit ce que deviennent les fichiers du domaine, comme duplicates=refuse|skip|allow "
        "(un fichier déjà importé) ; NAME=default reprend le choix initial. Le choix du dossier "
        "ou de la demande l'emporte ; un nom inconnu fait afficher tous les choix.",
        "Chooses what happens to the files of a domain, such as duplicates=refuse|skip|allow (a "
        "file that was imported before); NAME=default takes a choice back. The choice of the "
        "dossier or the request wins; an unknown name makes it list all choices.",
    ),
    epilog=example("ecritures domain set CABINET1 duplicates=allow"),
)
def set_(
    code: Annotated[str, typer.Argument(help=say("Le domaine.", "The domain."))],
    assignments: Annotated[
        list[str], typer.Argument(metavar="NAME=VALUE", help=say("Les choix.", "The choices."))
    ],
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Choose policies; those that are not named stay as they are."""
    from ecritures.app.actions.domains import change_domain
    from ecritures.core.policies import read_policies
    from ecritures.directory.keys import Caller

    out = Output(as_json, lang)
    policies = read_policies(assignments)
    database, domain = open_domain(code)
    view = change_domain(database, Caller.for_operator(domain), policies).view
    out.show(view, lambda: [f"{name}={value}" for name, value in view["policies"].items()])
