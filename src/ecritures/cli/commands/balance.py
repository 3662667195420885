"""`ecritures balance`, `aged` and `statements`: what the lines of a dossier add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecritures.cli.support.connect import open_dossier
from ecritures.cli.support.filter_options import with_filter
from ecritures.cli.support.language import say
from ecritures.cli.support.options import AnyDomain, DossierCode, example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, table
from ecritures.cli.support.table_files import Form, ToFile, check_form, show_or_write
from ecritures.core.amounts import cents_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecritures.app.ledger_reads import ReadRequest
    from ecritures.ledger.read.filter_texts import FilterTexts

_CODES = {
    "account": ("Compte", "Account"),
    "class": ("Classe", "Class"),
    "thirdParty": ("Tiers", "Third party"),
    "siret": ("Établissement", "Establishment"),
    "journal": ("Journal", "Journal"),
    "month": ("Mois", "Month"),
}
_AMOUNTS = ("openingCents", "movementDebitCents", "movementCreditCents", "closingCents")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        "balance",
        help=say(
            "Donne la balance générale ou auxiliaire d'un dossier.",
            "Shows the trial balance of a dossier.",
        ),
        epilog=example("ecritures balance --dossier CEGID003 --year 2024 --by third-party"),
    )(balance)
    app.command(
        "aged",
        help=say("Donne la balance âgée d'un dossier.", "Shows the aged balance of a dossier."),
        epilog=example("ecritures aged --dossier CEGID003 --account '411*' --to 2024-12-31"),
    )(aged)
    app.command(
        "statements",
        help=say(
            "Donne le compte de résultat et le bilan par classes, indicatifs.",
            "Shows the income statement and the balance sheet by class, indicative.",
        ),
        epilog=example("ecritures statements --dossier CEGID003 --year 2024"),
    )(statements)


@with_filter
def balance(
    given: FilterTexts,
    dossier: DossierCode,
    by: Annotated[
        str,
        typer.Option(
            metavar="account|class|third-party|establishment|journal|month",
            help=say("Ce qui fait une ligne.", "What has a row."),
        ),
    ] = "account",
    compare: Annotated[
        str | None,
        typer.Option(metavar="AAAA", help=say("Année en regard.", "Year to compare with.")),
    ] = None,
    output: ToFile = None,
    as_: Form = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Show the trial balance."""
    from ecritures.app.balance import open_balance_table, show_balance
    from ecritures.ledger.read.balance import By

    if by not in set(By):
        raise typer.BadParameter("--by : " + ", ".join(By))
    check_form(output, as_)
    out = Output(as_json, lang)
    request = _request(given, dossier, domain)
    show_or_write(
        open_balance_table(request, By(by), compare),
        lambda: show_balance(request, By(by), compare),
        lambda view: _balance(view, out, compare),
        (output, as_),
        out,
    )


@with_filter
def aged(
    given: FilterTexts,
    dossier: DossierCode,
    output: ToFile = None,
    as_: Form = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Show the aged balance."""
    from ecritures.app.balance import open_aged_table, show_aged

    check_form(output, as_)
    out = Output(as_json, lang)
    request = _request(given, dossier, domain)
    show_or_write(
        open_aged_table(request),
        lambda: show_aged(request),
        lambda view: _aged(view, out),
        (output, as_),
        out,
    )


@with_filter
def statements(
    given: FilterTexts,
    dossier: DossierCode,
    output: ToFile = None,
    as_: Form = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Show the statements."""
    from ecritures.app.balance import open_statements_table, show_statements

    check_form(output, as_)
    out = Output(as_json, lang)
    request = _request(given, dossier, domain)
    show_or_write(
        open_statements_table(request),
        lambda: show_statements(request),
        lambda view: _statements(view, out),
        (output, as_),
        out,
    )


def _request(given: FilterTexts, code: str, domain: str | None) -> ReadRequest:
    from ecritures.app.ledger_reads import ReadRequest

    database, caller = open_dossier(code, domain)
    return ReadRequest(database, caller, code, given)


def _balance(view: dict[str, Any], out: Output, compare: str | None) -> Iterable[str]:
    rows = view["accounts"] if "accounts" in view else view["rows"]
    codes = [name for name in _CODES if name in rows[0]] if rows else ["account"]
    labels = [row.get("thirdPartyLabel") or row["label"] for row in rows]
    label = [out.say("Libellé", "Label")] if any(labels) else []
    head = [
        *(out.say(*_CODES[name]) for name in codes),
        *label,
        *(_right(out.say("Ouverture", "Opening")), _right(out.say("Débit", "Debit"))),
        *(_right(out.say("Crédit", "Credit")), _right(out.say("Clôture", "Closing"))),
    ]
    head += [_right(out.say(f"Clôture {compare}", f"Closing {compare}"))] if compare else []
    shown = [
        (
            *(row[name] for name in codes),
            *(text for _ in label),
            *(_amount(row[name]) for name in _AMOUNTS),
            *([_amount((row["compared"] or {}).get("closingCents", 0))] if compare else []),
        )
        for row, text in zip(rows, labels, strict=True)
    ]
    total = ["Total", *("" for _ in [*codes, *label][1:])]
    total += [_amount(view[name]) for name in _AMOUNTS]
    total += [_amount(view["compared"]["closingCents"])] if compare else []
    yield from table(head, [*shown, total])
    if view["openingComputed"]:
        yield out.say(
            "Ouverture calculée : l'exercice n'a pas d'à-nouveaux.",
            "Computed opening: the fiscal year has no entries of opening.",
        )


def _aged(view: dict[str, Any], out: Output) -> Iterable[str]:
    head = (
        *(out.say("Compte", "Account"), out.say("Tiers", "Third party")),
        *(out.say("Libellé", "Label"), _right(out.say("Non échu", "Not due"))),
        *(_right(name) for name in ("0-30 j", "31-60 j", "61-90 j", "> 90 j", "Total")),
    )
    rows = [
        (
            *(row["account"], row["thirdParty"], row["thirdPartyLabel"] or row["label"]),
            *(_amount(one) for one in (row["notDueCents"], *row["agesCents"], row["openCents"])),
        )
        for row in view["rows"]
    ]
    yield from table(head, rows)
    yield out.say(f"Ouvert au {view['on']} :", f"Open on {view['on']}:") + _amount(
        view["openCents"]
    )


def _statements(view: dict[str, Any], out: Output) -> Iterable[str]:
    income, sheet = view["incomeStatement"], view["balanceSheet"]
    parts = (
        (out.say("Charges", "Expenses"), income["expenses"], income["expensesCents"]),
        (out.say("Produits", "Income"), income["income"], income["incomeCents"]),
        (out.say("Actif", "Assets"), sheet["assets"], sheet["assetsCents"]),
        (out.say("Passif", "Liabilities"), sheet["liabilities"], sheet["liabilitiesCents"]),
    )
    rows: list[tuple[str, ...]] = []
    for name, held, total in parts:
        rows += [(one["code"], one["label"], _amount(one["cents"])) for one in held]
        if name == parts[-1][0]:
            earlier = out.say("Résultat non reporté", "Result not carried forward")
            rows.append(("", earlier, _amount(sheet["resultNotCarriedCents"])))
            rows.append(("", out.say("Résultat", "Result"), _amount(income["resultCents"])))
        rows.append(("", f"Total {name}", _amount(total)))
    yield from table(("", "", ""), rows)
    yield out.say(
        "Indicatif : les comptes annuels regroupent les comptes autrement.",
        "Indicative: annual accounts group the accounts otherwise.",
    )


def _right(heading: str) -> str:
    return f"{heading:>16}"


def _amount(cents: int) -> str:
    return f"{cents_text(cents):>16}"
