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

    from ecritures.app.views.disruptions import DisruptionView


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
    from ecritures.app.health.disruption_words import KINDS, shown_end, shown_moment

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
            shown_end(one, out.language),
            out.say(*KINDS[one["kind"]]),
            one["importsDelayed"],
            " ".join(filter(None, (one["host"], out.say(one["reason"], one["reasonEn"])))),
        )
        for one in found
    ]
    return table(head, rows)
