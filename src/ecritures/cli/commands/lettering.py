"""`ecritures match`, `unmatch` and `lettering`: lettering by hand, and all groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.support.blocked import showing_refusals
from ecritures.cli.support.connect import open_dossier
from ecritures.cli.support.filter_options import with_filter
from ecritures.cli.support.language import say
from ecritures.cli.support.options import AnyDomain, Cursor, DossierCode, example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, note_next, table
from ecritures.cli.support.table_files import Form, ToFile, check_form, write_file
from ecritures.core.amounts import cents_text, counted

if TYPE_CHECKING:
    from ecritures.app.views.lettering import GroupView, MatchedView
    from ecritures.ledger.read.filter_texts import FilterTexts

Account = Annotated[
    str | None,
    typer.Option(
        "--account",
        help=say("Compte, ou son début suivi de *.", "Account, or what it begins with and *."),
    ),
]
ThirdParty = Annotated[
    str | None,
    typer.Option("--third-party", help=say("Compte auxiliaire.", "Third party.")),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        "match",
        help=say(
            "Lettre des lignes d'un même compte et d'un même tiers.",
            "Matches lines of one account and third party.",
        ),
        epilog=example("ecritures match 91631441:2 91631507:14 --dossier CEGID003"),
    )(match)
    app.command(
        "unmatch",
        help=say("Délettre un groupe de lignes.", "Unmatches a group of lines."),
        epilog=example("ecritures unmatch AB --dossier CEGID003 --account 411000"),
    )(unmatch)
    app.command(
        "lettering",
        help=say(
            "Liste les lettrages d'un dossier et leur reste.",
            "Lists the groups of lettered lines of a dossier, and what is left of each.",
        ),
        epilog=example("ecritures lettering --dossier CEGID003 --account '411*' --state open"),
    )(lettering)


def match(
    lines: Annotated[
        list[str],
        typer.Argument(metavar="LOT:LIGNE…", help=say("Les lignes.", "The lines: batch:line.")),
    ],
    dossier: DossierCode,
    code: Annotated[
        str | None,
        typer.Option(help=say("Code ; à défaut, le premier libre.", "Code; or the next free one.")),
    ] = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Match lines."""
    from ecritures.app.actions import lettering as action
    from ecritures.app.actions.closing import DossierRequest

    out = Output(as_json, lang)
    database, caller = open_dossier(dossier, domain)
    with showing_refusals(out):
        view = action.match(DossierRequest(database, caller, dossier), lines, code).view
    out.show(view, lambda: [_matched(view, out)])


def unmatch(
    name: Annotated[
        str,
        typer.Argument(
            metavar="CODE",
            help=say(
                "Code du lettrage, ou numéro d'un lettrage fait à la main.",
                "Code of the group, or number of a matching by hand.",
            ),
        ),
    ],
    dossier: DossierCode,
    account: Account = None,
    third_party: ThirdParty = None,
    year: Annotated[
        str | None,
        typer.Option(
            "--fiscal-year",
            help=say("Exercice : son premier jour, ou son année.", "Its first day, or its year."),
        ),
    ] = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Unmatch a group."""
    from ecritures.app.actions import lettering as action
    from ecritures.app.actions.closing import DossierRequest

    out = Output(as_json, lang)
    database, caller = open_dossier(dossier, domain)
    request = DossierRequest(database, caller, dossier)
    with showing_refusals(out):
        view = action.unmatch(request, name, account, third_party, year).view
    group = view["group"]
    count = group["lineCount"]
    text = out.say(
        f"Lettrage {group['code']} supprimé : {counted(count, 'ligne', 'lignes')}.",
        f"Lettering {group['code']} lifted: {counted(count, 'line', 'lines', 'en')}.",
    )
    out.show(view, lambda: [text])


@with_filter
def lettering(
    given: FilterTexts,
    dossier: DossierCode,
    state: Annotated[
        str | None,
        typer.Option(metavar="open|closed", help=say("Ouverts ou soldés.", "Open or closed.")),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help=say("Combien.", "How many."))] = 50,
    cursor: Cursor = None,
    output: ToFile = None,
    as_: Form = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """List the groups of lettered lines."""
    from ecritures.app.ledger_reads import ReadName, ReadRequest, open_table, show_lettering

    if state not in {None, "open", "closed"}:
        raise typer.BadParameter(say("--state : open ou closed", "--state: open or closed"))
    check_form(output, as_)
    out = Output(as_json, lang)
    database, caller = open_dossier(dossier, domain)
    is_open = None if state is None else state == "open"
    request = ReadRequest(database, caller, dossier, given, limit, cursor, is_open=is_open)
    if output is not None:
        write_file(open_table(request, ReadName.LETTERING, out.language), output, as_, out)
        return
    page = show_lettering(request)
    head = (
        out.say("Compte", "Account"),
        out.say("Tiers", "Third party"),
        "Code",
        out.say("Exercice", "Year"),
        out.say("Lignes", "Lines"),
        out.say("Débit", "Debit"),
        out.say("Crédit", "Credit"),
        out.say("Reste", "Rest"),
        out.say("Par", "By"),
    )
    out.show(page, lambda: table(head, [_row(one, out) for one in page["items"]]))
    note_next(page["nextCursor"], out)


def _row(group: GroupView, out: Output) -> tuple[object, ...]:
    by = out.say("main", "hand") if group["by"] == "hand" else out.say("fichier", "file")
    amounts = (group["debitCents"], group["creditCents"], group["restCents"])
    shown = [f"{cents_text(one):>16}" for one in amounts]
    named = (group["account"], group["thirdParty"] or "", group["code"], group["fiscalYear"] or "")
    return (*named, group["lineCount"], *shown, by)


def _matched(view: MatchedView, out: Output) -> str:
    group = view["group"]
    code, rest = group["code"], cents_text(group["restCents"])
    fr = counted(group["lineCount"], "ligne", "lignes")
    en = counted(group["lineCount"], "line", "lines", "en")
    if group["restCents"]:
        return out.say(
            f"Lettrage {code} : {fr}, partiel, reste {rest} €.",
            f"Lettering {code}: {en}, partial, rest €{rest}.",
        )
    return out.say(f"Lettrage {code} : {fr}, soldé.", f"Lettering {code}: {en}, balanced.")
