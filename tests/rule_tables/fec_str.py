"""FEC-STR: separator, header, columns, fields and lines."""

from __future__ import annotations

from helpers.fec import COLUMNS, fec
from helpers.rules import (
    ALWAYS,
    CASH,
    ERROR,
    GOOD,
    INFORMATION,
    NO,
    SIGNED,
    WARNING,
    flat,
    one,
    opening,
    raw,
    rows,
    two,
)

BASE = fec(opening())
HEADER, FIRST, SECOND = BASE.decode().splitlines(keepends=True)
NEEDED = ["EcritureDate", "CompteNum", "Debit", "Credit"]


def columns(*names, **told):
    """The entry, with these columns."""
    return flat(opening(), shape={"columns": list(names)}, **told)


def without(name, of=COLUMNS, **told):
    return columns(*(column for column in of if column != name), **told)


def columns_of_any_case():
    return raw(BASE.replace(b"PieceRef", b"PIECEREF"))


def swapped(first, second):
    other = {first: second, second: first}
    return columns(*(other.get(name, name) for name in COLUMNS))


def text(*lines):
    return raw("".join(lines).encode())


def quoted(count):
    """A header whose first names are in quotes."""
    return text("|".join(f'"{n}"' if i < count else n for i, n in enumerate(COLUMNS)), "\n")


def spaced(column, text):
    return flat(two({column: text}, {}))


ACCENT = "\u0301"


def more(*names, separator="|"):
    """The entry, with these columns beyond the law."""
    return flat(opening(), shape={"columns": [*COLUMNS, *names], "separator": separator})


RULES = [
    *rows(
        *("FEC-STR-01", ERROR, ALWAYS),
        *(
            (1, None, raw(mark * 9), raw(mark * 8), {"value": mark.decode(), "also_not": told})
            for mark in (b";", b",", b" ")
            for told in [("FEC-STR-02",)]
        ),
    ),
    *rows(
        *("FEC-STR-02", ERROR, ALWAYS),
        (1, None, raw(b"hello"), flat([]), {"also_not": ("FEC-FIC-02",)}),
        (
            *(1, None, raw(b"a|b"), raw(b"a|Idevise")),
            {"also_not": ("FEC-STR-03", "FEC-STR-06", "FEC-STR-15")},
        ),
    ),
    *rows(
        *("FEC-STR-03", ERROR, NO),
        (1, "PieceRef", without("PieceRef"), columns_of_any_case()),
        (1, "ValidDate", without("ValidDate"), GOOD),
        (
            *(1, "NatOp"),
            columns(*CASH[:-1], regime="ba-cash"),
            columns(*CASH, regime="ba-cash"),
            {"also": ("FEC-OBL-04",), "also_not": ("FEC-OBL-04",)},
        ),
        (
            *(1, "IdClient"),
            columns(*CASH, regime="bnc-cash"),
            columns(*CASH, "IdClient"),
            {"also": ("FEC-OBL-04",), "also_not": ("FEC-OBL-04",)},
        ),
    ),
    *rows(
        *("FEC-STR-04", ERROR, NO),
        (1, None, swapped("Debit", "Credit"), GOOD),
        (1, None, swapped("Montantdevise", "Idevise"), GOOD),
        (
            *(1, None, columns("Axe", *COLUMNS), columns(*COLUMNS, "Axe")),
            {"also": ("FEC-STR-06",), "also_not": ("FEC-STR-06",)},
        ),
        expected="JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise",
    ),
    *rows(
        *("FEC-STR-05", ERROR, NO),
        (
            *(1, "Idevise", columns(*COLUMNS, "Idevise"), columns(*COLUMNS, "Idevise2")),
            {"also_not": ("FEC-STR-06",)},
        ),
    ),
    *rows(
        *("FEC-STR-06", INFORMATION, NO),
        (1, "Axe", columns(*COLUMNS, "Axe"), columns(*COLUMNS, "")),
    ),
    *rows(
        *("FEC-STR-07", ERROR, ALWAYS),
        (  # what is left of the entry is off balance, and the file is not held to be
            *(2, None, text(HEADER, FIRST.strip(), "|\n", SECOND)),
            text(HEADER, FIRST.strip(), "|\n", SECOND.strip(), "|\n"),
            {"also": ("FEC-ECR-01", "FEC-ECR-02", "FEC-STR-11"), "value": "19"}
            | {"also_not": ("FEC-STR-09", "FEC-STR-11")},
        ),
        (
            *(3, None, text(HEADER, FIRST, SECOND.rstrip()[:-1]), GOOD),
            {"also": ("FEC-ECR-01", "FEC-ECR-02"), "value": "17"},
        ),
        expected="18",
    ),
    *rows(
        *("FEC-STR-08", WARNING, NO),
        (
            *(4, None, text(BASE.decode(), "\r\n"), text(BASE.decode(), " \r\n")),
            {"also_not": ("FEC-STR-14",)},
        ),
        (3, None, text(HEADER, FIRST, "\r\n", SECOND), GOOD),
    ),
    *rows(
        *("FEC-STR-09", ERROR, NO),
        (
            *((2, 3), None, text(HEADER, *(f"{x.strip()}|\r\n" for x in (FIRST, SECOND)))),
            text(*(f"{x.strip()}|\r\n" for x in (HEADER, FIRST, SECOND))),
        ),
    ),
    *rows(
        *("FEC-STR-11", WARNING, NO),
        (None, None, raw(BASE.replace(b"\r\n", b"\n", 1)), raw(BASE.replace(b"\r\n", b"\n"))),
        (None, None, raw(BASE.replace(b"\r\n", b"\r", 1)), raw(BASE.replace(b"\r\n", b"\r"))),
    ),
    *rows(
        *("FEC-STR-13", ERROR, ALWAYS),
        (
            *(1, None, quoted(10), quoted(9)),
            {"also_not": ("FEC-STR-03", "FEC-STR-06", "FEC-STR-15")},
        ),
    ),
    *rows(
        *("FEC-STR-14", ERROR, NO),
        (
            *(4, None, text(BASE.decode(), " \r\n"), text(BASE.decode(), "\r\n")),
            {"also_not": ("FEC-STR-08",)},
        ),
    ),
    *rows(
        *("FEC-STR-15", ERROR, ALWAYS),
        *(
            (1, name, without(name), without("CompteLib"), {"also": told, "also_not": told})
            for name in NEEDED
            for told in [("FEC-STR-03",)]
        ),
        (
            *(1, "Sens", without("Sens", of=SIGNED), without("Idevise")),
            {"also": ("FEC-STR-03",), "also_not": ("FEC-STR-03",)},
        ),
    ),
    *rows(
        *("FEC-STR-16", INFORMATION, NO),
        *(
            (2, name, spaced(name, f" {word}"), spaced(name, word), {"value": f" {word}"})
            for name, word in [
                ("JournalLib", "À-nouveaux"),
                ("CompteNum", "512000"),
                ("EcritureLib", "a b"),
                ("PieceRef", "F1"),
            ]
        ),
        (2, "EcritureNum", spaced("EcritureNum", "1 "), GOOD),
    ),
    *rows(
        *("FEC-STR-18", ERROR, ALWAYS),
        *(
            (1, None, more(*bad), more(*good), {"value": value, "also_not": ("FEC-STR-06",)})
            for bad, good, value in [
                (["x"] * 983, ["x"] * 982, "1001"),
                (["y" * 101], ["y" * 100], "y" * 101),
                (["PieceDate" + ACCENT * 92], ["x" + ACCENT * 99], "PieceDate" + ACCENT * 92),
            ]
        ),
        (
            *(1, None, more(*["x"] * 983, separator="\t")),
            more("x", separator="\t"),
            {"also_not": ("FEC-STR-06",)},
        ),
    ),
    *rows(
        *("FEC-STR-17", INFORMATION, NO),
        *(
            (
                *(line, None),
                flat(lines, shape={"separator": "\t"}),
                flat(one(EcritureLib="a¦b"), shape={"separator": "\t"}),
            )
            for line, lines in [
                (2, one(EcritureLib="a|b")),
                (3, two({}, {"EcritureLib": "a|b"})),
                (2, two({"EcritureLib": "|"}, {"EcritureLib": "|"})),
            ]
        ),
    ),
]
