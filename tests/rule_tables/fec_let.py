"""FEC-LET: lettering."""

from __future__ import annotations

from helpers.rules import INFORMATION, NO, WARNING, flat, lettered, one, rows

THIRD_PARTY = {"CompAuxNum": "C1", "CompAuxLib": "Client"}


def undated(lines):
    """Lettered lines without a date."""
    return [
        row | {"EcritureLib": f"Ligne {number}"}
        for number in range(lines // 2)
        for row in lettered(DateLet="")
    ]


RULES = [
    *rows(
        *("FEC-LET-01", WARNING, NO),
        (2, "EcritureLet", flat(lettered({"DateLet": ""})), flat(lettered()), {"value": "A"}),
        (
            *(2, "DateLet", flat(one(DateLet="20240331")), flat(one())),
            {"value": "20240331", "expected": "EcritureLet"},
        ),
        (  # a date that cannot be read is a date all the same
            *(2, "EcritureLet", flat(lettered({"DateLet": " "}))),
            flat(lettered({"DateLet": "x"})),
            {"also_not": ("FEC-DAT-01",)},
        ),
        (
            *(2, "DateLet", flat(one(DateLet="x")), flat(one(DateLet=" "))),
            {"also": ("FEC-DAT-01",), "expected": "EcritureLet"},
        ),
        (  # zeros are reported as a date that is none, not as one without lettering
            *(2, "DateLet", flat(one(DateLet="x")), flat(one(DateLet="00000000"))),
            {"also": ("FEC-DAT-01",), "also_not": ("FEC-DAT-01",), "expected": "EcritureLet"},
        ),
        expected="DateLet",
    ),
    *rows(
        *("FEC-LET-02", WARNING, NO),
        (
            *((2, 3), "EcritureLet"),
            flat(lettered({}, {"CompteNum": "401000"})),
            flat(lettered()),
            {"value": "A"},
        ),
        (
            (2, 3),
            "EcritureLet",
            flat(lettered({"EcritureLet": "B"})),
            flat(lettered()),
            {"expected": ("411000 : 10,00", "411000 : -10,00")},
        ),
        (
            (2, 3),
            "EcritureLet",
            flat(lettered(THIRD_PARTY)),
            flat(lettered(**THIRD_PARTY)),
            {"expected": ("411000 C1 : 10,00", "411000 : -10,00")},
        ),
        (
            *(2, "EcritureLet", flat(one(EcritureLet="A", DateLet="20240331"))),
            flat(lettered()),
            {"value": "A", "expected": "512000 : 10,00"},
        ),
        expected=("411000 : 10,00", "401000 : -10,00"),
    ),
    *rows(
        *("FEC-LET-03", INFORMATION, NO),
        (None, None, flat(one(**THIRD_PARTY)), flat(lettered(**THIRD_PARTY))),
        (None, None, flat(one(**THIRD_PARTY)), flat(one())),
    ),
]
