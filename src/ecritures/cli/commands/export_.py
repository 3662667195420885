"""`ecritures export`: give a ledger back as a FEC, or in another form."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.support.connect import find_dossier, open_database, open_settings
from ecritures.cli.support.exit_codes import FOUND
from ecritures.cli.support.language import say
from ecritures.cli.support.options import AnyDomain, DossierCode, example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output
from ecritures.core.amounts import count_text
from ecritures.exports.wanted import Drafts, Layout, Numbering, Separator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.app.views.exports import ExportView

_SHOWN_MAX = 10


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "export",
        help=say(
            "Rend le grand livre d'un dossier : FEC, tableur, ou format d'un modèle d'import. Un"
            " fichier de description l'accompagne. Code de sortie 1 si quelque chose n'a pas pu"
            " être rendu.",
            "Gives the ledger of a dossier back: FEC, table, or the format of an import model. A"
            " description file goes with it. Exit code 1 when something could not be given back.",
        ),
        epilog=example("ecritures export --dossier CEGID003 --year 2024 -o sortie/"),
    )(export)


def export(
    dossier: DossierCode,
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            help=say(
                "Le fichier, ou un dossier existant : le fichier y a son nom légal.",
                "The file, or a folder that exists: the file has its legal name there.",
            ),
        ),
    ],
    year: Annotated[
        str | None,
        typer.Option(
            help=say(
                "L'exercice, ou l'année civile si le dossier n'a pas d'exercice.",
                "The fiscal year, or the calendar year when the dossier has none.",
            )
        ),
    ] = None,
    start: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            formats=["%Y-%m-%d"],
            metavar="AAAA-MM-JJ",
            help=say("Premier jour compris.", "First day, included."),
        ),
    ] = None,
    end: Annotated[
        datetime | None,
        typer.Option(
            "--to",
            formats=["%Y-%m-%d"],
            metavar="AAAA-MM-JJ",
            help=say("Dernier jour compris.", "Last day, included."),
        ),
    ] = None,
    form: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="fec|csv|xlsx|parquet|MODEL",
            help=say(
                "La forme, ou un modèle d'import : quadra, sage-pnm, cegid-csv…",
                "The form, or an import model: quadra, sage-pnm, cegid-csv…",
            ),
        ),
    ] = "fec",
    layout: Annotated[
        Layout, typer.Option(help=say("Les colonnes du FEC.", "The columns of the FEC."))
    ] = Layout.BIC,
    encoding: Annotated[
        str | None,
        typer.Option(
            help=say(
                "L'encodage : utf-8, iso-8859-15 ou ascii pour un FEC.",
                "The encoding: utf-8, iso-8859-15 or ascii for a FEC.",
            )
        ),
    ] = None,
    separator: Annotated[
        Separator, typer.Option(help=say("Le séparateur du FEC.", "The separator of the FEC."))
    ] = Separator.TAB,
    numbering: Annotated[
        Numbering,
        typer.Option(
            help=say(
                "Numéros d'origine, ou continus (l'origine en dernière colonne).",
                "Original numbers, or continuous ones (the original in the last column).",
            )
        ),
    ] = Numbering.KEPT,
    drafts: Annotated[
        Drafts | None,
        typer.Option(
            help=say(
                "Écritures sans date de validation : hors du FEC par défaut ; incluses, il est"
                " provisoire.",
                "Entries without a date of validation: not in a FEC by default; with them, it is"
                " provisional.",
            )
        ),
    ] = None,
    extra_columns: Annotated[
        bool,
        typer.Option(
            "--extra-columns",
            help=say(
                "Rendre aussi, à la fin du FEC, les colonnes hors norme des fichiers importés.",
                "Also give back, at the end of the FEC, columns of imported files beyond the law.",
            ),
        ),
    ] = False,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Export a ledger."""
    from ecritures.app.exporting import make_export
    from ecritures.app.views.exports import export_view
    from ecritures.exports.wanted import Wanted, find_period

    out = Output(as_json, lang)
    database = open_database(open_settings())
    owner, found = find_dossier(database, dossier, domain)
    days = start.date() if start else None, end.date() if end else None
    wanted = Wanted(
        find_period(found, year, *days), form, layout, encoding, separator, numbering, drafts,
        extra_columns,
    )  # fmt: skip
    folder, name = (output, None) if output.is_dir() else (output.parent, output.name)
    exported = make_export(
        database.for_domain(owner.id), found, wanted, folder, name=name, language=out.language
    )
    view = export_view(exported)
    out.show(view, lambda: _lines(view, out))
    if not exported.complete:
        raise typer.Exit(FOUND)


def _lines(view: ExportView, out: Output) -> Iterator[str]:
    entries, lines = count_text(view["entries"]), count_text(view["lines"])
    yield out.say(
        f"{view['file']} : {entries} écritures, {lines} lignes.",
        f"{view['file']}: {entries} entries, {lines} lines.",
    )
    yield f"Description : {view['description']}"
    yield f"SHA-256 : {view['sha256']}"
    if view["provisional"]:
        yield out.say(
            "Fichier provisoire : il contient des écritures sans date de validation.",
            "A provisional file: it holds entries without any date of validation.",
        )
    if view["leftOut"]:
        count = count_text(view["leftOut"])
        yield out.say(
            f"{count} écritures sans date de validation ne figurent pas dans ce fichier. Validez-"
            "les, ou demandez un FEC provisoire (--drafts include).",
            f"{count} entries without a date of validation are not in this file. Validate them, or"
            " ask for a provisional FEC (--drafts include).",
        )
        for one in view["leftOutEntries"][:_SHOWN_MAX]:
            yield f"  {one['journal']} {one['number']} {one['date']}"
    if view["gapCount"]:
        count = count_text(view["gapCount"])
        yield out.say(
            f"Ruptures de numérotation, expliquées dans la description : {count}.",
            f"Gaps in the numbers, explained in the description: {count}.",
        )
    for finding in view["findings"]:
        yield out.say(finding["message"], finding["messageEn"])
    if (closing := view["closing"]) is not None:
        yield out.say(
            "Écritures identiques à celles de la clôture définitive."
            if closing["matches"]
            else "ATTENTION : les écritures ne sont plus celles de la clôture définitive.",
            "The entries are those of the final closing."
            if closing["matches"]
            else "WARNING: the entries are no longer those of the final closing.",
        )
