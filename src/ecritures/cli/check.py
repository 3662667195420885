"""`ecritures check`: read and judge files; load nothing, need no database."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ecritures.cli.options import example
from ecritures.cli.output import DEFAULT_LANGUAGE, AsJson, Lang, Output
from ecritures.cli.progress import bar
from ecritures.cli.words import say
from ecritures.model.errors import RefusedRequestError, SourceError

if TYPE_CHECKING:
    from ecritures.imports.check import CheckOptions, Report

FOUND = 1
GroupBy = Literal["journal-number", "journal-number-date", "journal-piece-date", "running-balance"]

Reports = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="OUT",
        help=say(
            "Écrit un rapport : .html, .xlsx, .csv, .json ; "
            ".txt ou .fec : les écritures rejetées, à corriger et renvoyer.",
            "Writes a report: .html, .xlsx, .csv, .json; "
            ".txt or .fec: the rejected entries, to mend and send again.",
        ),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "check",
        help=say(
            "Lit et contrôle des fichiers ; ne charge rien. "
            "Code de sortie 0 : sans anomalie, 1 : des anomalies, 2 : fichier illisible.",
            "Reads and checks files; loads nothing. "
            "Exit code 0: no anomaly, 1: anomalies, 2: unreadable file.",
        ),
        epilog=example("ecritures check 079555421FEC20241231.txt --json"),
    )(check)


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help=say("Les fichiers.", "The files.")),
    ] = None,
    format_: Annotated[
        Literal["fec"] | None,
        typer.Option("--format", help=say("Format ; deviné sinon.", "Format; else found out.")),
    ] = None,
    siren: Annotated[
        str | None, typer.Option(help=say("SIREN attendu.", "The expected SIREN."))
    ] = None,
    closing_date: Annotated[
        str | None,
        typer.Option(help=say("Clôture attendue, AAAAMMJJ.", "Expected closing date, YYYYMMDD.")),
    ] = None,
    regime: Annotated[
        Literal["bic", "commercial", "ba-cash", "bnc-cash"] | None,
        typer.Option(
            help=say("Régime ; deviné sinon.", "Tax regime; else found out."),
        ),
    ] = None,
    report: Reports = None,
    group_by: Annotated[
        GroupBy | None,
        typer.Option(
            help=say("Règle qui distingue les écritures.", "Rule that tells entries apart."),
        ),
    ] = None,
    rules: Annotated[
        bool, typer.Option("--rules", help=say("Donne les contrôles.", "Lists the rules."))
    ] = False,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> int:
    """Check files, or list the rules."""
    out = Output(as_json, lang)
    if rules:
        from ecritures.cli.rules import show_rules

        return show_rules(out)
    if not files:
        raise RefusedRequestError(
            "file-missing",
            "Nommez au moins un fichier : ecritures check FICHIER.",
            "Name at least one file: ecritures check FILE.",
        )
    from ecritures.imports.check import CheckOptions

    options = CheckOptions(
        format=format_,
        siren=siren,
        closing_date=_day(closing_date),
        regime=regime,
        group_by=group_by,
    )
    return _check(files, options, report or [], out)


def _check(files: list[Path], options: CheckOptions, reports: list[Path], out: Output) -> int:
    from ecritures.checks.catalogue import noteworthy
    from ecritures.cli.reports import require_writable, write_reports
    from ecritures.cli.verdict import for_people
    from ecritures.imports.report_content import content_of_report
    from ecritures.reports.as_json import document

    for path in files:
        require_readable(path)
    require_writable(reports, files)
    found = []
    for path in files:
        judged = _check_one(path, options, out)
        found.append(content_of_report(judged))
        write_reports(reports, path, judged, options, out)
    documents = [document(one, out.language) for one in found] if out.as_json else []
    out.show(
        documents[0] if len(documents) == 1 else documents,
        lambda: (line for one in found for line in for_people(one, out)),
    )
    return FOUND if any(noteworthy(one.counts) for one in found) else 0


def _check_one(path: Path, options: CheckOptions, out: Output) -> Report:
    from ecritures.cli.opening import open_settings
    from ecritures.imports.check import check_file

    size = path.stat().st_size
    label = out.say(f"Lecture de {path.name}", f"Reading {path.name}")
    with bar(out, label) as move:
        return check_file(
            path,
            replace(options, file_name=text_name(path)),
            settings=open_settings(),
            progress=lambda done, lines: move(f"{label} ({lines})", done, size),
        )


def text_name(path: Path) -> str:
    """Return the name of a file as text, even when its bytes are none."""
    return os.fsencode(path.name).decode(errors="replace")


def _day(text: str | None) -> date | None:
    """Read a day given as AAAAMMJJ or AAAA-MM-JJ.

    Raises:
        RefusedRequestError: It is none.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise RefusedRequestError(
            "date-invalid",
            f"« {text} » n'est pas une date : écrivez AAAAMMJJ.",
            f"“{text}” is no date: write YYYYMMDD.",
        ) from error


def require_readable(path: Path) -> None:
    """Refuse what is not a file that can be read, before any other is worked on.

    Raises:
        SourceError: It cannot be read.
    """
    if path.is_dir():
        raise SourceError(
            "file-is-a-folder",
            f"{path} est un dossier : nommez un fichier.",
            f"{path} is a folder: name a file.",
        )
    try:
        with path.open("rb"):
            pass
    except FileNotFoundError as error:
        raise SourceError(
            "file-unknown",
            f"Le fichier {path} n'existe pas : vérifiez son nom.",
            f"File {path} does not exist: check its name.",
        ) from error
    except OSError as error:
        raise SourceError(
            "file-unreadable",
            f"Le fichier {path} ne se lit pas ({error.strerror}) : vérifiez ses droits.",
            f"File {path} cannot be read ({error.strerror}): check its permissions.",
        ) from error
