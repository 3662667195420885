"""`ecritures fiscal-year`: add, close and reopen fiscal years."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.commands.undo import Force, Unmatch
from ecritures.cli.support.blocked import showing_refusals
from ecritures.cli.support.connect import open_dossier
from ecritures.cli.support.days import fiscal_year_of
from ecritures.cli.support.language import say
from ecritures.cli.support.options import AnyDomain, DossierCode, Reason, example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output
from ecritures.cli.support.policy_options import DefinitiveChoice
from ecritures.core.amounts import count_text, counted
from ecritures.core.policies import Openings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecritures.app.views.closing import YearActView

app = typer.Typer(help=say("Les exercices d'un dossier.", "The fiscal years of a dossier."))
Name = Annotated[
    str,
    typer.Argument(
        metavar="EXERCICE",
        help=say(
            "Son premier jour, ou l'année où il finit.", "Its first day, or the year it ends in."
        ),
    ),
]
ClosedYear = Annotated[
    str,
    typer.Option(
        "--year",
        metavar="EXERCICE",
        help=say(
            "Son premier jour, ou l'année où il finit.", "Its first day, or the year it ends in."
        ),
    ),
]


@app.command(
    "add",
    help=say("Ajoute un exercice.", "Adds a fiscal year."),
    epilog=example("ecritures fiscal-year add 2025-01-01:2025-12-31 --dossier CEGID003"),
)
def add(
    days: Annotated[
        str,
        typer.Argument(
            metavar="AAAA-MM-JJ:AAAA-MM-JJ", help=say("Ses deux bornes.", "Its two ends.")
        ),
    ],
    dossier: DossierCode,
    reason: Reason = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Add a fiscal year."""
    from ecritures.app.actions import closing

    out = Output(as_json, lang)
    year = fiscal_year_of(days)
    database, caller = open_dossier(dossier, domain)
    request = closing.DossierRequest(database, caller, dossier, reason)
    view = closing.add_fiscal_year(request, year.start, year.end).view
    out.show(view, lambda: _for_people(view, out))


@app.command(
    "close",
    help=say(
        "Clôt un exercice : provisoirement, ou définitivement avec --final.",
        "Closes a fiscal year: provisionally, or for ever with --final.",
    ),
    epilog=example("ecritures fiscal-year close 2024 --dossier CEGID003 --final --validate"),
)
def close(
    year: Name,
    dossier: DossierCode,
    final: Annotated[
        bool,
        typer.Option(
            "--final",
            help=say("L'exercice ne pourra pas être rouvert.", "It can never be reopened."),
        ),
    ] = False,
    validate: Annotated[
        bool,
        typer.Option(
            "--validate",
            help=say(
                "Avec --final, valide d'abord les écritures en brouillard.",
                "With --final, validates the drafts first.",
            ),
        ),
    ] = False,
    reason: Reason = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Close a fiscal year."""
    from ecritures.app.actions import closing

    out = Output(as_json, lang)
    database, caller = open_dossier(dossier, domain)
    request = closing.DossierRequest(database, caller, dossier, reason)
    with showing_refusals(out):
        done = closing.close_fiscal_year(request, year, final=final, validate=validate)
    out.show(done.view, lambda: _for_people(done.view, out))


@app.command(
    "reopen",
    help=say(
        "Rouvre un exercice clos, s'il ne l'est pas définitivement.",
        "Reopens a fiscal year that is closed, but not for ever.",
    ),
    epilog=example('ecritures fiscal-year reopen 2024 --dossier CEGID003 --reason "Correction"'),
)
def reopen(
    year: Name,
    dossier: DossierCode,
    reason: Reason = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Reopen a fiscal year."""
    from ecritures.app.actions import closing

    out = Output(as_json, lang)
    database, caller = open_dossier(dossier, domain)
    request = closing.DossierRequest(database, caller, dossier, reason)
    view = closing.reopen_fiscal_year(request, year).view
    out.show(view, lambda: _for_people(view, out))


@app.command(
    "carry-forward",
    help=say(
        "Génère les à-nouveaux de l'exercice suivant ; remplace ceux générés avant.",
        "Posts the openings of the next fiscal year; they replace those of an earlier run.",
    ),
    epilog=example("ecritures fiscal-year carry-forward --year 2024 --dossier CEGID003 --detail"),
)
def carry_forward(
    dossier: DossierCode,
    year: ClosedYear,
    detail: Annotated[
        bool,
        typer.Option(
            "--detail",
            help=say(
                "Garde une à une les lignes non soldées des comptes lettrés ou de tiers.",
                "Keeps the open items of accounts with lettering or third parties one by one.",
            ),
        ),
    ] = False,
    journal: Annotated[
        str | None,
        typer.Option(help=say("Le journal d'à-nouveaux.", "The journal of openings.")),
    ] = None,
    openings: Annotated[
        Openings | None,
        typer.Option(
            help=say("À-nouveaux venus d'un fichier.", "Openings that a file has brought."),
        ),
    ] = None,
    reason: Reason = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Carry the closing of a fiscal year forward."""
    from ecritures.app.actions import carry_forward as action
    from ecritures.app.actions.closing import DossierRequest

    out = Output(as_json, lang)
    database, caller = open_dossier(dossier, domain)
    request = DossierRequest(database, caller, dossier, reason)
    with showing_refusals(out):
        options = action.CarryOptions(detail, journal, openings)
        view = action.carry_fiscal_year(request, year, options).view
    start = date.fromisoformat(view["fiscalYear"]["start"])
    lines = view["lines"]
    out.show(
        view,
        lambda: [
            out.say(
                f"À-nouveaux au {start:%d/%m/%Y} : {counted(lines, 'ligne', 'lignes')} dans le"
                f" journal {view['journal']}.",
                f"Openings on {start}: {counted(lines, 'line', 'lines', 'en')} in journal"
                f" {view['journal']}.",
            )
        ],
    )


@app.command(
    "undo-carry-forward",
    help=say(
        "Annule les à-nouveaux que carry-forward a générés ; ceux d'avant reviennent.",
        "Undoes the openings that carry-forward has made; those before them come back.",
    ),
    epilog=example("ecritures fiscal-year undo-carry-forward --year 2024 --dossier CEGID003"),
)
def undo_carry_forward(
    dossier: DossierCode,
    year: ClosedYear,
    *,
    force: Force = False,
    unmatch: Unmatch = False,
    definitive: DefinitiveChoice = None,
    reason: Reason = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Undo openings that were carried forward."""
    from ecritures.app.actions import carry_forward as action
    from ecritures.app.actions.closing import DossierRequest
    from ecritures.app.actions.undo import UndoOptions

    out = Output(as_json, lang)
    database, caller = open_dossier(dossier, domain)
    request = DossierRequest(database, caller, dossier, reason)
    with showing_refusals(out):
        options = UndoOptions(reason, force, unmatch, definitive)
        view = action.undo_carried(request, year, options).view
    removed, back = count_text(view["entriesRemoved"]), count_text(view["entriesRestored"])
    out.show(
        view,
        lambda: [
            out.say(
                f"À-nouveaux annulés : écritures retirées {removed}, revenues {back}.",
                f"Openings undone: entries removed {removed}, brought back {back}.",
            )
        ],
    )


def _for_people(view: YearActView, out: Output) -> Iterable[str]:
    year = view["fiscalYear"]
    start, end = date.fromisoformat(year["start"]), date.fromisoformat(year["end"])
    if view["entriesValidated"]:
        count = view["entriesValidated"]
        yield out.say(
            counted(count, "écriture validée.", "écritures validées."),
            counted(count, "entry validated.", "entries validated.", "en"),
        )
    states = {
        "open": ("ouvert.", "open."),
        "closed": ("clos ; il peut être rouvert.", "closed; it can be reopened."),
        "final": (
            "clôturé ; il ne pourra pas être rouvert.",
            "closed for ever; it can never be reopened.",
        ),
    }
    fr, en = states[year["state"]]
    yield out.say(
        f"Exercice du {start:%d/%m/%Y} au {end:%d/%m/%Y} : {fr}",
        f"Fiscal year from {start} to {end}: {en}",
    )
    for warning in view["warnings"]:
        yield out.say(warning["message"], warning["messageEn"])
