"""FEC-OBL: the fields that must be filled, by regime."""

from __future__ import annotations

from helpers.rules import CASH, ERROR, GOOD, NO, SIGNED, flat, line_of, one, opening, rows, three

SETTLED = {"DateRglt": "20240301", "ModeRglt": "Virement", "NatOp": "Vente"}
BOTH = (2, 3)


def cash(regime="ba-cash", **changes):
    """The entry of a cash regime."""
    names = CASH if regime == "ba-cash" else [*CASH, "IdClient"]
    return flat(opening(1, **SETTLED | changes), shape={"columns": names}, regime=regime)


def receipt(regime="ba-cash", **changes):
    """The same, of another journal than that of openings."""
    return cash(regime, JournalCode="BQ", JournalLib="Banque", **changes)


def empty(column, **told):
    return flat(opening(1, **{column: ""}), **told)


def sides(debit, credit):
    """The entry, and a line with these sides."""
    return flat(three(Debit=debit, Credit=credit))


def amount(text):
    """The entry in one amount and a direction, and a line with this amount."""
    lines = [
        line_of(word, Montant=number, Sens=sign)
        for word, number, sign in [
            *(("512000", "10,00", "D"), ("101000", "10,00", "C")),
            ("512000", text, "D"),
        ]
    ]
    return flat(lines, shape={"columns": SIGNED})


NO_OPENING = {"also": ("FEC-ORD-03",)}
RULES = [
    *rows(
        *("FEC-OBL-01", ERROR, NO),
        (  # what a program never fills is reported once
            *(2, "EcritureLib"),
            flat([*opening(1, EcritureLib=""), *opening(1, EcritureLib="")]),
            GOOD,
            {"expected": "4", "counted": 4, "also": ("FEC-DUP-01", "FEC-DUP-02")},
        ),
        (BOTH, "EcritureNum", empty("EcritureNum"), GOOD),
        (2, "CompteLib", flat(one(CompteLib="")), flat(one(CompteLib="-"))),
        (2, "EcritureLib", flat(one(EcritureLib="")), flat(one(EcritureLib="-"))),
        (
            *(
                2,
                "CompteNum",
                flat(one(CompteNum="")),
                flat(one(CompteNum=""), regime="commercial"),
            ),
            {"also": ("FEC-CPT-05",), "also_not": ("FEC-CPT-05",)},
        ),
        (2, "CompteLib", flat(one(CompteLib=""), regime="commercial"), GOOD),
        (BOTH, "EcritureLib", cash(EcritureLib=""), cash()),
        (BOTH, "EcritureNum", cash("bnc-cash", EcritureNum=""), cash("bnc-cash")),
        (
            *(2, "EcritureLib", flat(one(EcritureLib=" ")), flat(one(EcritureLib="."))),
            {"also": ("FEC-STR-16",)},
        ),
    ),
    *rows(
        *("FEC-OBL-02", ERROR, NO),
        (*(BOTH, "JournalCode", empty("JournalCode"), empty("JournalCode", regime="commercial")),),
        (BOTH, "JournalLib", empty("JournalLib"), empty("JournalLib", regime="commercial")),
        (2, "PieceRef", flat(one(PieceRef="")), flat(one(PieceRef="-"))),
        (2, "PieceDate", flat(one(PieceDate="")), GOOD),
        (*(2, "PieceDate", flat(one(PieceDate="   ")), flat(one(PieceDate="20240229 "))),),
        (BOTH, "ValidDate", empty("ValidDate"), GOOD),
        (2, "PieceRef", flat(one(PieceRef=""), regime="commercial"), GOOD),
        (BOTH, "ValidDate", cash(ValidDate=""), cash()),
        (BOTH, "PieceDate", cash("bnc-cash", PieceDate=""), cash("bnc-cash", JournalLib="")),
    ),
    *rows(
        *("FEC-OBL-04", ERROR, NO),
        *(
            (BOTH, name, receipt(regime, **{name: ""}), cash(regime, NatOp=""), NO_OPENING)
            for name in ("DateRglt", "ModeRglt")
            for regime in ("ba-cash", "bnc-cash")
        ),
        (
            *(BOTH, "ModeRglt", receipt(ModeRglt="")),
            flat(opening(1, **SETTLED | {"ModeRglt": ""}), shape={"columns": CASH}, regime="bic"),
            NO_OPENING,
        ),
        # An opening entry settles nothing.
        (BOTH, "DateRglt", receipt(DateRglt=""), cash(DateRglt="", ModeRglt=""), NO_OPENING),
    ),
    *rows(
        *("FEC-OBL-05", ERROR, NO),
        (4, "Debit", sides("", ""), sides("0,00", ""), {"also_not": ("FEC-MNT-06", "FEC-MNT-10")}),
        (4, "Montant", amount(""), amount("0,00"), {"also_not": ("FEC-MNT-06",)}),
    ),
]
