"""`ecritures dossier`: the books of each company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.support.connect import find_dossier, open_database, open_domain, open_settings
from ecritures.cli.support.days import fiscal_year_of
from ecritures.cli.support.language import say
from ecritures.cli.support.options import AnyDomain, DomainCode, example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecritures.app.views.dossiers import DossierView
    from ecritures.directory.domains import Domain
    from ecritures.directory.dossier_changes import DossierChanges
    from ecritures.directory.dossiers import Dossier

app = typer.Typer(
    help=say("Les dossiers : les livres des sociétés.", "Dossiers: the books of each company."),
)
Code = Annotated[str, typer.Argument(help=say("Son code.", "Its code."))]


@app.command(
    "create",
    help=say("Crée un dossier.", "Creates a dossier."),
    epilog=example(
        'ecritures dossier create CEGID003 --domain CABINET1 --name "Atelier Lumen" '
        "--siren 079555421 --siret 07955542100027 --fiscal-year 2024-01-01:2024-12-31"
    ),
)
def create(
    code: Code,
    domain: DomainCode,
    siren: Annotated[str, typer.Option(help=say("Son SIREN.", "Its SIREN."))],
    name: Annotated[str, typer.Option(help=say("Son nom.", "Its name."))] = "",
    siret: Annotated[
        list[str] | None,
        typer.Option(
            help=say(
                "Un établissement, le principal d'abord ; se répète.",
                "An establishment, the main one first; may be repeated.",
            )
        ),
    ] = None,
    fiscal_year: Annotated[
        list[str] | None,
        typer.Option(
            metavar="AAAA-MM-JJ:AAAA-MM-JJ",
            help=say(
                "Un exercice ; se répète. Sans aucun, toute date est prise.",
                "A fiscal year; may be repeated. Without any, all dates are accepted.",
            ),
        ),
    ] = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Create a dossier with its establishments and fiscal years."""
    from ecritures.app.actions.dossiers import DossierFields, create_dossier
    from ecritures.directory.keys import Caller

    out = Output(as_json, lang)
    years = [fiscal_year_of(text) for text in fiscal_year or ()]
    database, owner = open_domain(domain)
    fields = DossierFields(code, siren, name, siret or (), years)
    made = create_dossier(database, Caller.for_operator(owner), fields).view
    out.show(
        made,
        lambda: [
            out.say(
                f"Dossier {made['code']} créé dans le domaine {made['domain']}.",
                f"Dossier {made['code']} created in domain {made['domain']}.",
            )
        ],
    )


@app.command(
    "list",
    help=say("Donne les dossiers.", "Lists the dossiers."),
    epilog=example("ecritures dossier list --domain CABINET1"),
)
def list_all(
    domain: AnyDomain = None, as_json: AsJson = False, lang: Lang = DEFAULT_LANGUAGE
) -> None:
    """List the dossiers, of one domain or of all."""
    from ecritures.app.views.dossiers import dossier_view
    from ecritures.directory.domains import get_domain, list_domains
    from ecritures.directory.dossiers import list_dossiers

    out = Output(as_json, lang)
    database = open_database(open_settings())
    owners = [get_domain(database, domain)] if domain else list_domains(database)
    found = [(owner, one) for owner in owners for one in list_dossiers(database, owner.id)]
    head = (out.say("Domaine", "Domain"), "Code", out.say("Nom", "Name"), "SIREN")
    out.show(
        [dossier_view(one, owner.code) for owner, one in found],
        lambda: table(head, [(owner.code, one.code, one.name, one.siren) for owner, one in found]),
    )


@app.command(
    "show",
    help=say("Montre un dossier.", "Shows a dossier."),
    epilog=example("ecritures dossier show CEGID003"),
)
def show(
    code: Code, domain: AnyDomain = None, as_json: AsJson = False, lang: Lang = DEFAULT_LANGUAGE
) -> None:
    """Show a dossier with its establishments and fiscal years."""
    from ecritures.app.views.dossiers import dossier_view

    out = Output(as_json, lang)
    owner, found = find_dossier(open_database(open_settings()), code, domain)
    out.show(dossier_view(found, owner.code), lambda: _for_people(out, owner, found))


@app.command(
    "set",
    help=say(
        "Choisit ce que deviennent les fichiers du dossier (voir domain set) ; NAME=default "
        "reprend le choix du domaine.",
        "Chooses what happens to the files of a dossier (see domain set); NAME=default takes the "
        "domain's choice again.",
    ),
    epilog=example("ecritures dossier set CEGID003 unbalanced=difference differenceCents=5"),
)
def set_(
    code: Code,
    assignments: Annotated[
        list[str], typer.Argument(metavar="NAME=VALUE", help=say("Les choix.", "The choices."))
    ],
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Choose policies; those that are not named stay as they are."""
    from ecritures.core.policies import read_policies
    from ecritures.directory.dossier_changes import DossierChanges

    out = Output(as_json, lang)
    view = _change(code, domain, DossierChanges(policies=read_policies(assignments)))
    none = out.say("Le domaine décide de tout.", "The domain decides everything.")
    chosen = [f"{name}={value}" for name, value in view["policies"].items()]
    out.show(view, lambda: chosen or [none])


@app.command(
    "update",
    help=say(
        "Change le nom, le SIREN ou les établissements d'un dossier.",
        "Changes the name, the SIREN or the establishments of a dossier.",
    ),
    epilog=example('ecritures dossier update CEGID003 --name "Atelier Lumen SAS"'),
)
def update(
    code: Code,
    domain: AnyDomain = None,
    name: Annotated[str | None, typer.Option(help=say("Son nom.", "Its name."))] = None,
    siren: Annotated[str | None, typer.Option(help=say("Son SIREN.", "Its SIREN."))] = None,
    siret: Annotated[
        list[str] | None,
        typer.Option(
            help=say(
                "Un établissement, le principal d'abord ; se répète : tous sont à donner.",
                "An establishment, the main one first; may be repeated: give all of them.",
            )
        ),
    ] = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Change what is given; the rest stays as it is."""
    from ecritures.directory.dossier_changes import DossierChanges

    out = Output(as_json, lang)
    view = _change(code, domain, DossierChanges(name, siren, siret or None))
    text = out.say(f"Dossier {view['code']} changé.", f"Dossier {view['code']} changed.")
    out.show(view, lambda: [text])


def _change(code: str, domain: str | None, changes: DossierChanges) -> DossierView:
    from ecritures.app.actions.dossiers import update_dossier
    from ecritures.directory.keys import Caller

    database = open_database(open_settings())
    owner, _ = find_dossier(database, code, domain)
    of_firm = database.for_domain(owner.id)
    return update_dossier(of_firm, Caller.for_operator(owner), code, changes).view


def _for_people(out: Output, domain: Domain, dossier: Dossier) -> Iterable[str]:
    yield f"{dossier.code}  {dossier.name}  ({out.say('domaine', 'domain')} {domain.code})"
    yield f"SIREN {dossier.siren}"
    for rank, siret in enumerate(dossier.sirets):
        yield f"SIRET {siret}" + (out.say(" (principal)", " (main)") if rank == 0 else "")
    for year in dossier.fiscal_years:
        closed = out.say(" clos", " closed") if year.closed else ""
        yield f"{out.say('Exercice', 'Fiscal year')} {year.start} → {year.end}{closed}"
