"""The options of `ecritures export`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ecritures.cli.support.language import say
from ecritures.exports.choices import Drafts, Layout, Numbering, Separator

OutputPath = Annotated[
    Path,
    typer.Option(
        "-o",
        "--output",
        help=say(
            "Le fichier, ou un dossier existant : le fichier y a son nom légal.",
            "The file, or a folder that exists: the file has its legal name there.",
        ),
    ),
]
YearChoice = Annotated[
    str | None,
    typer.Option(
        help=say(
            "L'exercice, ou l'année civile si le dossier n'a pas d'exercice.",
            "The fiscal year, or the calendar year when the dossier has none.",
        )
    ),
]
FirstDay = Annotated[
    datetime | None,
    typer.Option(
        "--from",
        formats=["%Y-%m-%d"],
        metavar="AAAA-MM-JJ",
        help=say("Premier jour compris.", "First day, included."),
    ),
]
LastDay = Annotated[
    datetime | None,
    typer.Option(
        "--to",
        formats=["%Y-%m-%d"],
        metavar="AAAA-MM-JJ",
        help=say("Dernier jour compris.", "Last day, included."),
    ),
]
FormChoice = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="fec|tra|csv|xlsx|parquet|MODEL",
        help=say(
            "La forme, ou un modèle d'import : quadra, sage-pnm, cegid-csv…",
            "The form, or an import model: quadra, sage-pnm, cegid-csv…",
        ),
    ),
]
LayoutChoice = Annotated[
    Layout, typer.Option(help=say("Les colonnes du FEC.", "The columns of the FEC."))
]
EncodingChoice = Annotated[
    str | None,
    typer.Option(
        help=say(
            "L'encodage : utf-8, iso-8859-15 ou ascii pour un FEC.",
            "The encoding: utf-8, iso-8859-15 or ascii for a FEC.",
        )
    ),
]
SeparatorChoice = Annotated[
    Separator, typer.Option(help=say("Le séparateur du FEC.", "The separator of the FEC."))
]
NumberingChoice = Annotated[
    Numbering,
    typer.Option(
        help=say(
            "Numéros d'origine, ou continus (l'origine en dernière colonne).",
            "Original numbers, or continuous ones (the original in the last column).",
        )
    ),
]
DraftsChoice = Annotated[
    Drafts | None,
    typer.Option(
        help=say(
            "Écritures sans date de validation : hors du FEC par défaut ; incluses, il est"
            " provisoire.",
            "Entries without a date of validation: not in a FEC by default; with them, it is"
            " provisional.",
        )
    ),
]
WithAttachments = Annotated[
    bool,
    typer.Option(
        "--attachments",
        help=say(
            "Avec --as tra : une archive (zip) du fichier et de ses pièces jointes.",
            "With --as tra: an archive (zip) of the file and its attached documents.",
        ),
    ),
]
ExtraColumns = Annotated[
    bool,
    typer.Option(
        "--extra-columns",
        help=say(
            "Rendre aussi, à la fin du FEC, les colonnes hors norme des fichiers importés.",
            "Also give back, at the end of the FEC, columns of imported files beyond the law.",
        ),
    ),
]
