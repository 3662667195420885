"""`ecritures check`: read and judge files; load nothing, need no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ecritures.cli.options import example
from ecritures.cli.output import DEFAULT_LANGUAGE, AsJson, Lang, Output
from ecritures.cli.progress import bar
from ecritures.cli.words import say
from ecritures.model.errors import RefusedRequestError, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ecritures.imports.check import CheckOptions

FOUND = 1
Description = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help=say(
            "Position des zones d'un fichier à longueur fixe : name,start,length (CSV, TOML).",
            "Places of a fixed-length file's fields: name,start,length (CSV or TOML).",
        ),
    ),
]
Fix = Annotated[
    Path | None,
    typer.Option(
        metavar="OUT",
        help=say(
            "Écrit une copie réparée, dit ce qui change, et contrôle la copie.",
            "Writes a repaired copy, tells what changed, and checks the copy.",
        ),
    ),
]
GroupBy = Literal["journal-number", "journal-number-date", "journal-piece-date", "running-balance"]


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
        Literal["fec", "xml", "fixed"] | None,
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
    description: Description = None,
    fix: Fix = None,
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
        return _show_rules(out)
    paths = _readable(files, fix, description)

    from ecritures.checks.catalogue import noteworthy
    from ecritures.formats.fixed_description import read_description
    from ecritures.imports.check import CheckOptions

    options = CheckOptions(
        format=format_,
        siren=siren,
        closing_date=_day(closing_date),
        regime=regime,
        group_by=group_by,
        description=read_description(description) if description else (),
    )
    found = [_check_one(path, options, out, fix) for path in paths]
    out.show(found if len(found) > 1 else found[0], lambda: _for_people(found, out))
    return FOUND if any(noteworthy(one["anomalyCounts"]) for one in found) else 0


def _readable(files: list[Path] | None, fix: Path | None, description: Path | None) -> list[Path]:
    """Return the files to check, once all that is named can be read.

    Raises:
        RefusedRequestError: None is named, or several are to be repaired.
        SourceError: One cannot be read.
    """
    if not files:
        raise RefusedRequestError(
            "file-missing",
            "Nommez au moins un fichier : ecritures check FICHIER.",
            "Name at least one file: ecritures check FILE.",
        )
    for path in [*files, *([description] if description else [])]:
        require_readable(path)
    if fix and len(files) > 1:
        raise RefusedRequestError(
            "fix-one-file",
            "--fix répare un seul fichier à la fois : n'en nommez qu'un.",
            "--fix repairs one file at a time: name only one.",
        )
    return files


def _for_people(found: list[dict[str, Any]], out: Output) -> Iterable[str]:
    from ecritures.cli.fix import repairs_for_people
    from ecritures.cli.verdict import for_people

    for one in found:
        if "repairs" in one:
            yield from repairs_for_people(one["repairs"], out)
        yield from for_people(one, out)


def _check_one(path: Path, options: CheckOptions, out: Output, fix: Path | None) -> dict[str, Any]:
    """Check a file, or its repaired copy, which is judged under the name of the file."""
    from ecritures.cli.fix import repair
    from ecritures.cli.opening import open_settings
    from ecritures.cli.verdict import document
    from ecritures.imports.check import check_file

    settings = open_settings()
    repairs = {"repairs": repair(path, fix, settings)} if fix else {}
    checked = fix or path
    size = checked.stat().st_size
    label = out.say(f"Lecture de {path.name}", f"Reading {path.name}")
    with bar(out, label) as move:
        report = check_file(
            checked,
            replace(options, file_name=path.name),
            settings=settings,
            progress=lambda done, lines: move(f"{label} ({lines})", done, size),
        )
    return document(report, out.language) | repairs


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


def _show_rules(out: Output) -> int:
    from ecritures.checks.catalogue import RULES
    from ecritures.cli.verdict import weight

    def lines() -> Iterable[str]:
        for rule in RULES.values():
            yield f"{rule.code}  {out.say(rule.fr, rule.en)} ({weight(rule, out)})"

    out.show(
        [
            {
                "code": rule.code,
                "severity": str(rule.severity),
                "blocking": rule.blocks,
                "title": out.say(rule.fr, rule.en),
                "remedy": out.say(rule.remedy_fr, rule.remedy_en),
                "source": rule.source,
            }
            for rule in RULES.values()
        ],
        lines,
    )
    return 0
