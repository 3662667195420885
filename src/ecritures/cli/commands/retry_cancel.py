"""`ecritures retry` and `ecritures cancel`: retry an import, or cancel it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.commands.history import describe_import
from ecritures.cli.support.connect import open_database, open_settings
from ecritures.cli.support.language import say
from ecritures.cli.support.options import example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output

if TYPE_CHECKING:
    from collections.abc import Callable

    from ecritures.app.idempotency import Answer
    from ecritures.app.views.imports import ImportView
    from ecritures.database import Database

ImportId = Annotated[str, typer.Argument(metavar="ID", help=say("L'import.", "The import."))]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        "retry",
        help=say(
            "Reprend un import terminé avec erreur, ou essaie tout de suite un import en attente ; "
            "le service l'exécute.",
            "Retries an import that ended with an error, or runs a waiting one at once; "
            "the service executes it.",
        ),
        epilog=example("ecritures retry 5d0f8c1e-6f0c-4f0e-9f35-0e9c4a1f2b3c"),
    )(retry)
    app.command(
        "cancel",
        help=say(
            "Arrête un import qui n'est pas terminé.", "Cancels an import that has not ended."
        ),
        epilog=example("ecritures cancel 5d0f8c1e-6f0c-4f0e-9f35-0e9c4a1f2b3c"),
    )(cancel)


def retry(import_id: ImportId, as_json: AsJson = False, lang: Lang = DEFAULT_LANGUAGE) -> None:
    """Retry an import now."""
    from ecritures.app.actions.imports import retry_import

    _change(retry_import, import_id, Output(as_json, lang))


def cancel(import_id: ImportId, as_json: AsJson = False, lang: Lang = DEFAULT_LANGUAGE) -> None:
    """Cancel an import."""
    from ecritures.app.actions.imports import cancel_import

    _change(cancel_import, import_id, Output(as_json, lang))


def _change(
    change: Callable[[Database, str], Answer[ImportView]], import_id: str, out: Output
) -> None:
    from ecritures.imports.queries import get_import

    database = open_database(open_settings())
    changed = change(database, import_id).view
    out.show(changed, lambda: describe_import(database, get_import(database, import_id), out))
