"""`ecritures maintenance`: start no imports for a while; requests are still accepted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.support.connect import open_database, open_settings
from ecritures.cli.support.language import say
from ecritures.cli.support.options import example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output
from ecritures.core.errors import ConflictError, RefusedRequestError

if TYPE_CHECKING:
    from ecritures.database import Database
    from ecritures.directory.disruptions import Disruption

app = typer.Typer(
    help=say(
        "Annonce une maintenance : les demandes attendent.",
        "Announces maintenance: requests wait.",
    ),
)


@app.command(
    "start",
    help=say(
        "Commence une maintenance : ce qui tourne s'achève, rien d'autre ne commence, les demandes "
        "sont acceptées et attendent. Pendant une maintenance : change sa fin et son motif.",
        "Starts maintenance: what runs is finished, nothing else is started, requests are accepted "
        "and wait. During maintenance: changes its end and its reason.",
    ),
    epilog=example("ecritures maintenance start --until 2026-12-01T06:00 --reason sauvegarde"),
)
def start(
    reason: Annotated[
        str, typer.Option(help=say("Motif, que les appelants lisent.", "Reason; callers read it."))
    ],
    until: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help=say(
                "Fin, comme 2026-12-01T06:00 (heure de cette machine) ou 2026-12-01T06:00+01:00 ; "
                "sans elle : « maintenance end ».",
                "End, such as 2026-12-01T06:00 (time of this machine) or "
                "2026-12-01T06:00+01:00; without it: “maintenance end”.",
            ),
        ),
    ] = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Start maintenance."""
    from ecritures.app.actions.maintenance import start_maintenance

    out = Output(as_json, lang)
    moment = None if until is None else _moment(until)
    made = start_maintenance(open_database(open_settings()), reason, moment)
    _show(made, out)


@app.command(
    "end",
    help=say("Termine la maintenance.", "Ends the maintenance."),
    epilog=example("ecritures maintenance end"),
)
def end(as_json: AsJson = False, lang: Lang = DEFAULT_LANGUAGE) -> None:
    """End maintenance."""
    from ecritures.app.actions.maintenance import end_maintenance

    _show(end_maintenance(open_database(open_settings())), Output(as_json, lang))


def _show(one: Disruption, out: Output) -> None:
    from ecritures.app.health.disruption_words import shown_end, shown_moment
    from ecritures.app.views.disruptions import delay_view

    view = delay_view(one)
    begun, over = shown_moment(view["startedAt"]), shown_end(view, out.language)
    out.show(
        {"id": one.id, **view},
        lambda: [
            out.say(
                f"Maintenance : {begun} – {over} ({one.reason}).",
                f"Maintenance: {begun} – {over} ({one.reason}).",
            )
        ],
    )


def refuse_under_maintenance(database: Database) -> None:
    """Refuse to work now, if the operator has announced maintenance.

    Raises:
        ConflictError: The service is under maintenance.
    """
    from ecritures.directory.disruptions import is_under_maintenance

    if is_under_maintenance(database):
        raise ConflictError(
            "service-under-maintenance",
            "Le service est en maintenance : recommencez quand elle sera finie ; « ecritures"
            " disruptions » dit jusqu'à quand.",
            "The service is under maintenance: try again when it is over; “ecritures disruptions”"
            " shows until when.",
        )


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RefusedRequestError(
            "moment-invalid",
            f"« {text} » n'est pas un moment : écrivez-le comme 2026-12-01T06:00.",
            f"“{text}” is not a moment: write it like 2026-12-01T06:00.",
        ) from error
