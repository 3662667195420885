"""MOD-LIG: lines that are in none of the records of a model, or that name its columns again."""

from __future__ import annotations

import copy

from helpers.rules import ALWAYS, ERROR, INFORMATION, NO, rows
from rule_tables.mod import CREDIT, DEBIT, E_CREDIT, E_DEBIT, HEADER, KINDS, text

WIDE = text(DEBIT.strip() + ";;\n", CREDIT.strip() + ";;\n")
ONE_SIDE = {"value": "5", "also": ("FEC-ECR-01",)}
LENIENT = copy.deepcopy(KINDS)
LENIENT["input"]["otherLines"] = "ignore"

RULES = [
    *rows(
        *("MOD-LIG-12", ERROR, ALWAYS),
        (
            *(4, None, text(DEBIT, CREDIT, "compte;date;montant;journal\n")),
            text(DEBIT, CREDIT, HEADER),
            {"also": ("MOD-LIG-07",), "also_not": ("MOD-LIG-07",)},
        ),
    ),
    *rows(
        *("FEC-STR-07", ERROR, ALWAYS),
        (4, None, text(DEBIT, CREDIT, "31/01/2024;VT;411\n"), text(DEBIT, CREDIT, "\n")),
        (4, None, text(DEBIT, CREDIT, "a;b;c;d;e\n"), WIDE),
        # A delimiter in a label may have shifted the fields of this line alone.
        (3, None, text(DEBIT, CREDIT.strip() + ";\n"), WIDE, ONE_SIDE),
        expected="4",
    ),
    *rows(
        *("MOD-LIG-13", INFORMATION, NO),
        (
            *(3, None, text(E_DEBIT, E_CREDIT, "e;?\n", header="", how=LENIENT)),
            text(E_DEBIT, E_CREDIT, "\n", header="", how=LENIENT),
            {"value": "e;?", "expected": "1"},
        ),
    ),
]
