"""`ecritures check`: read and check files, without a database."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ecritures.cli.support.language import say
from ecritures.cli.support.options import ChartName, example
from ecritures.cli.support.output import DEFAULT_LANGUAGE, AsJson, Lang, Output
from ecritures.core.errors import RefusedRequestError
from ecritures.core.grouping import Grouping
from ecritures.core.policies import AmountUnit
from ecritures.core.regime import Regime

if TYPE_CHECKING:
    from ecritures.formats.layouts.document import ImportModel


def _format_name(text: str) -> str:
    from ecritures.formats.registry import OWN_KINDS, format_names

    names = (*format_names("fec"), *OWN_KINDS)
    if text in names:
        return text
    known = ", ".join(names)
    raise typer.BadParameter(
        say(f"{text} : format inconnu, choisissez parmi {known}", f"{text}: not one of {known}")
    )


Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        parser=_format_name,
        help=say(
            "Format, comme fec, xml, tra ou json (reconnu par défaut).",
            "Format, such as fec, xml, tra or json (auto-detected by default).",
        ),
    ),
]
Siren = Annotated[str | None, typer.Option(help=say("SIREN attendu.", "Expected SIREN."))]
ClosingDate = Annotated[
    str | None,
    typer.Option(help=say("Clôture attendue, AAAAMMJJ.", "Expected closing date, YYYYMMDD.")),
]
RegimeOption = Annotated[
    Regime | None,
    typer.Option(help=say("Régime ; deviné sinon.", "Tax regime (auto-detected by default).")),
]
GroupBy = Annotated[
    Grouping | None,
    typer.Option(
        help=say(
            "Règle qui distingue les écritures ; auto : trouvée d'après la structure du fichier.",
            "Rule that separates the entries; auto: found from the structure of the file.",
        )
    ),
]
Codes = list[str] | None
Block = Annotated[
    Codes,
    typer.Option(
        metavar="CODE",
        help=say("Rend une règle bloquante.", "Makes a rule blocking."),
    ),
]
Unblock = Annotated[
    Codes,
    typer.Option(
        metavar="CODE",
        help=say("Lève le blocage d'une règle.", "Makes a rule non-blocking."),
    ),
]
AsDgfip = Annotated[
    bool,
    typer.Option(
        "--as-dgfip",
        help=say(
            "Donne aussi le verdict de l'outil de l'administration.",
            "Also shows the verdict of the tax authority's own tool.",
        ),
    ),
]
Description = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help=say(
            "Position des champs d'un fichier à longueur fixe : name,start,length (CSV, TOML).",
            "Positions of the fields of a fixed-length file: name,start,length (CSV or TOML).",
        ),
    ),
]
ModelName = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME_OR_FILE",
        help=say(
            "Lit un fichier qui n'est pas un FEC par un modèle d'import.",
            "Reads a file that is not a FEC with an import model.",
        ),
    ),
]
Unit = Annotated[
    AmountUnit | None,
    typer.Option(
        "--unit",
        "--amounts",
        help=say(
            "Unité des montants d'un fichier lu par un modèle ; auto : celle qu'il dit.",
            "Unit of the amounts of a file that a model reads; auto: the one it says.",
        ),
    ),
]
ModelDomain = Annotated[
    str | None,
    typer.Option(
        "--domain",
        help=say(
            "Domaine dont le modèle est un modèle ; sinon, un modèle livré ou un fichier.",
            "Domain of the model (a built-in model or a file by default).",
        ),
    ),
]
Fix = Annotated[
    Path | None,
    typer.Option(
        metavar="OUT",
        help=say(
            "Écrit une copie réparée, dit ce qui change, et contrôle la copie.",
            "Writes a repaired copy, reports the changes, and checks the copy.",
        ),
    ),
]
Reports = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="OUT",
        help=say(
            "Écrit un rapport : .html, .xlsx, .csv, .json ; "
            ".txt ou .fec : les écritures rejetées, à corriger et renvoyer.",
            "Writes a report: .html, .xlsx, .csv, .json; "
            ".txt or .fec: the rejected entries, to correct and send again.",
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
            "Reads and checks files; posts nothing. "
            "Exit code 0: no anomalies, 1: anomalies, 2: unreadable file.",
        ),
        epilog=example("ecritures check 079555421FEC20241231.txt --json"),
    )(check)


def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help=say("Les fichiers.", "The files.")),
    ] = None,
    format_: Format = None,
    siren: Siren = None,
    closing_date: ClosingDate = None,
    regime: RegimeOption = None,
    description: Description = None,
    model: ModelName = None,
    domain: ModelDomain = None,
    unit: Unit = None,
    group_by: GroupBy = None,
    block: Block = None,
    unblock: Unblock = None,
    chart: ChartName = None,
    as_dgfip: AsDgfip = False,
    report: Reports = None,
    fix: Fix = None,
    rules: Annotated[
        bool, typer.Option("--rules", help=say("Donne les contrôles.", "Lists the rules."))
    ] = False,
    as_json: AsJson = False,
    lang: Lang = DEFAULT_LANGUAGE,
) -> int:
    """Check files, or list the rules."""
    out = Output(as_json, lang)
    if rules:
        from ecritures.cli.support.rules import show_rules

        return show_rules(out)

    from ecritures.cli.support.checking import check_files, require_readable
    from ecritures.formats.fec.fixed_description import read_description
    from ecritures.reading.check import CheckOptions
    from ecritures.rules.policy import Policy

    if description:
        require_readable(description)
    options = CheckOptions(
        format=format_,
        siren=siren,
        closing_date=_day(closing_date),
        regime=regime,
        group_by=group_by,
        model=_model(model, domain, unit),
        description=read_description(description) if description else (),
        policy=Policy.of(block or (), unblock or ()),
        as_dgfip=as_dgfip,
        chart=chart,
    )
    return check_files(files or [], options, report or [], fix, out)


def _model(name: str | None, domain: str | None, unit: AmountUnit | None) -> ImportModel | None:
    from ecritures.cli.commands.import_models import named_model
    from ecritures.formats.layouts.units import with_unit

    require_model(unit, name)
    if name is None:
        return None
    found = named_model(name, domain)
    return with_unit(found, unit) if unit else found


def require_model(unit: AmountUnit | None, model: str | None) -> None:
    """Refuse a unit of amounts without a model.

    Raises:
        RefusedRequestError: There is no model.
    """
    if unit and not model:
        raise RefusedRequestError(
            "unit-without-model",
            "--unit va avec --model : un FEC dit lui-même la marque décimale.",
            "--unit goes with --model: a FEC itself has a decimal mark.",
        )


def _day(text: str | None) -> date | None:
    """Read a day given as AAAAMMJJ or AAAA-MM-JJ.

    Raises:
        RefusedRequestError: It is not a day.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise RefusedRequestError(
            "date-invalid",
            f"« {text} » n'est pas une date : écrivez AAAAMMJJ.",
            f"“{text}” is not a date: write YYYYMMDD.",
        ) from error
