"""`ecritures check`: read and judge files; load nothing, need no database."""

from __future__ import annotations

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
    description: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=say(
                "Position des zones d'un fichier à longueur fixe : name,start,length (CSV, TOML).",
                "Places of a fixed-length file's fields: name,start,length (CSV or TOML).",
            ),
        ),
    ] = None,
    fix: Annotated[
        Path | None,
        typer.Option(
            "--fix",
            metavar="OUT",
            help=say(
                "Écrit une copie réparée, dit ce qui change, et contrôle la copie.",
                "Writes a repaired copy, tells what changed, and checks the copy.",
            ),
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

    from ecritures.cli.fix import repairs_for_people
    from ecritures.cli.verdict import for_people
    from ecritures.formats.fixed_description import read_description
    from ecritures.imports.check import CheckOptions

    options = CheckOptions(
        format=format_,
        siren=siren,
        closing_date=closing_date,
        regime=regime,
        description=read_description(description) if description else (),
    )
    if fix:
        found = [_fix_one(files[0], fix, options, out)]
    else:
        found = [_check_one(path, options, out) for path in files]

    def lines() -> Iterable[str]:
        for one in found:
            if "repairs" in one:
                yield from repairs_for_people(one["repairs"], out)
            yield from for_people(one, out)

    out.show(found if len(found) > 1 else found[0], lines)
    return FOUND if any(one["anomalyCounts"] for one in found) else 0


def _check_one(path: Path, options: CheckOptions, out: Output) -> dict[str, Any]:
    from ecritures.cli.opening import open_settings
    from ecritures.cli.verdict import document
    from ecritures.imports.check import check_file

    size = path.stat().st_size
    label = out.say(f"Lecture de {path.name}", f"Reading {path.name}")
    with bar(out, label) as move:
        report = check_file(
            path,
            options,
            settings=open_settings(),
            progress=lambda done, lines: move(f"{label} ({lines})", done, size),
        )
    return document(report, out.language)


def _fix_one(path: Path, output: Path, options: CheckOptions, out: Output) -> dict[str, Any]:
    """Repair a file and check the copy, which is judged under the name of the file."""
    from dataclasses import replace

    from ecritures.cli.fix import repair
    from ecritures.cli.opening import open_settings

    repairs = repair(path, output, open_settings())
    return _check_one(output, replace(options, file_name=path.name), out) | {"repairs": repairs}


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
