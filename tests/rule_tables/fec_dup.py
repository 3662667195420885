"""FEC-DUP: lines and entries that stand several times in a file."""

from __future__ import annotations

from helpers.rules import ERROR, INFORMATION, LIFTABLE, NO, flat, one, opening, rows

OFF = ("FEC-ECR-01", "FEC-EQU-02")


def two_entries():
    """The lines of two entries."""
    return [*opening(1), *opening(2)]


def halves(**changes):
    """An entry whose debit is two lines that say the same, but for the changes."""
    first, second = one(Debit="5,00")
    return flat([first, first | changes, second])


RULES = [
    *rows(
        *("FEC-DUP-01", INFORMATION, NO),
        (3, None, halves(), halves(EcritureLib="Autre"), {"value": "2"}),
        (3, None, halves(), halves(PieceRef="Autre")),
        (3, None, halves(), halves(Debit="5,01"), {"also_not": OFF}),
        (3, None, halves(), halves(PieceDate="20240228")),
        (  # what cannot be read may differ
            *(3, None, halves(), flat([*one(Debit="x")[:1], *one(Debit="y")])),
            {"also_not": ("FEC-MNT-03",)},
        ),
    ),
    *rows(
        *("FEC-DUP-02", ERROR, NO),
        (  # at once after itself
            *(2, None, flat(opening() * 2), flat([*opening(), *opening(EcritureLib="Autre")])),
            {"also": ("FEC-DUP-01",), "value": "AN/1", "expected": "2"},
        ),
        *(  # after others, wherever the blocks of the reading end
            (
                *((2, 4), None, flat(two_entries() * 2, limits=limits)),
                flat([*two_entries(), *opening(1, EcritureLib="x"), *opening(2, PieceRef="x")]),
                {
                    "also": told,
                    "also_not": ("FEC-ECR-04",),
                    "value": "AN/1",
                    "expected": ("2", "2"),
                },
            )
            for limits, told in (
                ({}, ("FEC-DUP-01", "FEC-DUP-03", "FEC-ECR-04")),
                ({"block_bytes": 300}, ("FEC-DUP-03", "FEC-ECR-04")),
            )
        ),
        (  # an entry may have a line twice
            *(2, None, flat(opening() * 3), halves()),
            {"also": ("FEC-DUP-01",), "also_not": ("FEC-DUP-01",), "expected": "3"},
        ),
    ),
    *rows(
        *("FEC-DUP-03", ERROR, LIFTABLE),
        (
            *(6, None, flat(two_entries() * 3)),
            flat([*two_entries(), *opening(1)]),  # one may be a coincidence
            {
                "also": ("FEC-DUP-01", "FEC-DUP-02", "FEC-ECR-04"),
                "also_not": ("FEC-DUP-01", "FEC-DUP-02", "FEC-ECR-04"),
                "value": "2",
                "expected": "3",
            },
        ),
    ),
]
