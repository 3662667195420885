"""FEC-EQU: the balance of a file, and the total that it states itself."""

from __future__ import annotations

from helpers.fec import COLUMNS
from helpers.rules import ERROR, GOOD, LIFTABLE, flat, one, opening, purchase, rows, two
from rule_tables.mod import model, text

SIDES = "date;journal;compte;débit;crédit\n"
COLUMNS_OF_SIDES = {
    "date": "date", "journal": "journal", "account": "compte",
    "debit": "débit", "credit": "crédit",
}  # fmt: skip
TWO_SIDES = model(
    input__records=[{"columns": COLUMNS_OF_SIDES}],
    fields__debit={"from": "debit"},
    fields__credit={"from": "credit"},
)
del TWO_SIDES["fields"]["amount"]


def total(label, debit, credit):
    """A row of totals."""
    return dict.fromkeys(COLUMNS, "") | {"CompteLib": label, "Debit": debit, "Credit": credit}


def ended_by(*totals):
    """Two entries, of 10,00 and 120,00, and rows of totals after them."""
    return flat([*opening(), *purchase(), *totals])


def in_layout(*totals):
    """An entry of 10,00 in a layout of its own, and rows of totals after it."""
    lines = "31/01/2024;VT;411;10,00;\n", "31/01/2024;VT;706;;10,00\n"
    return text(*lines, *totals, header=SIDES, how=TWO_SIDES)


RULES = [
    *rows(
        *("FEC-EQU-02", ERROR, LIFTABLE),
        (None, None, flat(one(Debit="10,01")), GOOD, {"also": ("FEC-ECR-01",), "value": "0,01"}),
        (
            *(None, None, flat(one(Debit="9,00")), flat(one(Debit="x"))),
            {"also": ("FEC-ECR-01",), "also_not": ("FEC-MNT-03",), "value": "-1,00"},
        ),
        (
            *(None, None, flat(two({}, {"Credit": "-10,00"})), GOOD),
            {"also": ("FEC-ECR-01", "FEC-MNT-07"), "value": "20,00", "expected": "-10,00"},
        ),
    ),
    *rows(
        *("FEC-EQU-04", ERROR, LIFTABLE),
        (
            *(6, "Debit", ended_by(total("Total général", "99,00", "130,00"))),
            ended_by(total("Total général", "130,00", "130,00")),
            {"also": ("FEC-STR-24",), "also_not": ("FEC-STR-24",)}
            | {"value": "99,00", "expected": "130,00"},
        ),
        (
            *(6, "Credit", ended_by(total("Totaux", "130,00", "1 130,00"))),
            ended_by(total("Total VE", "130,00", "1 130,00")),
            {"also": ("FEC-STR-24",), "also_not": ("FEC-STR-24",)}
            | {"value": "1 130,00", "expected": "130,00"},
        ),
        (  # the total of a page is not that of the file
            *(7, "Credit"),
            ended_by(total("Total VE", "10,00", "10,00"), total("Total", "130,00", "0,00")),
            ended_by(total("Total", "10,00", "10,00"), total("Total", "120,00", "120,00")),
            {"also": ("FEC-STR-24",), "also_not": ("FEC-STR-24",), "expected": "130,00"},
        ),
        (  # in cents, or on one side alone
            *(6, "Debit", ended_by(total("Grand total", "1300", "13000"))),
            ended_by(total("Grand total", "13000", "")),
            {"also": ("FEC-STR-24",), "also_not": ("FEC-STR-24",), "expected": "130,00"},
        ),
        (
            *(4, "Credit", in_layout("Total;;;10,00;11.00 €\n")),
            in_layout("Total;;;10;10,00 €\n"),
            {"also": ("MOD-LIG-06",), "also_not": ("MOD-LIG-06",), "expected": "10,00"},
        ),
    ),
]
