"""MOD-LIG: lines that are in none of the records of a model, or that name its columns again."""

from __future__ import annotations

import copy

from helpers.rules import ALWAYS, ERROR, INFORMATION, NO, WARNING, rows
from rule_tables.mod import (
    BLOCKS,
    CREDIT,
    DEBIT,
    E_CREDIT,
    E_DEBIT,
    FIXED,
    FIXED_LINES,
    HEADER,
    KINDS,
    PLAIN,
    text,
)

WIDE = text(DEBIT.strip() + ";;\n", CREDIT.strip() + ";;\n")
ONE_SIDE = {"value": "5", "also": ("FEC-ECR-01",)}
LENIENT = copy.deepcopy(KINDS)
LENIENT["input"]["otherLines"] = "ignore"
KEPT = copy.deepcopy(PLAIN)
KEPT["input"]["records"][0]["keep"] = {"column": "account", "empty": False}
LABELLED = copy.deepcopy(FIXED)
LABELLED["input"]["records"][0]["columns"]["label"] = {"start": 22, "length": 9, "optional": True}
LABELLED["fields"]["label"] = {"from": "label"}
LABELLED_BLOCKS = copy.deepcopy(BLOCKS)
LABELLED_BLOCKS["input"]["records"][0]["columns"]["label"] = 5
LABELLED_BLOCKS["fields"]["label"] = {"from": "label"}


def labelled(*labels):
    """A file of fixed width, with these labels at the end of its lines."""
    lines = (FIXED_LINES[at % 2] + label + "\n" for at, label in enumerate(labels))
    return text(*lines, header="", how=LABELLED)


def labelled_blocks(*labels):
    """A file of blocks, with these labels at the end of each; None: no such line."""
    values = [line.strip().split(";") for line in (DEBIT, CREDIT)]
    blocks = [
        ["#", *values[at % 2], *([] if label is None else [label])]
        for at, label in enumerate(labels)
    ]
    return text(
        *(f"{line}\n" for block in blocks for line in block), header="", how=LABELLED_BLOCKS
    )


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
    *rows(
        *("MOD-LIG-14", WARNING, NO),
        (
            *(4, None, labelled("Facture 1", "Facture 1", "Facture 2", "Fact")),
            labelled("Facture 1", "Facture 1", "Facture 2", "Facture 2"),
            {"value": "25", "expected": "30"},
        ),
        # Blanks at the end of lines are stripped in this file, so its last line may be short too.
        (
            *(4, None, labelled("Facture 1", "Facture 1", "Facture 2", "Fact")),
            labelled("Facture 1", "Facture 1", "Fact. 2", "Fact"),
            {"value": "25", "expected": "30"},
        ),
        (
            *(19, None, labelled_blocks("a", "b", "c", None)),
            labelled_blocks("a", "b", "c", ""),
            {"value": "4", "expected": "5"},
        ),
    ),
    *rows(
        *("MOD-LIG-15", INFORMATION, NO),
        (
            *(4, None, text(DEBIT, CREDIT, "Solde;;;0,00\n", how=KEPT)),
            text(DEBIT, CREDIT, ";;;\n", how=KEPT),
            {"value": "Solde 0,00", "expected": "1"},
        ),
    ),
]
