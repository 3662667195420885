"""`ecritures attachments`: the documents attached to the entries of a dossier."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ecritures.cli.support.connect import find_dossier, open_database, open_dossier, open_settings
from ecritures.cli.support.language import say
from ecritures.cli.support.options import AnyDomain, Cursor, DossierCode, example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output, note_next, table
from ecritures.core.errors import ConflictError

if TYPE_CHECKING:
    from collections.abc import Mapping

app = typer.Typer(help=say("Les pièces jointes.", "Attached documents."))


@app.command(
    "list",
    help=say(
        "Liste les pièces jointes des écritures d'un dossier.",
        "Lists the documents attached to the entries of a dossier.",
    ),
    epilog=example("ecritures attachments list --dossier CEGID003"),
)
def list_(
    dossier: DossierCode,
    import_: Annotated[
        str | None,
        typer.Option(
            "--import", metavar="ID", help=say("De cet import seulement.", "Of this import only.")
        ),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help=say("Combien.", "How many."))] = 50,
    cursor: Cursor = None,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """List attached documents."""
    from ecritures.app.attachments import show_attachments

    out = Output(as_json, lang)
    database, caller = open_dossier(dossier, domain)
    page = show_attachments(
        database, caller, dossier, import_id=import_, limit=limit, cursor=cursor
    )
    head = (
        out.say("Pièce", "Document"),
        out.say("Écriture", "Entry"),
        out.say("Nom", "Name"),
        out.say("Octets", "Bytes"),
        out.say("Conservée", "Kept"),
    )
    out.show(page, lambda: table(head, [_row(one, out) for one in page["items"]]))
    note_next(page["nextCursor"], out)


@app.command(
    "download",
    help=say(
        "Copie une pièce jointe dans un fichier ou un dossier ; rien n'est remplacé.",
        "Copies an attached document to a file or a folder; nothing is replaced.",
    ),
    epilog=example("ecritures attachments download 91631441-1 --dossier CEGID003 -o pieces/"),
)
def download(
    name: Annotated[
        str,
        typer.Argument(
            metavar="LOT-NUMÉRO", help=say("La pièce, telle que listée.", "As it is listed.")
        ),
    ],
    dossier: DossierCode,
    output: Annotated[
        Path, typer.Option("--output", "-o", help=say("Le fichier, ou un dossier.", "Where to."))
    ] = Path(),
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Copy an attached document."""
    from dataclasses import replace
    from tempfile import TemporaryDirectory

    from ecritures.app.attachments import fetch_attachment
    from ecritures.app.views.attachments import attachment_view
    from ecritures.core.document_names import safe_name
    from ecritures.directory.keys import Caller
    from ecritures.imports.dependencies import Dependencies

    out = Output(as_json, lang)
    settings = open_settings()
    database = open_database(settings)
    owner, _ = find_dossier(database, dossier, domain)
    deps = replace(Dependencies.over(settings, database), database=database.for_domain(owner.id))
    folder = output if output.is_dir() else output.parent
    with TemporaryDirectory(dir=folder, prefix=".attachment-") as scratch:
        made = Path(scratch, "document")
        found = fetch_attachment(deps, Caller.for_operator(owner), dossier, name, made)
        path = output / safe_name(found.name) if output.is_dir() else output
        if path.exists():
            raise ConflictError(
                "attachment-file-exists",
                f"{path} existe déjà : choisissez un autre nom ou un autre dossier.",
                f"{path} exists already: choose another name or another folder.",
            )
        made.replace(path)
    view: dict[str, Any] = {**attachment_view(found), "file": str(path)}
    out.show(view, lambda: [out.say(f"{found.name} : {path}", f"{found.name}: {path}")])


def _row(one: Mapping[str, Any], out: Output) -> tuple[object, ...]:
    yes, no = out.say("oui", "yes"), out.say("non", "no")
    return (
        one["id"],
        one["entry"] or out.say("(fichier)", "(file)"),
        one["name"],
        one["bytes"],
        yes if one["kept"] else no,
    )
