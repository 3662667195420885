"""MOD: columns and values that a model cannot read."""

from __future__ import annotations

from helpers.rules import ALWAYS, ERROR, INFORMATION, LIFTABLE, NO, WARNING, rows
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
    model,
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


RIVALS = model()
RIVALS["input"]["records"][0]["columns"]["amount"] = {"names": ["montant", "Montant EUR"]}


def rival(second):
    """A file that has the column of amounts under two of its names."""
    return text(
        DEBIT.replace("\n", f";{second}\n"),
        CREDIT.replace("\n", ";\n"),
        header=HEADER.replace("\n", ";Montant EUR\n"),
        how=RIVALS,
    )


ONLY_EUROS = model()
ONLY_EUROS["input"]["records"][0]["columns"]["devise"] = {"name": "x", "only": "EUR"}
BARE = model(input__dialect={"header": False})
BARE["input"]["records"][0]["columns"] = {"date": 1, "journal": 2, "account": 3, "amount": 4}


def bare(*more):
    """A file without a header, with more fields at the end of each line."""
    lines = (f"{line.strip()};{';'.join(more)}\n" for line in (DEBIT, CREDIT))
    return text(*lines, header="", how=BARE)


CARRIED = model(fields__entryDate={"from": "date", "carry": True})
SHORT = PLAIN | {"dates": {"formats": ["JJMMAA"]}}

RULES = [
    *rows(  # totals of an account, where dates are carried
        *("MOD-LIG-06", INFORMATION, NO),
        (
            *(4, None, text(DEBIT, CREDIT, ";Total compte 411;411;10,00\n", how=CARRIED)),
            text(DEBIT, CREDIT, ";Totaux;411;10,00\n", ";Totaux;706;-10,00\n", how=CARRIED),
            {"value": "Total compte 411 ; 411 ; 10,00"},
        ),
        expected="1",
    ),
    *rows(
        *("MOD-COL-07", ERROR, LIFTABLE),
        (
            *(2, "x", first(more="USD", how=ONLY_EUROS), first(more="EUR", how=ONLY_EUROS)),
            {"value": "USD"},
        ),
        (*(2, "x", first(more="1", how=ONLY_EUROS), first(more="0", how=ONLY_EUROS)),),
    ),
    *rows(
        *("MOD-COL-08", INFORMATION, NO),
        (
            *(1, None, bare("5", "9"), bare("", "")),
            {"value": "5 « 5 », 6 « 9 »"},
        ),
        (1, None, bare("0", "Autre"), bare("0,00", " "), {"value": "6 « Autre »"}),
    ),
    *rows(
        *("MOD-COL-06", ERROR, ALWAYS),
        (
            *(1, "MONTANT", twice("9,00")),
            twice(""),
            {"value": "9,00"},
        ),
    ),
    *rows(
        *("MOD-COL-09", ERROR, ALWAYS),
        (
            *(1, "Montant EUR", rival("9,00"), rival("")),
            {"value": "9,00", "expected": "montant"},
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
            {"value": "VE", "also": ("FEC-ECR-01", "FEC-ECR-11")},
        ),
    ),
    *rows(
        *("MOD-VAL-01", ERROR, ALWAYS),
        (
            2,
            "journal",
            first(journal="V", how=ACCEPTED),
            first(how=ACCEPTED),
            {"value": "V", "also": ("FEC-ECR-01", "FEC-ECR-11")},
        ),
        expected="[A-Z]{2}",
    ),
]
