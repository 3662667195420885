"""FEC-ECR, FEC-EQU-03, FEC-NUM and FEC-ORD: entries, their numbers and their order."""

from __future__ import annotations

from datetime import date

from ecritures.core.grouping import Grouping
from helpers.rules import (
    ALWAYS,
    ERROR,
    GOOD,
    INFORMATION,
    LIFTABLE,
    NO,
    WARNING,
    flat,
    lettered,
    line_of,
    one,
    opening,
    purchase,
    rows,
    two,
)
from rule_tables.fec_tiers import SPREADSHEET

CURRENCY = {"Montantdevise": "1,00", "Idevise": "USD"}
APRIL = {"ValidDate": "20240430"}
NO_OPENING = ("FEC-ORD-03",)
OFF = ("FEC-ECR-01", "FEC-EQU-02")


def entry_of_days(*days):
    """The entry, and a second one (lines 4 and 5) with a line on each of these days."""
    lines = [
        row | {"EcritureDate": day} for row, day in zip(opening(2, **APRIL), days, strict=True)
    ]
    return flat([*opening(1, **APRIL), *lines])


def two_balanced_days():
    """The lines of an entry that balances on each of its two days."""
    return [
        row | APRIL | {"EcritureDate": day, "EcritureLib": f"Du {day}"}
        for day in ("20240301", "20240302")
        for row in opening(2)
    ]


def by_piece(*numbers):
    """Two entries that balance, told apart by their pieces as was chosen; each line's number."""
    lines = [*opening(PieceRef="A"), *opening(PieceRef="B")]
    numbered = [
        row | {"EcritureNum": number, "EcritureLib": f"Ligne {place}"}
        for place, (row, number) in enumerate(zip(lines, numbers, strict=True))
    ]
    return flat(numbered, group_by=Grouping.PIECE_DATE)


def sales_of_documents(*cents_off, before=20):
    """Sales of one document, then one of several whose debits are so many cents off."""
    rows = []
    for number, off in enumerate((0,) * before + cents_off, 1):
        sale = {"PieceRef": f"FA{number}", "EcritureLib": f"Facture {number}"}
        debit, credit = opening(min(number, before + 1), **APRIL | sale)
        rows += [debit | {"Debit": f"{10 + off / 100:.2f}".replace(".", ",")}, credit]
    return flat(rows)


def two_entries():
    """The lines of two entries."""
    return [*opening(1), *opening(2)]


def restarting(*numbers, step=0):
    """Entries of three days, numbered in the same way on each, or further by so much."""
    days = ("20240301", "20240302", "20240303")
    return flat(
        [
            line
            for rank, day in enumerate(days)
            for number in numbers
            for line in opening(
                number + rank * step, EcritureDate=day, EcritureLib=f"{number} {day}"
            )
        ]
    )


def off_balance(number):
    """The lines of an entry that lacks a cent."""
    first, second = opening(number, **APRIL)
    return [first | {"Debit": "9,99"}, second]


def alone(number, **changes):
    """A line that is an entry of its own, of no amount."""
    return line_of("512000", EcritureNum=str(number), **CURRENCY | changes)


def over_journals(*numbers):
    """Entries 1 to 5, those of even numbers purchases; the last line of some is in the bank."""
    lines = []
    for number in range(1, 6):
        journal = {} if number % 2 else {"JournalCode": "HA", "JournalLib": "Achats"}
        first, second = opening(number, **journal)
        if number in numbers:
            second |= {"JournalCode": "BQ", "JournalLib": "Banque"}
        lines += [first, second]
    return flat(lines)


def numbered(*numbers):
    """Entries of these numbers, in two journals: `HA1`, `BQ2`; else all of one."""
    journals = {"HA": "Achats", "BQ": "Banque"}
    lines = []
    for name in numbers:
        code, label = (name[:2], journals[name[:2]]) if name[:2] in journals else ("AN", "Soldes")
        number = name.removeprefix(code)
        lines += opening(number, JournalCode=code, JournalLib=label, PieceRef=f"P{name}")
    return flat(lines)


def validated(*days, lines_of=None):
    """An entry validated on each of these days."""
    entries = [row for n, day in enumerate(days, 1) for row in opening(n, ValidDate=day)]
    return flat(entries, limits={"block_bytes": lines_of} if lines_of else None)


def journal(code, label):
    """The entry in this journal."""
    return flat(opening(1, JournalCode=code, JournalLib=label))


def cleared(*accounts):
    """The second entry, on these accounts."""
    number = 2
    if isinstance(accounts[-1], int):
        *accounts, number = accounts
    return [
        row | {"CompteNum": account, "CompteLib": f"Compte {account}"}
        for row, account in zip(purchase(number), accounts, strict=True)
    ]


def opened(day, closing):
    """The entry on this day, in a fiscal year that ends on another."""
    dates = {"EcritureDate": day, "PieceDate": day, "ValidDate": day}
    return flat(opening(1, **dates), closing_date=date.fromisoformat(closing))


RULES = [
    *rows(
        *("FEC-ECR-01", ERROR, LIFTABLE),
        (2, None, flat(one(Debit="10,01")), GOOD, {"also": ("FEC-EQU-02",), "value": "0,01"}),
        (
            *((2, 4), None),
            flat([*one(Debit="10,01"), *purchase(Debit="0,00")[:1], *purchase(Credit="0,01")[1:]]),
            flat([*opening(), *purchase()]),
            {"also": ("FEC-MNT-06",)},
        ),
        (  # what cannot be read hides whether it balances
            *(2, None, flat(one(Debit="9,99")), flat(one(Debit="abc"))),
            {"also": ("FEC-EQU-02",), "also_not": ("FEC-MNT-03",), "value": "-0,01"},
        ),
        (  # a line without a number is taken for an entry of its own
            *((2, 3), None, flat([*two({}, {"EcritureNum": ""}), *opening(2)])),
            flat([*two({}, {}), *opening(2)]),
            {"also": ("FEC-OBL-01",), "expected": "3"},
        ),
        (  # one journal never completes another
            *((2, 3), None, flat(two({}, {"JournalCode": "AN2"}))),
            GOOD,
            {"also": ("FEC-ECR-11",)},
        ),
    ),
    *rows(
        *("FEC-ECR-02", WARNING, NO),
        (2, None, flat([alone(1)]), flat([alone(1), alone(1, EcritureLib="Autre")])),
        (4, None, flat([*opening(), alone(2)]), flat([*opening(), alone(1)])),
    ),
    *rows(
        *("FEC-ECR-03", WARNING, NO),
        (
            *(5, "EcritureDate"),
            entry_of_days("20240301", "20240302"),
            entry_of_days("20240302", "20240302"),
            {"also": ("FEC-ECR-06",), "value": "20240302"},
        ),
        expected="20240301",
    ),
    *rows(
        *("FEC-ECR-04", INFORMATION, NO),
        (
            *(5, None, flat([opening()[0], *opening(2), opening()[1]])),
            flat([*opening(), *opening(2)]),
        ),
    ),
    *rows(
        *("FEC-ECR-05", ERROR, NO),
        (
            *(4, "JournalCode", over_journals(2), over_journals()),
            {"also": ("FEC-ORD-02",), "also_not": ("FEC-ORD-02",), "value": "2"},
        ),
        (
            *(8, "JournalCode", over_journals(4), over_journals()),
            {"also": ("FEC-ORD-02",), "also_not": ("FEC-ORD-02",), "value": "4"},
        ),
        expected="HA, BQ",
    ),
    *rows(
        *("FEC-ECR-06", WARNING, NO),
        (  # an entry off balance keeps the dates from telling the entries apart
            *(4, None, entry_of_days("20240301", "20240302")),
            flat([*opening(1, **APRIL), *two_balanced_days(), *off_balance(3)]),
            {"also": ("FEC-ECR-03",), "also_not": (*OFF, "FEC-ECR-03"), "value": "10,00"},
        ),
        expected="20240301",
    ),
    *rows(
        *("FEC-ECR-07", WARNING, NO),
        (
            *(3, "ValidDate"),
            flat(two({}, {"ValidDate": "20240401"})),
            flat([*opening(), *opening(2, ValidDate="20240401")]),
            {"value": "20240401"},
        ),
        *(  # no date is not another one
            (
                *(3, "ValidDate", flat(two({}, {"ValidDate": "20240401"}))),
                flat(two({"ValidDate": before}, {"ValidDate": after})),
                {"also_not": ("FEC-OBL-02",)},
            )
            for before, after in (("", "20240401"), ("20240331", ""))
        ),
        expected="20240331",
    ),
    *rows(
        *("FEC-ECR-11", INFORMATION, NO),
        (
            *(2, None, flat(two({}, {"JournalCode": "AN2"}))),
            flat(two({}, {"JournalCode": "AN2", "EcritureDate": "20240102"})),
            {
                "value": "1",
                "also": ("FEC-ECR-01",),
                "also_not": ("FEC-ECR-01", "FEC-DAT-07"),
            },
        ),
        (  # each journal has its own number 1
            *(2, None, flat([*two({}, {"JournalCode": "AN2"}), *opening(2)])),
            flat([*two({}, {"JournalCode": "AN2"}), *opening(1, JournalCode="OD")]),
            {"also": ("FEC-ECR-01",), "also_not": ("FEC-ECR-01",)},
        ),
        expected="2",
    ),
    *rows(
        *("FEC-ECR-08", ERROR, NO),
        (2, None, by_piece("1", "2", "2", "2"), by_piece("1", "1", "2", "2"), {"value": "2"}),
    ),
    *rows(
        *("FEC-ECR-09", WARNING, NO),
        (
            *(44, "PieceRef", sales_of_documents(50, -50), sales_of_documents(0, 0)),
            {"value": "FA21, FA22", "expected": "0,50"},
        ),
        (  # of few documents, two at most
            *(12, "PieceRef", sales_of_documents(50, -50, before=4)),
            sales_of_documents(50, -70, 20, before=4),
            {"value": "FA5, FA6", "expected": "0,50"},
        ),
        (
            *(44, "PieceRef", sales_of_documents(1, -1, 0), sales_of_documents(1, -2)),
            {"value": "FA21, FA22", "expected": "0,01", "also_not": OFF},
        ),
    ),
    *rows(
        *("FEC-EQU-03", WARNING, NO),
        (
            *((None, None), None),
            entry_of_days("20240331", "20240401"),
            entry_of_days("20240330", "20240331"),
            {"also": ("FEC-ECR-03", "FEC-ECR-06"), "also_not": ("FEC-ECR-03", "FEC-ECR-06")}
            | {"value": "10,00"},
        ),
        expected=("2024-03", "2024-04"),
    ),
    *rows(
        *("FEC-NUM-01", WARNING, NO),
        (4, "EcritureNum", numbered("1", "3"), numbered("1", "2"), {"value": "3"}),
        (
            6,
            "EcritureNum",
            numbered("A1", "A2", "A4"),
            numbered("A1", "A2", "B1"),
            {"expected": "3"},
        ),
        (  # nine in ten are numbers, or none is held to be
            *(4, "EcritureNum", numbered("1", "3", *map(str, range(4, 11)), "x")),
            numbered("1", "3", *map(str, range(4, 10)), "x"),
        ),
        (
            *(6, "EcritureNum", numbered("HA1", "BQ1", "HA3", "BQ2")),
            numbered("HA1", "BQ1", "HA2", "BQ2"),
            {"also": ("FEC-ORD-03",), "also_not": ("FEC-ORD-03",)},
        ),
        expected="2",
    ),
    *rows(
        *("FEC-NUM-02", ERROR, NO),
        (4, "EcritureNum", numbered("1", "01"), numbered("1", "02"), {"value": "01"}),
        (
            *(6, "EcritureNum"),
            flat([*two_entries(), *opening(1, EcritureDate="20240302")]),
            flat([*two_entries(), *opening(3, EcritureDate="20240302")]),
        ),
        (  # what restarts each day is reported once
            *(6, "EcritureNum", restarting(1, 2)),
            restarting(1, 2, step=2),
            {"value": "4", "expected": "6, 8, 10, 12", "counted": 4},
        ),
        (  # numbering is common to the journals
            *(8, "EcritureNum", numbered("HA1", "BQ2", "HA3", "BQ3")),
            numbered("HA1", "BQ1", "HA2", "BQ2"),
            {"also": ("FEC-ORD-03",), "also_not": ("FEC-ORD-03",)},
        ),
    ),
    *rows(
        *("FEC-NUM-03", ERROR, NO),
        (  # the number that stands too early is reported, where that mends the sequence
            *(4, "EcritureNum", numbered("1", "3", "2"), numbered("1", "2", "3")),
            {"value": "3 → 2"},
        ),
        (6, "EcritureNum", numbered("2", "3", "1"), numbered("1", "2", "3"), {"value": "3 → 1"}),
        (4, "EcritureNum", numbered("2", "1"), numbered("1", "2"), {"value": "2 → 1"}),
    ),
    *rows(
        *("FEC-NUM-05", ERROR, NO),
        (
            *(None, "EcritureNum"),
            flat([*opening(7), *opening(7, EcritureDate="20240302")]),
            flat([*opening(7), *opening(8, EcritureDate="20240302")]),
            {"value": "7"},
        ),
        (  # each line has a number of its own
            *(None, "EcritureNum"),
            flat([row | {"EcritureNum": str(place)} for place, row in enumerate(two_entries())]),
            flat(two_entries()),
        ),
    ),
    *rows(
        *("FEC-NUM-06", ERROR, ALWAYS),
        *(
            (*(2, "EcritureNum"), flat(opening(lost)), flat(opening(own)), {"value": lost})
            for lost, own in SPREADSHEET
        ),
    ),
    *rows(
        *("FEC-NUM-07", WARNING, NO),
        (2, "EcritureNum", flat(opening("12.0")), flat(opening("12.05")), {"expected": "12"}),
        (
            *(2, "JournalCode", flat(purchase(1, JournalCode="2.0"))),
            flat(purchase(1, JournalCode="2.X")),
            {"value": "2.0", "expected": "2", "also": NO_OPENING, "also_not": NO_OPENING},
        ),
        (
            *(2, "CompAuxNum", flat(lettered(CompAuxNum="101.0", CompAuxLib="Un"))),
            flat(lettered(CompAuxNum="101.1", CompAuxLib="Un")),
            {"expected": "101"},
        ),
    ),
    *rows(
        *("FEC-PIE-01", ERROR, NO),
        *(
            (2, "PieceRef", flat(opening(PieceRef=lost)), flat(opening(PieceRef=own)))
            for lost, own in SPREADSHEET
        ),
    ),
    *rows(
        *("FEC-PIE-02", ERROR, ALWAYS),
        *(
            (
                *(2, "PieceRef", flat(opening("", PieceRef=lost))),
                flat(opening("", PieceRef=own)),
                {"also": ("FEC-OBL-01",), "also_not": ("FEC-OBL-01",), "value": lost},
            )
            for lost, own in SPREADSHEET[:2]
        ),
    ),
    *rows(
        *("FEC-ORD-01", ERROR, NO),
        (  # the day that stands too early is reported, where that mends the order
            *(2, "ValidDate", validated("20240331", "20240330")),
            validated("20240331", "20240331"),
            {"value": "20240331"},
        ),
        (
            *(6, "ValidDate", validated("20240331", "20240401", "20240330")),
            validated("20240331", "20240401", "20240401"),
            {"value": "20240330"},
        ),
        (
            *(4, "ValidDate", validated("20240331", "20240402", "20240401")),
            validated("20240331", "20240401", "20240402"),
            {"value": "20240402"},
        ),
        (  # a day that is missing between two others hides nothing
            *(2, "ValidDate", validated("20240401", "", "20240331")),
            validated("20240331", "", "20240401"),
            {"also": ("FEC-OBL-02",), "also_not": ("FEC-OBL-02",)},
        ),
        *(  # wherever the blocks of the reading end
            (
                *(6, "ValidDate"),
                validated("20240331", "20240401", "20240330", "20240401", lines_of=size),
                validated("20240330", "20240331", "20240401", "20240401", lines_of=size),
            )
            for size in (100, 300)
        ),
    ),
    *rows(
        *("FEC-ORD-02", ERROR, NO),
        (
            *(4, "JournalCode"),
            flat([*purchase(1), *opening(2)]),
            flat([*opening(1), *purchase(2)]),
            {"value": "AN"},
        ),
    ),
    *rows(
        *("FEC-ORD-03", INFORMATION, NO),
        *(
            (None, None, journal("HA", "Achats"), journal(code, label))
            for code, label in [
                *((code, "Journal") for code in ("AN", "ANO", "RAN", "ANX", "AN0", "OUV", "BO")),
                *(("OD", word) for word in ("À nouveau", "Ouverture", "Reprise des soldes")),
                ("an", "Journal"),
            ]
        ),
    ),
    *rows(
        *("FEC-ORD-04", ERROR, NO),
        *(
            (
                *(4, "CompteNum", flat([*opening(1), *cleared("120000", account)])),
                flat([*opening(1), *cleared("110000", account)]),
            )
            for account in ("706000", "606000")
        ),
        (  # the result of the year before, carried forward
            *(4, "CompteNum", flat([*opening(1), *cleared("129000", "706000")])),
            flat([*opening(1), *cleared("120000", "110000"), *cleared("101000", "706000", 3)]),
        ),
    ),
    *rows(
        *("FEC-ORD-05", WARNING, NO),
        (
            *(2, "EcritureDate", opened("20231230", "20241231")),
            opened("20231231", "20241231"),
            {"value": "20231230"},
        ),
        expected="2024-12-31",
    ),
]
