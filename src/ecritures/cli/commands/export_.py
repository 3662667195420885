"""`ecritures export`: give a ledger back as a FEC, or in another form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from ecritures.cli.support.connect import find_dossier, open_database, open_settings
from ecritures.cli.support.exit_codes import FOUND
from ecritures.cli.support.export_options import (
    DraftsChoice,
    EncodingChoice,
    ExtraColumns,
    FirstDay,
    FormChoice,
    LastDay,
    LayoutChoice,
    NumberingChoice,
    OutputPath,
    SeparatorChoice,
    WithAttachments,
    YearChoice,
)
from ecritures.cli.support.language import say
from ecritures.cli.support.options import AnyDomain, DossierCode, example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output
from ecritures.core.amounts import count_text, counted
from ecritures.core.errors import RefusedRequestError
from ecritures.exports.choices import Layout, Numbering, Separator

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
    output: OutputPath,
    year: YearChoice = None,
    start: FirstDay = None,
    end: LastDay = None,
    form: FormChoice = "fec",
    layout: LayoutChoice = Layout.BIC,
    encoding: EncodingChoice = None,
    separator: SeparatorChoice = Separator.TAB,
    numbering: NumberingChoice = Numbering.KEPT,
    drafts: DraftsChoice = None,
    extra_columns: ExtraColumns = False,
    attachments: WithAttachments = False,
    domain: AnyDomain = None,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> None:
    """Export a ledger."""
    from ecritures.app.exporting import make_export
    from ecritures.app.views.exports import export_view
    from ecritures.exports.wanted import Wanted, find_period
    from ecritures.sources.storage import ObstoreStorage

    out = Output(as_json, lang)
    settings = open_settings()
    database = open_database(settings)
    owner, found = find_dossier(database, dossier, domain)
    days = start.date() if start else None, end.date() if end else None
    wanted = Wanted(
        find_period(found, year, *days), form, layout, encoding, separator, numbering, drafts,
        extra_columns, attachments,
    )  # fmt: skip
    folder, name = (output, None) if output.is_dir() else (output.parent, output.name)
    if not folder.is_dir():
        raise RefusedRequestError(
            "output-folder-missing",
            f"Le dossier {folder} n'existe pas : créez-le d'abord.",
            f"Folder {folder} does not exist: make it first.",
        )
    exported = make_export(
        database.for_domain(owner.id), found, wanted, folder,
        name=name, replaces=name is not None, language=out.language,
        storage=ObstoreStorage.from_settings(settings) if attachments else None,
    )  # fmt: skip
    view = export_view(exported)
    out.show(view, lambda: _lines(view, out))
    if not exported.complete:
        raise typer.Exit(FOUND)


def _lines(view: ExportView, out: Output) -> Iterator[str]:
    entries, lines = view["entries"], view["lines"]
    yield out.say(
        f"{view['file']} : {counted(entries, 'écriture', 'écritures')}, "
        f"{counted(lines, 'ligne', 'lignes')}.",
        f"{view['file']}: {counted(entries, 'entry', 'entries', 'en')}, "
        f"{counted(lines, 'line', 'lines', 'en')}.",
    )
    yield f"Description : {view['description']}"
    yield f"SHA-256 : {view['sha256']}"
    if view["provisional"]:
        yield out.say(
            "Fichier provisoire : il contient des écritures sans date de validation.",
            "A provisional file: it holds entries without any date of validation.",
        )
    if view["leftOut"]:
        count = view["leftOut"]
        fr = counted(
            count,
            "écriture sans date de validation ne figure pas dans ce fichier. Validez-la",
            "écritures sans date de validation ne figurent pas dans ce fichier. Validez-les",
        )
        en = counted(
            count,
            "entry without a date of validation is not in this file. Validate it",
            "entries without a date of validation are not in this file. Validate them",
            "en",
        )
        yield out.say(
            f"{fr}, ou demandez un FEC provisoire (--drafts include).",
            f"{en}, or ask for a provisional FEC (--drafts include).",
        )
        for one in view["leftOutEntries"][:_SHOWN_MAX]:
            yield f"  {one['journal']} {one['number']} {one['date']}"
    if view["gapCount"]:
        gaps = count_text(view["gapCount"])
        yield out.say(
            f"Ruptures de numérotation, expliquées dans la description : {gaps}.",
            f"Gaps in the numbers, explained in the description: {gaps}.",
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
