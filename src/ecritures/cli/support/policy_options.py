"""The policies of imports, as options of `ecritures import`."""

from __future__ import annotations

from typing import Annotated

import typer

from ecritures.cli.support.language import say
from ecritures.core.grouping import Grouping
from ecritures.core.policies import (
    DIFFERENCE_CENTS_MAX,
    Definitive,
    Duplicates,
    FileEncoding,
    FileValidation,
    LateEntries,
    Lookalikes,
    MissingNumbers,
    Mode,
    Openings,
    OtherCompany,
    OutsideFiscalYears,
    ReverseStyle,
    Unbalanced,
)

ModeChoice = Annotated[
    Mode | None,
    typer.Option(
        "--mode",
        help=say(
            "Ajouter, refuser si les journaux ont déjà des écritures aux mêmes dates, remplacer.",
            "Append, refuse when the journals have entries of the same days, or replace.",
        ),
    ),
]
DuplicatesChoice = Annotated[
    Duplicates | None,
    typer.Option(
        "--duplicates",
        help=say(
            "Ce qui est déjà au grand livre : le fichier, des écritures, des ressemblances.",
            "What is in the ledger already: the file, entries, look-alikes.",
        ),
    ),
]
DuplicateEntriesChoice = Annotated[
    Duplicates | None,
    typer.Option(
        "--duplicate-entries",
        help=say("De même, pour les écritures seules.", "The same, for entries only."),
    ),
]
LookalikesChoice = Annotated[
    Lookalikes | None,
    typer.Option(
        "--lookalikes",
        help=say(
            "De même, pour les écritures sans numéro qui se ressemblent.",
            "The same, for entries without a number that look alike.",
        ),
    ),
]
OtherCompanyChoice = Annotated[
    OtherCompany | None,
    typer.Option(
        "--other-company",
        help=say("Le fichier d'une autre société.", "A file of another company."),
    ),
]
GroupByChoice = Annotated[
    Grouping | None,
    typer.Option(
        "--group-by",
        help=say(
            "Règle qui distingue les écritures ; auto : trouvée d'après la structure du fichier.",
            "Rule that separates the entries; auto: found from the structure of the file.",
        ),
    ),
]
MissingNumbersChoice = Annotated[
    MissingNumbers | None,
    typer.Option(
        "--missing-numbers",
        help=say("Des écritures sans numéro.", "Entries without a number."),
    ),
]
OutsideFiscalYearsChoice = Annotated[
    OutsideFiscalYears | None,
    typer.Option(
        "--outside-fiscal-years",
        help=say("Des écritures hors des exercices.", "Entries outside the fiscal years."),
    ),
]
LateEntriesChoice = Annotated[
    LateEntries | None,
    typer.Option(
        "--late-entries",
        help=say(
            "Des écritures d'une période verrouillée ou clôturée.",
            "Entries of a period that is locked or closed.",
        ),
    ),
]
OpeningsChoice = Annotated[
    Openings | None,
    typer.Option(
        "--openings",
        help=say("De seconds à-nouveaux d'un exercice.", "A second opening of a fiscal year."),
    ),
]
UnbalancedChoice = Annotated[
    Unbalanced | None,
    typer.Option(
        "--unbalanced",
        help=say(
            "Des écritures déséquilibrées : refusées, ou complétées sur 658/758 ou sur 471.",
            "Unbalanced entries: refused, or completed on 658/758 or on 471.",
        ),
    ),
]
DifferenceCentsChoice = Annotated[
    int | None,
    typer.Option(
        "--difference-cents",
        min=0,
        max=DIFFERENCE_CENTS_MAX,
        help=say(
            "Ce que --unbalanced difference ajoute au plus à une écriture.",
            "What --unbalanced difference adds to an entry at most.",
        ),
    ),
]
FileValidationChoice = Annotated[
    FileValidation | None,
    typer.Option(
        "--file-validation",
        help=say(
            "Dates de validation du fichier : gardées, ou définitives ici.",
            "Validation dates of the file: kept, or definitive here.",
        ),
    ),
]
DefinitiveChoice = Annotated[
    Definitive | None,
    typer.Option(
        "--definitive",
        help=say(
            "Des écritures validées à retirer : refuser, ou contre-passer.",
            "Validated entries to be removed: refuse, or reverse them.",
        ),
    ),
]
EncodingChoice = Annotated[
    FileEncoding | None,
    typer.Option(
        "--encoding",
        help=say(
            "Encodage d'un fichier qui n'est pas en UTF-8.",
            "Encoding of a file that is not in UTF-8.",
        ),
    ),
]
ReverseStyleChoice = Annotated[
    ReverseStyle | None,
    typer.Option(
        "--reverse-style", help=say("Forme des contre-passations.", "Form of the reversals.")
    ),
]
