"""`ecritures balance`: the balance of a dossier."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.support.connect import find_dossier, open_database, open_settings
from ecritures.cli.support.language import say
from ecritures.cli.support.options import AnyDomain, DossierCode, example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, table
from ecritures.core.amounts import cents_text

if TYPE_CHECKING:
    from ecritures.ledger.read.balance import Balance


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "balance",
        help=say("Donne la balance d'un dossier.", "Shows the trial balance of a dossier."),
        epilog=example("ecritures balance --dossier CEGID003 --from 2024-01-01 --to 2024-12-31"),
    )(balance)


def balance(
    dossier: DossierCode,
    domain: AnyDomain = None,
    start: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            formats=["%Y-%m-%d"],
            metavar="AAAA-MM-JJ",
            help=say("Premier jour compris.", "First day, included."),
        ),
    ] = None,
    end: Annotated[
        datetime | None,
        typer.Option(
            "--to",
            formats=["%Y-%m-%d"],
            metavar="AAAA-MM-JJ",
            help=say("Dernier jour compris.", "Last day, included."),
        ),
    ] = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Show the balance."""
    from ecritures.app.views.balance import balance_view
    from ecritures.ledger.read.balance import read_balance

    out = Output(as_json, lang)
    database = open_database(open_settings())
    days = start.date() if start else None, end.date() if end else None
    _, owner = find_dossier(database, dossier, domain)
    found = read_balance(database.for_domain(owner.domain_id), owner, *days)
    head = (
        out.say("Compte", "Account"),
        out.say("Libellé", "Label"),
        out.say("Débit", "Debit"),
        out.say("Crédit", "Credit"),
        out.say("Solde", "Balance"),
    )
    out.show(balance_view(found), lambda: table(head, _rows(found)))


def _rows(balance: Balance) -> list[tuple[str, ...]]:
    amounts = [
        (one.account, one.label, one.debit_cents, one.credit_cents, one.balance_cents)
        for one in balance.accounts
    ]
    total = balance.debit_cents, balance.credit_cents, balance.debit_cents - balance.credit_cents
    return [
        (account, label, *(f"{cents_text(cents):>16}" for cents in cents_of))
        for account, label, *cents_of in [*amounts, ("", "Total", *total)]
    ]
