"""`ecritures difference`: what an import does to each entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.support.connect import open_database, open_settings
from ecritures.cli.support.language import say
from ecritures.cli.support.options import example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, table
from ecritures.core.amounts import count_text
from ecritures.core.changes import Change

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecritures.app.views.difference import DifferencePage

CHANGE_WORDS: dict[str, tuple[str, str]] = {
    Change.ADDED: ("ajoutée", "added"),
    Change.CHANGED: ("modifiée", "changed"),
    Change.REMOVED: ("retirée", "removed"),
    Change.SKIPPED: ("déjà connue", "already there"),
    Change.REUSED: ("numéro déjà pris", "number in use"),
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "difference",
        help=say(
            "Donne ce que devient chaque écriture d'un import ou d'un aperçu.",
            "Lists what becomes of each entry of an import or a dry run.",
        ),
        epilog=example(
            "ecritures difference 5d0f8c1e-6f0c-4f0e-9f35-0e9c4a1f2b3c --change removed"
        ),
    )(difference)


def difference(
    import_id: Annotated[str, typer.Argument(metavar="ID", help=say("L'import.", "The import."))],
    change: Annotated[
        Change | None, typer.Option(help=say("Ne donner que celles-ci.", "Only these."))
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=100_000, help=say("Combien.", "How many."))
    ] = 100,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """List what an import does to each entry."""
    from ecritures.app.views.difference import difference_page
    from ecritures.imports.queries import get_import
    from ecritures.imports.read.difference import page_difference

    out = Output(as_json, lang)
    database = open_database(open_settings())
    state = get_import(database, import_id)
    view = difference_page(page_difference(database, state, change, None, limit))
    out.show(view, lambda: _lines(view, out))


def _lines(view: DifferencePage, out: Output) -> Iterable[str]:
    head = (
        out.say("Écriture", "Entry"),
        out.say("Journal", "Journal"),
        out.say("Numéro", "Number"),
        "Date",
        out.say("Ligne", "Line"),
        out.say("Au grand livre", "In the ledger"),
    )
    rows = [
        (
            out.say(*CHANGE_WORDS[item["change"]]),
            item["journal"],
            item["number"],
            item["date"] or "",
            str(item.get("line", "")),
            " → ".join(item[key] for key in ("entry", "before", "after") if key in item),
        )
        for item in view["items"]
    ]
    yield from table(head, rows)
    counted = [
        f"{out.say(*CHANGE_WORDS[change])} {count_text(count)}"
        for change, count in view["counts"].items()
        if count
    ]
    yield ", ".join(counted) or out.say("Aucune différence.", "No difference.")
