"""`ecritures undo` and `ecritures restore`: take an import back, or bring it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.support.blocked import showing_refusals
from ecritures.cli.support.connect import open_database, open_settings
from ecritures.cli.support.language import say
from ecritures.cli.support.options import Reason, example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output
from ecritures.core.amounts import counted
from ecritures.core.policies import Definitive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecritures.app.views.undo import MovedView

ImportId = Annotated[str, typer.Argument(metavar="ID", help=say("L'import.", "The import."))]
Force = Annotated[
    bool,
    typer.Option(
        "--force",
        help=say(
            "Même si un fichier importé depuis compte sur ces écritures.",
            "Even if a file imported since counts on these entries.",
        ),
    ),
]
Unmatch = Annotated[
    bool,
    typer.Option(
        "--unmatch",
        help=say(
            "Supprime les lettrages à la main avec des écritures d'autres imports.",
            "Lifts matchings by hand with entries of other imports.",
        ),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        "undo",
        help=say(
            "Retire du grand livre ce qu'un import a enregistré, ou dit ce qui l'empêche.",
            "Takes what an import posted out of the ledger, or says what prevents it.",
        ),
        epilog=example(
            'ecritures undo 5d0f8c1e-6f0c-4f0e-9f35-0e9c4a1f2b3c --reason "Mauvais exercice"'
        ),
    )(undo)
    app.command(
        "restore",
        help=say("Rétablit un import annulé.", "Restores an import that was undone."),
        epilog=example("ecritures restore 5d0f8c1e-6f0c-4f0e-9f35-0e9c4a1f2b3c"),
    )(restore)


def undo(
    import_id: ImportId,
    reason: Reason = None,
    force: Force = False,
    unmatch: Unmatch = False,
    definitive: Annotated[
        Definitive | None,
        typer.Option(
            help=say(
                "Les écritures validées : refuse, ou reverse (contre-passation).",
                "Validated entries: refuse, or reverse.",
            )
        ),
    ] = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Undo an import."""
    from ecritures.app.actions.undo import UndoOptions, undo_import

    out = Output(as_json, lang)
    database = open_database(open_settings())
    with showing_refusals(out):
        view = undo_import(
            database, import_id, UndoOptions(reason, force, unmatch, definitive)
        ).view
    out.show(view, lambda: _undone(view, out))


def restore(
    import_id: ImportId,
    reason: Reason = None,
    force: Force = False,
    unmatch: Unmatch = False,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Restore an import."""
    from ecritures.app.actions.undo import UndoOptions, restore_import

    out = Output(as_json, lang)
    database = open_database(open_settings())
    with showing_refusals(out):
        view = restore_import(database, import_id, UndoOptions(reason, force, unmatch)).view
    out.show(view, lambda: _restored(view, out))


def _undone(view: MovedView, out: Output) -> Iterable[str]:
    removed, back = view["entriesRemoved"], view["entriesRestored"]
    fr = counted(removed, "écriture retirée", "écritures retirées")
    en = counted(removed, "entry", "entries", "en")
    yield out.say(
        f"Import annulé : {fr} du grand livre.", f"Import undone: {en} removed from the ledger."
    )
    if back:
        yield out.say(
            counted(
                back,
                "écriture qu'il avait remplacée est revenue.",
                "écritures qu'il avait remplacées sont revenues.",
            ),
            counted(
                back,
                "entry that it had replaced is back.",
                "entries that it had replaced are back.",
                "en",
            ),
        )
    if made := view["reversalEntries"]:
        yield out.say(
            counted(
                made, "écriture définitive contre-passée.", "écritures définitives contre-passées."
            ),
            counted(made, "final entry reversed.", "final entries reversed.", "en"),
        )
    yield from _lifted(view, out)


def _restored(view: MovedView, out: Output) -> Iterable[str]:
    removed, back = view["entriesRemoved"], view["entriesRestored"]
    fr = counted(back, "écriture revenue", "écritures revenues")
    en = counted(back, "entry is", "entries are", "en")
    yield out.say(
        f"Import rétabli : {fr} au grand livre.", f"Import restored: {en} back in the ledger."
    )
    if removed:
        yield out.say(
            counted(
                removed,
                "écriture qu'il remplace en est retirée.",
                "écritures qu'il remplace en sont retirées.",
            ),
            counted(
                removed,
                "entry that it replaces is removed.",
                "entries that it replaces are removed.",
                "en",
            ),
        )
    yield from _lifted(view, out)


def _lifted(view: MovedView, out: Output) -> Iterable[str]:
    for one in view["lifted"]:
        count = one["count"]
        yield out.say(
            f"Fait malgré {one['kind']} : {counted(count, 'écriture', 'écritures')}.",
            f"Done despite {one['kind']}: {counted(count, 'entry', 'entries', 'en')}.",
        )
