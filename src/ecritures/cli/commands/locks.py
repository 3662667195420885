"""`ecritures lock` and `ecritures unlock`: the days on which nothing may change."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.support.connect import open_dossier
from ecritures.cli.support.language import say
from ecritures.cli.support.options import AnyDomain, DossierCode, Reason, Until, example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecritures.app.views.closing import LocksView


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        "lock",
        help=say(
            "Verrouille les jours jusqu'à une date : plus rien n'y change, jusqu'à unlock.",
            "Locks the days up to a date: nothing changes there until unlock.",
        ),
        epilog=example("ecritures lock --dossier CEGID003 --until 2024-03-31"),
    )(lock)
    app.command(
        "unlock",
        help=say(
            "Lève le verrou ; avec une date plus ancienne, les jours jusqu'à elle restent"
            " verrouillés.",
            "Lifts the lock; with an earlier date, the days up to it stay locked.",
        ),
        epilog=example('ecritures unlock --dossier CEGID003 --reason "Facture oubliée"'),
    )(unlock)


def lock(
    dossier: DossierCode,
    until: Until,
    reason: Reason = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Lock days."""
    from ecritures.app.actions import closing

    out = Output(as_json, lang)
    database, caller = open_dossier(dossier, domain)
    request = closing.DossierRequest(database, caller, dossier, reason)
    view = closing.lock(request, datetime.date(until)).view
    out.show(view, lambda: _locks(view, out))


def unlock(
    dossier: DossierCode,
    reason: Annotated[
        str, typer.Option(help=say("Motif, gardé dans l'historique.", "Why; kept in the history."))
    ],
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            metavar="AAAA-MM-JJ",
            help=say("Dernier jour qui reste verrouillé.", "Last day that stays locked."),
        ),
    ] = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Lift the lock."""
    from ecritures.app.actions import closing

    out = Output(as_json, lang)
    database, caller = open_dossier(dossier, domain)
    request = closing.DossierRequest(database, caller, dossier, reason)
    view = closing.unlock(request, datetime.date(until) if until else None).view
    out.show(view, lambda: _locks(view, out))


def _locks(view: LocksView, out: Output) -> Iterable[str]:
    if view["lockedThrough"] is None:
        yield out.say("Plus aucune période n'est verrouillée.", "No period is locked any more.")
    else:
        day = datetime.fromisoformat(view["lockedThrough"])
        yield out.say(
            f"Période verrouillée jusqu'au {day:%d/%m/%Y}.",
            f"The period is locked up to {day:%Y-%m-%d}.",
        )
    if view["closedThrough"] is not None:
        day = datetime.fromisoformat(view["closedThrough"])
        yield out.say(
            f"Période clôturée jusqu'au {day:%d/%m/%Y}.",
            f"The period is closed up to {day:%Y-%m-%d}.",
        )
