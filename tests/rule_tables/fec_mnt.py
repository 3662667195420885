"""FEC-MNT: amounts that are none, that are badly written, or that a line should not have."""

from __future__ import annotations

from helpers.rules import (
    ALWAYS,
    ERROR,
    GOOD,
    INFORMATION,
    LIFTABLE,
    NO,
    SIGNED,
    WARNING,
    flat,
    line_of,
    one,
    opening,
    rows,
    three,
    two,
)

LARGEST, TOO_LARGE = "999999999999,99", "1000000000000,00"
NBSP, NARROW_NBSP = "\u00a0", "\u202f"


def debit(text):
    """The entry with this debit."""
    return flat(one(Debit=text))


def sides(debit, credit):
    """The entry with this debit on its first line, and this credit on its second."""
    return flat(two({"Debit": debit}, {"Credit": credit}))


def amounts(first, second, directions="DC"):
    """The entry in `Montant` and `Sens`."""
    lines = [
        line_of("512000", Montant=first, Sens=directions[0]),
        line_of("101000", Montant=second, Sens=directions[1]),
    ]
    return flat(lines, shape={"columns": SIGNED})


def in_doubt(*found):
    """Entries of these amounts, with a zero that has no decimals on the other side."""
    lines = []
    for number, amount in enumerate(found, 1):
        debit, credit = opening(number, EcritureLib=f"Pièce {number}")
        lines += [
            debit | {"Debit": amount, "Credit": "0"},
            credit | {"Debit": "0", "Credit": amount},
        ]
    return flat(lines)


def on_one_side(first, second, side="Debit"):
    """An entry with both amounts on one side."""
    other = "Credit" if side == "Debit" else "Debit"
    return flat(two({side: first, other: "0,00"}, {side: second, other: "0,00"}))


RULES = [
    *rows(
        *("FEC-MNT-01", ERROR, ALWAYS),
        (2, "Debit", debit("10.00"), debit("10,00"), {"value": "10.00"}),
        (3, "Credit", sides("10,00", "10.0"), sides("10,00", "10,0"), {"expected": "10,0"}),
        (2, "Montant", amounts("10.00", "10,00"), amounts("10,00", "10,00")),
        (2, "Debit", debit("10.0000"), debit("10,0000"), {"expected": "10,0000"}),
        (
            2,
            "Debit",
            debit("-10.00"),
            debit("-10.000"),
            {"also_not": ("FEC-MNT-02",), "expected": "-10,00"},
        ),
        expected="10,00",
    ),
    *rows(
        *("FEC-MNT-02", ERROR, ALWAYS),
        *(
            (2, "Debit", debit(f"1{mark}000,00"), sides("1000,00", "1000,00"))
            for mark in (" ", NBSP, NARROW_NBSP, "'", "’", ".", ",")
        ),
        (
            *(2, "Debit", debit("1 234 567"), debit("1 234 56")),
            {"also_not": ("FEC-MNT-03",), "expected": "1234567"},
        ),
        (3, "Credit", sides("10,00", "-1.234,56"), GOOD, {"expected": "-1234,56"}),
        (3, "Credit", sides("10,00", "1,234.5-"), GOOD, {"expected": "1234,5-"}),
        (
            *(2, "Debit", debit("123.456"), debit("1234.567")),
            {"also_not": ("FEC-MNT-03",), "expected": "123456"},
        ),
        expected="1000,00",
    ),
    *rows(
        *("FEC-MNT-03", ERROR, ALWAYS),
        (2, "Debit", debit("abc"), GOOD, {"value": "abc"}),
        (2, "Debit", debit("1E"), GOOD),
        (2, "Debit", debit("10,00 €"), debit("10,00")),
        (3, "Credit", sides("10,00", "--10,00"), GOOD),
        (2, "Montant", amounts("x", "10,00"), amounts("10,00", "10,00")),
        (
            *(2, "Debit", debit("-10,00-"), on_one_side("10,00-", "10,00")),
            {"also_not": ("FEC-MNT-07",)},
        ),
        (  # the direction is not known either, and both are reported
            *(2, "Montant", amounts("x", "10,00", "XC"), amounts("10,00", "10,00", "XC")),
            {"also": ("FEC-SEN-01",), "also_not": ("FEC-SEN-01",)},
        ),
        expected="1234,56",
    ),
    *rows(
        *("FEC-MNT-04", WARNING, ALWAYS),
        (2, "Debit", debit("10,001"), debit("10,000"), {"value": "10,001"}),
        (3, "Credit", sides("10,00", "9,999"), sides("10,00", "10,00")),
        (2, "Montant", amounts("10,001", "10,00"), amounts("10,000", "10,00")),
        expected="1234,56",
    ),
    *rows(
        *("FEC-MNT-05", WARNING, NO),
        (
            *(2, "Credit"),
            flat(one(Debit="15,00", Credit="5,00")),
            flat(one(Debit="10,00", Credit="0,00")),
        ),
        (2, "Credit", flat(one(Debit="-5,00", Credit="-15,00")), GOOD, {"also": ("FEC-MNT-07",)}),
    ),
    *rows(
        *("FEC-MNT-06", INFORMATION, NO),
        (4, "Debit", flat(three()), flat(three(Montantdevise="1,00", Idevise="USD"))),
        (
            *(4, "Debit", flat(three(Montantdevise="0,00"))),
            flat(three(Debit="", Credit="")),
            {"also_not": ("FEC-OBL-05",)},
        ),
        (
            *((2, 3), "Montant", amounts("0,00", "0,00"), amounts("0,01", "0,01")),
            {"also": ("FEC-MNT-12",)},
        ),
        (  # an amount that cannot be read is not zero
            *(4, "Debit", flat(three(Debit="0,00")), flat(three(Debit="0.00"))),
            {"also_not": ("FEC-MNT-01",)},
        ),
    ),
    *rows(
        *("FEC-MNT-07", INFORMATION, NO),
        (
            2,
            "Debit",
            on_one_side("-10,00", "10,00"),
            on_one_side("0,00", "0,00", "Debit"),
            {"value": "-10,00", "also_not": ("FEC-MNT-06", "FEC-MNT-12")},
        ),
        (3, "Credit", on_one_side("10,00", "10,00-", "Credit"), GOOD, {"value": "10,00-"}),
        (2, "Montant", amounts("-10,00", "10,00", "DD"), amounts("10,00", "10,00", "DC")),
        (2, "Montant", amounts("-10,00", "10,00", "CC"), amounts("+10,00", "10,00", "CD")),
    ),
    *rows(
        *("FEC-MNT-08", WARNING, ALWAYS),
        (2, "Debit", debit(TOO_LARGE), sides(LARGEST, LARGEST), {"value": TOO_LARGE}),
        (3, "Credit", sides("10,00", TOO_LARGE), sides("10,00", "0000000000010,00")),
        expected="≤ 999999999999,99",
    ),
    *rows(
        *("FEC-MNT-10", INFORMATION, NO),
        (2, None, flat(one(Credit="")), GOOD, {"value": "1"}),
        (
            *(2, None, flat(two({"Credit": ""}, {"Debit": ""})), GOOD),
            {"value": "2", "expected": "Debit, Credit"},
        ),
        (
            *(4, None, flat(three(Debit="0,00", Credit=""))),
            flat(three(Debit="", Credit="")),
            {"also": ("FEC-MNT-06",), "also_not": ("FEC-OBL-05",)},
        ),
        expected="Credit",
    ),
    *rows(
        *("FEC-MNT-12", ERROR, LIFTABLE),
        *(
            (
                None,
                None,
                flat(two(nothing, nothing)),
                flat(two(nothing, {})),
                {"also": also, "also_not": (*also, *more)},
            )
            for nothing, also, more in [
                (
                    {"Debit": "0,00", "Credit": "0,00"},
                    ("FEC-MNT-06",),
                    ("FEC-ECR-01", "FEC-EQU-02"),
                ),
                ({"Debit": "", "Credit": ""}, ("FEC-OBL-05",), ("FEC-ECR-01", "FEC-EQU-02")),
            ]
        ),
    ),
    *rows(
        *("FEC-MNT-11", WARNING, NO),
        (2, "Debit", sides(",50", "0,50"), sides("0,50", "0,50"), {"value": ",50"}),
        (2, "Debit", debit("10,"), debit("10")),
        (3, "Credit", sides("10,00", "+ 10,00"), sides("10,00", "+10,00")),
        (2, "Debit", debit(" 10,00"), debit("10,00")),
        (2, "Montant", amounts("10,", "10,00"), amounts("10", "10,00")),
        expected="1234,56",
    ),
    *rows(
        *("FEC-MNT-14", ERROR, ALWAYS),
        (
            *(2, "Debit", in_doubt("1,250"), in_doubt("1,250", "2,5")),
            {"value": "1,250"},
        ),
        *(
            (2, "Debit", in_doubt("12,500"), in_doubt("12,500", settling))
            for settling in ("0,500", "1000", "2,5000", "1000,000")
        ),
        (2, "Montant", amounts("1,250", "1,250"), amounts("1,250", "1,25")),
    ),
    *rows(
        *("FEC-MNT-15", WARNING, NO),
        (
            *(2, "Debit", in_doubt(*map(str, range(101, 111)))),
            in_doubt(*map(str, range(101, 110)), "110,5"),
            {"value": "101"},
        ),
        (
            *(2, "Debit", in_doubt(*map(str, range(101, 111)))),
            in_doubt(*map(str, range(101, 110))),
        ),
    ),
    *rows(
        *("FEC-MNT-13", ERROR, ALWAYS),
        (2, "Debit", debit("1,2E+05"), sides("120000,00", "120000,00"), {"value": "1,2E+05"}),
        (2, "Debit", debit("1.2e-1"), debit("1.2e"), {"also_not": ("FEC-MNT-03",)}),
        (2, "Montant", amounts("1E+01", "10,00"), amounts("10,00", "10,00")),
        expected="1234,56",
    ),
]
