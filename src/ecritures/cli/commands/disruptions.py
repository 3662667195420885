"""`ecritures disruptions`: when the service did not run imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.support.connect import open_database, open_settings
from ecritures.cli.support.language import say
from ecritures.cli.support.options import example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecritures.app.views.disruptions import DelayView, DisruptionView

KINDS = {
    "planned": ("maintenance", "maintenance"),
    "no-worker": ("aucun exécutant", "no worker"),
    "database": ("base de données", "database"),
    "storage": ("stockage", "storage"),
    "source-host": ("serveur de fichiers", "file server"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "disruptions",
        help=say(
            "Donne les maintenances et les pannes, la dernière d'abord.",
            "Lists maintenance and failures of the service, newest first.",
        ),
        epilog=example("ecritures disruptions --limit 5"),
    )(disruptions)


def disruptions(
    limit: Annotated[int, typer.Option(min=1, max=1000, help=say("Combien.", "How many."))] = 20,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """List disruptions."""
    from ecritures.app.queries import show_disruptions

    out = Output(as_json, lang)
    page = show_disruptions(open_database(open_settings()), None, limit)
    out.show(page, lambda: _for_people(page["items"], out))


def _for_people(found: list[DisruptionView], out: Output) -> Iterable[str]:
    if not found:
        return [out.say("Aucune interruption.", "No disruption.")]
    head = (
        out.say("Début", "Start"),
        out.say("Fin", "End"),
        out.say("Nature", "Kind"),
        out.say("Imports retardés", "Imports delayed"),
        out.say("Motif", "Reason"),
    )
    rows = [
        (
            shown_moment(one["startedAt"]),
            shown_end(one, out),
            out.say(*KINDS[one["kind"]]),
            one["importsDelayed"],
            " ".join(filter(None, (one["host"], out.say(one["reason"], one["reasonEn"])))),
        )
        for one in found
    ]
    return table(head, rows)


def shown_moment(text: str) -> str:
    """Return a moment of a JSON document as people read it, in the time of this machine."""
    from datetime import datetime

    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M:%S}"


def shown_end(one: DelayView, out: Output) -> str:
    """Return when a disruption was over, or will be."""
    if one["endedAt"]:
        return shown_moment(one["endedAt"])
    if one["until"]:
        moment = shown_moment(one["until"])
        return out.say(f"en cours, jusqu'à {moment}", f"until {moment}")
    return out.say("en cours", "going on")


def describe(one: DelayView, out: Output) -> str:
    """Say in a line when and why the service did not run imports."""
    kind, reason = out.say(*KINDS[one["kind"]]), out.say(one["reason"], one["reasonEn"])
    return f"{shown_moment(one['startedAt'])} – {shown_end(one, out)}, {kind} : {reason}"
