"""MOD: columns and values that a model cannot read."""

from __future__ import annotations

from helpers.rules import ALWAYS, ERROR, LIFTABLE, NO, WARNING, rows
from rule_tables.mod import (
    ACCEPTED,
    CREDIT,
    DEBIT,
    DEVISE,
    HEADER,
    PIECE,
    PLAIN,
    TABLE,
    TWO_FORMATS,
    directed,
    first,
    of,
    text,
)


def twice(second):
    """A file that has the column of amounts twice, the second with a value in its first line."""
    return text(
        DEBIT.replace("\n", f";{second}\n"),
        CREDIT.replace("\n", ";\n"),
        header=HEADER.replace("\n", ";MONTANT\n"),
    )


SHORT = PLAIN | {"dates": {"formats": ["JJMMAA"]}}

RULES = [
    *rows(
        *("MOD-COL-06", ERROR, ALWAYS),
        (
            *(1, "MONTANT", twice("9,00")),
            twice(""),
            {"value": "9,00"},
        ),
    ),
    *rows(
        *("MOD-DAT-01", ERROR, ALWAYS),
        ((2, 3), "date", of("30/02/2024"), of("29/02/2024"), {"value": "30/02/2024"}),
        ((2, 3), "date", of("31-01-2024"), of("31/01/2024")),
        ((2, 3), "date", of(""), of("31/01/2024")),
        expected="JJ/MM/AAAA",
    ),
    *rows(
        *("MOD-DAT-02", WARNING, NO),
        (2, "x", first(how=PIECE, more="30/02/2024"), first(how=PIECE, more="31/01/2024")),
        (2, "x", first(how=PIECE, more="?"), first(how=PIECE, more="00/00/0000")),
        expected="JJ/MM/AAAA",
    ),
    *rows(
        *("MOD-DAT-03", ERROR, ALWAYS),
        ((2, 3), "date", of("310124", TWO_FORMATS), of("240224", TWO_FORMATS), {"value": "310124"}),
        expected="JJMMAA / AAMMJJ",
    ),
    *rows(  # a zero is lost
        *("MOD-DAT-01", ERROR, ALWAYS),
        ((2, 3), "date", of("50124", SHORT), of("050124", SHORT), {"value": "50124"}),
        expected="JJMMAA",
    ),
    *rows(
        *("MOD-DAT-04", ERROR, ALWAYS),
        ((2, 3), "date", of("45292"), of("31/01/2024"), {"value": "45292"}),
        (
            *((2, 3), "date", of("45292,75")),
            of("19999"),  # in 1954 no spreadsheet was there to count it
            {"also_not": ("MOD-DAT-01",)},
        ),
        expected="JJ/MM/AAAA",
    ),
    *rows(
        *("MOD-DAT-05", WARNING, NO),
        (2, "x", first(how=PIECE, more="45292"), first(how=PIECE, more="31/01/2024")),
        expected="JJ/MM/AAAA",
    ),
    *rows(
        *("MOD-MNT-01", ERROR, ALWAYS),
        (2, "montant", first(amount="10.00"), first(amount="10,00"), {"value": "10.00"}),
        (2, "montant", first(amount="dix"), first(amount="10")),
    ),
    *rows(
        *("MOD-MNT-03", ERROR, ALWAYS),
        (2, "montant", first(amount="1E+01"), first(amount="10"), {"value": "1E+01"}),
        (
            2,
            "montant",
            first(amount="-1,0e1"),
            first(amount="-1,0e"),
            {"also_not": ("MOD-MNT-01",)},
        ),
    ),
    *rows(
        *("MOD-DEV-01", ERROR, LIFTABLE),
        (
            *(2, "x", first(how=DEVISE, more="USD"), first(how=DEVISE, more="EUR")),
            {"value": "USD", "also_not": ("FEC-DEV-03",)},
        ),
        expected="Montantdevise",
    ),
    *rows(
        *("MOD-SEN-01", ERROR, ALWAYS),
        (2, "x", directed("X"), directed("d"), {"value": "X"}),
    ),
    *rows(
        *("MOD-TAB-01", ERROR, ALWAYS),
        (
            2,
            "journal",
            first(journal="VE", how=TABLE),
            first(how=TABLE),
            {"value": "VE", "also": ("FEC-ECR-01", "FEC-ECR-02")},
        ),
    ),
    *rows(
        *("MOD-VAL-01", ERROR, ALWAYS),
        (
            2,
            "journal",
            first(journal="V", how=ACCEPTED),
            first(how=ACCEPTED),
            {"value": "V", "also": ("FEC-ECR-01", "FEC-ECR-02")},
        ),
        expected="[A-Z]{2}",
    ),
]
