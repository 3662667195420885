"""FEC-AUX, FEC-JRN and FEC-DEV: third parties, journals and currencies."""

from __future__ import annotations

from helpers.rules import (
    ALWAYS,
    ERROR,
    GOOD,
    INFORMATION,
    NO,
    WARNING,
    flat,
    lettered,
    one,
    opening,
    rows,
    two,
)

OFF = {"also": ("FEC-LET-02",), "also_not": ("FEC-LET-02",)}
NOTHING_LETTERED = {"also": ("FEC-LET-03",), "also_not": ("FEC-LET-03",)}


def third_party(number, label):
    return flat(one(CompAuxNum=number, CompAuxLib=label))


def alone(number, label, lines):
    """Entries whose first lines, so many, have this third party, lettered together."""
    given = {"CompAuxNum": number, "CompAuxLib": label, "EcritureLet": "A", "DateLet": "20240331"}
    rows = [
        row | (given if at < lines else {}) | {"CompteNum": "411000", "EcritureLib": f"Ligne {at}"}
        for at, row in enumerate([*opening(), *opening(), *opening()])
    ]
    return flat([row | {"CompteLib": "Clients"} for row in rows])


def named(*labels):
    """The entry with one third party, whose label each line says."""
    return flat(lettered(*({"CompAuxNum": "C1", "CompAuxLib": label} for label in labels)))


def journals(*labels):
    return flat(two(*({"JournalLib": label} for label in labels)))


def of_day(day):
    dates = dict.fromkeys(("EcritureDate", "PieceDate", "ValidDate"), day)
    return flat(opening(**dates))


def currency(amount, code):
    return flat(one(Montantdevise=amount, Idevise=code))


SPREADSHEET = [
    *(("4,11E+07", "4E07"), ("4.11E+07", "411E+07"), ("#REF!", "#REF"), ("#N/A", "#N")),
    *(("#####", "##"), ("#NOM?", "#NOM"), ('="0001"', '=0001"')),
]
"""What a spreadsheet leaves of a number, and a number that is much like it."""
LOST_PARTY = {"CompAuxNum": "#REF!", "CompAuxLib": "Un"}

RULES = [
    *rows(
        *("FEC-AUX-01", WARNING, NO),
        (
            *(2, "CompAuxNum", third_party("C1", ""), third_party("C1", "Client")),
            NOTHING_LETTERED | {"value": "C1"},
        ),
        (
            *(2, "CompAuxLib", third_party("", "Client"), GOOD),
            {"value": "Client", "expected": "CompAuxNum"},
        ),
        (  # what a program never gives is reported once
            *(2, "CompAuxNum", alone("C1", "", 3), alone("C1", "Client", 3)),
            {"value": "3", "expected": None, "counted": 3} | OFF,
        ),
        expected="CompAuxLib",
    ),
    *rows(
        *("FEC-AUX-02", WARNING, NO),
        (3, "CompAuxLib", named("Un", "Deux"), named("Un", "Un"), {"value": "C1 : Deux"}),
        (  # no label is another label too
            *(3, "CompAuxLib", named("Un", ""), named("", "")),
            {"also": ("FEC-AUX-01",), "also_not": ("FEC-AUX-01",), "value": "C1 : "},
        ),
        expected="Un",
    ),
    *rows(
        *("FEC-AUX-03", ERROR, ALWAYS),
        *(
            (
                *(2, "CompAuxNum", third_party(lost, "Un"), third_party(own, "Un")),
                NOTHING_LETTERED | {"value": lost},
            )
            for lost, own in SPREADSHEET
        ),
        # Once, however many lines have it.
        (2, "CompAuxNum", flat(lettered(LOST_PARTY, LOST_PARTY)), GOOD),
    ),
    *rows(
        *("FEC-JRN-01", WARNING, NO),
        (
            *(3, "JournalLib", journals("À-nouveaux", "Ouverture")),
            journals("Ouverture", "Ouverture"),
            {"value": "AN : Ouverture"},
        ),
        expected="À-nouveaux",
    ),
    *rows(
        *("FEC-DEV-01", WARNING, NO),
        (2, "Idevise", currency("", "USD"), currency("1,00", "USD"), {"value": "USD"}),
        (
            *(2, "Montantdevise", currency("1,00", ""), currency("0,00", "")),
            {"value": "1,00", "expected": "Idevise"},
        ),
        (2, "Idevise", currency("", "USD"), currency("0,00", "USD")),
        (  # an amount that cannot be read is given all the same
            *(2, "Idevise", currency(" ", "USD"), currency("x", "USD")),
            {"also_not": ("FEC-DEV-02",)},
        ),
        expected="Montantdevise",
    ),
    *rows(
        *("FEC-DEV-03", INFORMATION, NO),
        (2, "Idevise", currency("", "EUR"), currency("1,00", "EUR"), {"value": "EUR"}),
        (
            *(2, "Idevise", currency("", "eur"), currency("", "USD")),
            {"also_not": ("FEC-DEV-01",)},
        ),
        expected="Montantdevise",
    ),
    *rows(
        *("FEC-DEV-04", WARNING, NO),
        (2, None, of_day("20011231"), of_day("20020101"), {"value": "2"}),
        (2, None, of_day("19240115"), of_day("20240115"), {"value": "2"}),
    ),
    *rows(
        *("FEC-DEV-02", ERROR, NO),
        (
            *(2, "Montantdevise", currency("1.50", "USD"), currency("1,50", "USD")),
            {"value": "1.50"},
        ),
        (2, "Montantdevise", currency("x", ""), currency(" ", "")),
        (2, "Montantdevise", currency("1,0000001", ""), currency("0,000000", "")),
    ),
]
