"""`ecritures audit`: who changed the ledger of a dossier, when and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.support.connect import find_dossier, open_database, open_settings
from ecritures.cli.support.language import say
from ecritures.cli.support.options import AnyDomain, DossierCode, example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.app.views.audit import EventView

_NAMES: Mapping[str, tuple[str, str]] = {
    "published": ("importé", "posted"),
    "replaced": ("remplacé", "replaced"),
    "undone": ("annulé", "undone"),
    "restored": ("rétabli", "restored"),
    "reversed": ("contre-passé", "reversed"),
    "validated": ("validé", "validated"),
    "locked": ("verrouillé", "locked"),
    "unlocked": ("déverrouillé", "unlocked"),
    "fiscal-year-added": ("exercice ajouté", "fiscal year added"),
    "fiscal-year-closed": ("exercice clos", "fiscal year closed"),
    "fiscal-year-final": ("exercice clôturé", "fiscal year final"),
    "fiscal-year-reopened": ("exercice rouvert", "fiscal year reopened"),
    "dossier-changed": ("dossier modifié", "dossier changed"),
    "carried-forward": ("à-nouveaux", "carried forward"),
    "matched": ("lettré", "matched"),
    "unmatched": ("délettré", "unmatched"),
    "purged": ("purgé", "purged"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "audit",
        help=say(
            "Dit qui a changé le grand livre d'un dossier, quand et pourquoi, du plus récent au"
            " plus ancien.",
            "Shows who changed the ledger of a dossier, when and why, the last change first.",
        ),
        epilog=example("ecritures audit --dossier CEGID003 --limit 10"),
    )(audit)


def audit(
    dossier: DossierCode,
    limit: Annotated[int, typer.Option(min=1, max=1000, help=say("Combien.", "How many."))] = 50,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Show the history of a ledger."""
    from ecritures.app.queries import show_audit

    out = Output(as_json, lang)
    database = open_database(open_settings())
    owner, found = find_dossier(database, dossier, domain)
    page = show_audit(database.for_domain(owner.id), found, limit)
    head = (
        out.say("Révision", "Revision"),
        out.say("Quand (UTC)", "When (UTC)"),
        out.say("Quoi", "What"),
        out.say("Par", "By"),
        out.say("Fichier", "File"),
        out.say("Écritures", "Entries"),
        out.say("Motif", "Reason"),
        out.say("Empreinte", "Digest"),
    )
    out.show(page, lambda: table(head, [_row(one, out) for one in page["items"]]))


def _row(event: EventView, out: Output) -> tuple[object, ...]:
    names = _NAMES.get(event["kind"])
    return (
        event["revision"],
        event["at"][:16].replace("T", " "),
        out.say(*names) if names else event["kind"],
        event["by"] or out.say("exploitant", "operator"),
        event["file"] or event["importId"],
        event["entries"],
        event["reason"] or ", ".join(event["details"].get("changed", ())),
        (event["digest"] or "")[:12],
    )
