"""FEC-STR: separator, header, columns, fields and lines."""

from __future__ import annotations

import re

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


def header_by(mark, count):
    """So many names of the law, between these marks."""
    return raw(mark.join(COLUMNS[:count]).encode())


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


def quoted_fields(*names):
    """The entry, with these columns in quotes."""
    return flat([row | {name: f'"{row[name]}"' for name in names} for row in opening()])


def nothing(word, **changes):
    """The entry, with a word in its empty fields."""
    empty = dict.fromkeys(("CompAuxNum", "EcritureLet", "DateLet", "Montantdevise"), word)
    return flat([row | empty | changes for row in opening()])


def late_word(word):
    """Many entries, with a word in the last field of lettering."""
    lines = [line for number in range(1, 702) for line in opening(number, EcritureLib=str(number))]
    lines[1400]["EcritureLet"] = word
    return flat(lines)


TABS = fec(opening(), separator="\t").decode()
TOTAL = "Total" + "|" * 11 + "10,00|10,00" + "|" * 5 + "\r\n"
DATED_TOTAL = "AN||1|20240301|Total" + "|" * 7 + "10,00|10,00" + "|" * 5 + "\r\n"
MUTE = "|" * 11 + "10,00|10,00" + "|" * 5 + "\r\n"
TOTALS = [
    (MUTE, "10,00 / 10,00"),
    *(("|" * 10 + f"{told}{MUTE[10:]}", told) for told in ("Report page 2", "À reporter")),
    ("Solde du journal AN" + MUTE, "Solde du journal AN"),
    ("Total général : 10,00\r\n", "Total général : 10,00"),
]
CUT = FIRST.replace("Facture 1 à", "Facture 1\nà")
EMPTY_ROW = "|" * HEADER.count("|") + "\r\n"

RULES = [
    *rows(
        *("FEC-STR-01", ERROR, ALWAYS),
        *(
            (1, None, header_by(mark, 9), header_by(mark, 8), {"value": mark} | near)
            for mark in (";", ",", " ")
            for near in [{"also_not": ("FEC-STR-02",)}]
        ),
        (  # that of the lines, where the header has two
            *(2, None, text(HEADER.replace("|", ";", 5), FIRST.replace("|", ";")), GOOD),
            {"value": ";"},
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
        ),
        (
            *(1, "IdClient"),
            columns(*CASH, regime="bnc-cash"),
            columns(*CASH, "IdClient"),
        ),
    ),
    *rows(
        *("FEC-STR-28", ERROR, NO),
        (
            *(1, "Journal Code"),
            text(HEADER.replace("JournalCode", "Journal Code"), FIRST, SECOND),
            text(HEADER.replace("JournalCode", "JOURNALCODE"), FIRST, SECOND),
            {"value": "Journal Code"},
        ),
        (
            *(1, "Journal-Lib"),
            text(re.sub("(Lib|Num|Date)(?=[|])", r"-\1", HEADER), FIRST, SECOND),
            text(HEADER.replace("Lib", "LIB"), FIRST, SECOND),
            {"value": "Journal-Lib, Ecriture-Num, Ecriture-Date…"},
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
        *("FEC-STR-27", ERROR, ALWAYS),
        (
            *(1, "DEBIT", columns(*COLUMNS, "DEBIT"), columns(*COLUMNS, "Débit2")),
            {"also_not": ("FEC-STR-06",)},
        ),
        (
            *(1, "CompteNum", columns(*COLUMNS, "CompteNum"), columns(*COLUMNS, "CompteLib")),
            {"also_not": ("FEC-STR-05",)},
        ),
    ),
    *rows(
        *("FEC-STR-06", INFORMATION, NO),
        (1, "Axe", columns(*COLUMNS, "Axe"), columns(*COLUMNS, "")),
    ),
    *rows(
        *("FEC-STR-07", ERROR, ALWAYS),
        (  # what is left of the entry is off balance, and the file is not held to be
            *(2, None, text(HEADER, FIRST.replace("Facture 1", "Facture | 1"), SECOND)),
            text(HEADER, FIRST.strip() + "|\r\n", SECOND),
            {"also": ("FEC-ECR-01",), "value": "19", "also_not": ("FEC-STR-09",)},
        ),
        (
            *(3, None, text(HEADER, FIRST, SECOND.rstrip()[:-1]), GOOD),
            {"also": ("FEC-ECR-01",), "value": "17"},
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
            *(2, None, text(HEADER, *(f"{x.strip()}|\r\n" for x in (FIRST, SECOND)))),
            text(*(f"{x.strip()}|\r\n" for x in (HEADER, FIRST, SECOND))),
            {"value": "2"},
        ),
        (  # of one line alone, whose dates and amounts are where they should be
            *(3, None, text(HEADER, FIRST, SECOND.strip() + "||\r\n")),
            text(HEADER, FIRST, SECOND.strip() + "\r\n"),
            {"value": "1"},
        ),
        (  # in the header alone
            *(1, None, text(f"{HEADER.strip()}|\r\n", FIRST, SECOND), GOOD),
            {"value": "1"},
        ),
    ),
    *rows(
        *("FEC-STR-29", ERROR, NO),
        (
            *(2, None, text(HEADER, *(f"{x.strip()[:-2]}\r\n" for x in (FIRST, SECOND)))),
            GOOD,
            {"value": "2"},
        ),
        (  # a line that is cut inside its last field
            *(2, None, text(HEADER, FIRST.strip()[:-2] + "\r\n", SECOND)),
            text(HEADER, FIRST.strip()[:-3] + "\r\n", SECOND),
            {"value": "1", "also_not": ("FEC-STR-07", "FEC-ECR-01")},
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
            {"also_not": ("FEC-STR-03", "FEC-STR-15")},
        ),
        *(  # a program that quotes its texts, or its codes, alone
            (2, None, quoted_fields(*names), quoted_fields("EcritureLib"), {"value": told})
            for names, told in [
                (("JournalCode", "CompteNum", "CompteLib"), "JournalCode, CompteNum"),
                (("EcritureNum",), "EcritureNum"),
            ]
        ),
    ),
    *rows(
        *("FEC-STR-19", WARNING, NO),
        (None, None, raw(BASE.replace(b"\r\n", b"\r\r\n")), GOOD, {"value": "3"}),
    ),
    *rows(
        *("FEC-STR-20", ERROR, ALWAYS),
        (1, None, text(TABS.replace("\t", "|", 5)), text(TABS), {"value": "TAB"}),
        (1, None, text(BASE.decode().replace("|", "\t", 5)), GOOD, {"value": "|"}),
        (1, None, text(BASE.decode().replace("|", ";", 5)), GOOD, {"value": "|"}),
        (1, None, text(TABS.replace("\t", ",", 5)), text(TABS), {"value": "TAB"}),
    ),
    *rows(
        *("FEC-STR-21", ERROR, ALWAYS),
        (
            *(2, "EcritureLib", text(HEADER, CUT, SECOND), GOOD),
            {"also": ("FEC-STR-11",), "value": "2", "expected": "3"},
        ),
        (  # with line ends that are all alike
            *(2, "EcritureLib", text(*(x.replace("\r", "") for x in (HEADER, CUT, SECOND)))),
            GOOD,
            {"value": "2", "expected": "3"},
        ),
    ),
    *rows(
        *("FEC-STR-22", ERROR, NO),
        *(
            (2, None, nothing(word), nothing(""), {"value": word})
            for word in ("NULL", "null", "(null)", "None", "N/A", "NaN")
        ),
        (  # far below the first lines
            *(1402, None, late_word("NULL"), late_word("")),
            {"value": "NULL", "expected": "EcritureLet"}
            | dict.fromkeys(("also", "also_not"), ("FEC-REV-03",)),
        ),
        expected="CompAuxNum, EcritureLet, DateLet, Montantdevise",
    ),
    *rows(
        *("FEC-STR-23", ERROR, NO),
        (4, None, text(BASE.decode(), HEADER), GOOD),
        (3, None, text(HEADER, FIRST, HEADER, SECOND), GOOD),
    ),
    *rows(
        *("FEC-STR-26", ERROR, ALWAYS),
        *(
            (4, None, text(BASE.decode(), moved), GOOD)
            for moved in (
                HEADER.replace("Debit|Credit", "Credit|Debit"),
                "|".join(reversed(HEADER.strip().split("|"))) + "\r\n",
            )
        ),
    ),
    *rows(
        *("FEC-STR-24", ERROR, NO),
        (4, None, text(BASE.decode(), TOTAL), GOOD),
        (4, None, text(BASE.decode(), TOTAL.replace("Total", "Sous-total journal AN")), GOOD),
        (4, None, text(BASE.decode(), DATED_TOTAL), GOOD),
        *((4, None, text(BASE.decode(), total), GOOD, {"value": shown}) for total, shown in TOTALS),
    ),
    *rows(
        *("FEC-STR-25", ERROR, ALWAYS),
        (
            *(2, None, text(HEADER, *[FIRST.replace("||", "|", 1)] * 3)),
            text(HEADER, FIRST, SECOND, FIRST.replace("||", "|", 1)),
            {"value": "3", "also_not": ("FEC-STR-07",)},
        ),
    ),
    *rows(
        *("FEC-STR-14", ERROR, NO),
        (
            *(4, None, text(BASE.decode(), " \r\n"), text(BASE.decode(), "\r\n")),
            {"also_not": ("FEC-STR-08",)},
        ),
        (  # of separators alone, as a spreadsheet writes empty rows: told once
            *(4, None, text(BASE.decode(), *[EMPTY_ROW] * 2), text(BASE.decode())),
            {"value": "2"},
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
            (
                *(2, None, spaced(name, f" {word}"), spaced(name, word)),
                {"value": "1", "expected": name},
            )
            for name, word in [
                ("JournalLib", "À-nouveaux"),
                ("CompteNum", "512000"),
                ("EcritureLib", "a b"),
                ("PieceRef", "F1"),
            ]
        ),
        (
            *(
                2,
                None,
                flat(two({"PieceRef": "F1  "}, {"PieceRef": "F1  ", "CompteNum": "101000 "})),
            ),
            GOOD,
            {"value": "3", "expected": "CompteNum, PieceRef"},
        ),
    ),
    *rows(
        *("FEC-STR-18", ERROR, ALWAYS),
        *(
            (
                *(1, None, more(*bad), more(*good)),
                {"value": value, "expected": limit, "also_not": ("FEC-STR-06",)},
            )
            for bad, good, value, limit in [
                (["x"] * 983, ["x"] * 982, "1001", None),
                (["y" * 101], ["y" * 100], "y" * 101, "100"),
                (
                    *(["PieceDate" + ACCENT * 92], ["x" + ACCENT * 99]),
                    *("PieceDate" + ACCENT * 92, "100"),
                ),
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
