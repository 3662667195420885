"""`ecritures status` and `ecritures history`: show one import, or list them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.support.connect import open_database, open_settings
from ecritures.cli.support.language import say
from ecritures.cli.support.options import example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, table
from ecritures.core.amounts import counted
from ecritures.imports.request import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecritures.database import Database
    from ecritures.imports.queries import ImportState


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        "status",
        help=say("Dit où en est un import.", "Shows the progress of an import."),
        epilog=example("ecritures status 5d0f8c1e-6f0c-4f0e-9f35-0e9c4a1f2b3c"),
    )(status)
    app.command(
        "history",
        help=say("Donne les imports, le dernier d'abord.", "Lists the imports, newest first."),
        epilog=example("ecritures history --dossier CEGID003 --limit 5"),
    )(history)


def status(
    import_id: Annotated[str, typer.Argument(metavar="ID", help=say("L'import.", "The import."))],
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Show one import."""
    from ecritures.app.queries import show_import
    from ecritures.imports.queries import get_import

    out = Output(as_json, lang)
    database = open_database(open_settings())
    state = get_import(database, import_id)
    database = database.for_domain(state.domain_id)
    out.show(
        lambda: show_import(database, import_id), lambda: describe_import(database, state, out)
    )


def history(
    dossier: Annotated[
        str | None, typer.Option(help=say("D'un seul dossier.", "Only those of one dossier."))
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help=say("Combien.", "How many."))] = 20,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """List imports."""
    from ecritures.app.queries import show_imports
    from ecritures.imports.queries import ImportFilter, list_imports

    out = Output(as_json, lang)
    database = open_database(open_settings())
    wanted = ImportFilter(dossier=dossier)
    head = (
        out.say("Demande", "Request"),
        out.say("Créée", "Created"),
        "Dossier",
        out.say("Fichier", "File"),
        out.say("Lignes", "Lines"),
        out.say("État", "State"),
    )
    out.show(
        lambda: show_imports(database, None, wanted, limit)["items"],
        lambda: table(
            head,
            [
                (
                    state.id,
                    f"{state.created_at:%Y-%m-%d %H:%M}",
                    state.dossier,
                    state.source_name,
                    state.lines_done,
                    status_text(state.status, out),
                )
                for state in list_imports(database, None, wanted, limit).items
            ],
        ),
    )


def status_text(status: Status, out: Output) -> str:
    """Return a status as text."""
    names = {
        Status.WAITING: ("en attente", "waiting"),
        Status.RUNNING: ("en cours", "running"),
        Status.DONE: ("terminé avec succès", "done"),
        Status.ENDED_WITH_ERROR: ("terminé avec erreur", "ended with an error"),
    }
    return out.say(*names[status])


def count_of_documents(state: ImportState, out: Output) -> Iterable[str]:
    """Say how many documents came with an import, if any."""
    if count := state.report.get("attachments", 0):
        yield out.say(
            f"  {counted(count, 'pièce jointe', 'pièces jointes')} :"
            f" ecritures attachments list --dossier {state.dossier} --import {state.id}",
            f"  {counted(count, 'attached document', 'attached documents', 'en')}:"
            f" ecritures attachments list --dossier {state.dossier} --import {state.id}",
        )


def describe_import(database: Database, state: ImportState, out: Output) -> Iterable[str]:
    """Describe an import with its attempts."""
    from ecritures.app.health.disruption_words import describe
    from ecritures.app.views.disruptions import delay_view
    from ecritures.cli.support.verdict import for_people
    from ecritures.imports.queries import list_attempts_of
    from ecritures.imports.read.delays import delays_of, with_delays
    from ecritures.imports.read.stored_report import content_of_import

    (state,) = with_delays(database, [state])
    attempts = list_attempts_of(database, [state])
    lines, found = state.lines_done or 0, state.anomaly_count or 0
    yield f"{state.id}  {status_text(state.status, out)}"
    yield out.say(
        f"  dossier {state.dossier} ({state.domain}), fichier {state.source_name}, "
        f"{counted(lines, 'ligne', 'lignes')}, {counted(found, 'anomalie', 'anomalies')}",
        f"  dossier {state.dossier} ({state.domain}), file {state.source_name}, "
        f"{counted(lines, 'line', 'lines', 'en')}, "
        f"{counted(found, 'anomaly', 'anomalies', 'en')}",
    )
    yield from count_of_documents(state, out)
    if state.message:
        yield f"  {state.message.text(out.language)}"
    if state.undone:
        why = f" ({state.undone['reason']})" if state.undone["reason"] else ""
        day = state.undone["at"][:10]
        yield out.say(
            f"  annulé le {day}{why} : ses écritures ne sont plus au grand livre",
            f"  undone on {day}{why}: its entries are no longer in the ledger",
        )
    for warning in state.warnings:
        yield f"  {warning.text(out.language)}"
    for delay in delays_of(database, [state], attempts)[state.id]:
        name = out.say("interruption", "disruption")
        yield f"  {name} : {describe(delay_view(delay), out.language)}"
    for one in attempts[state.id]:
        message = out.say(one.message_fr or "", one.message_en or "")
        name = out.say("tentative", "attempt")
        yield f"  {name} {one.number} : {one.started_at:%Y-%m-%d %H:%M:%S} {one.outcome} {message}"
    if state.status is Status.WAITING:
        due = f"{state.due_at:%Y-%m-%d %H:%M:%S} UTC"
        yield out.say(f"  prochaine tentative : {due}", f"  next attempt: {due}")
    if state.report:
        yield from for_people(content_of_import(database, state), out)
