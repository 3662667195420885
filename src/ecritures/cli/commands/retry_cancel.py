"""`ecritures retry` and `ecritures cancel`: try an import again, or end it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.commands.history import tell_import, view
from ecritures.cli.support.language import say
from ecritures.cli.support.opening import open_database, open_settings
from ecritures.cli.support.options import example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

    from ecritures.imports.queries import ImportState

ImportId = Annotated[str, typer.Argument(metavar="ID", help=say("L'import.", "The import."))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        "retry",
        help=say(
            "Reprend un import terminé avec erreur, ou essaie tout de suite un import en attente ; "
            "le service l'exécute.",
            "Tries an import that ended with an error again, or at once one that waits; "
            "the service runs it.",
        ),
        epilog=example("ecritures retry 5d0f8c1e-6f0c-4f0e-9f35-0e9c4a1f2b3c"),
    )(retry)
    app.command(
        "cancel",
        help=say(
            "Annule un import qui n'est pas terminé.", "Cancels an import that has not ended."
        ),
        epilog=example("ecritures cancel 5d0f8c1e-6f0c-4f0e-9f35-0e9c4a1f2b3c"),
    )(cancel)


def retry(import_id: ImportId, as_json: AsJson = False, lang: Lang = DEFAULT_LANGUAGE) -> None:
    """Have an import tried now."""
    from ecritures.imports.state import retry as record_retry

    _change(record_retry, import_id, Output(as_json, lang))


def cancel(import_id: ImportId, as_json: AsJson = False, lang: Lang = DEFAULT_LANGUAGE) -> None:
    """End an import."""
    from ecritures.imports.state import cancel as record_cancel

    _change(record_cancel, import_id, Output(as_json, lang))


def _change(
    change: Callable[[Connection, ImportState, datetime], ImportState], import_id: str, out: Output
) -> None:
    from ecritures.imports.queries import get_import

    database = open_database(open_settings())
    state = get_import(database, import_id)
    database = database.for_domain(state.domain_id)
    with database.write() as connection:
        state = change(connection, state, database.clock.now())
    out.show(view(database, state), lambda: tell_import(database, state, out))
