"""Small FEC files for tests: conforming ones, to be changed one thing at a time."""

from __future__ import annotations

COLUMNS = [
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
]

NAME = "079555421FEC20241231.txt"


def line(number=1, account="607000", debit="0,00", credit="0,00", **changes):
    """One line, by column name; `changes` wins."""
    return {
        "JournalCode": "HA",
        "JournalLib": "Achats",
        "EcritureNum": str(number),
        "EcritureDate": "20240115",
        "CompteNum": account,
        "CompteLib": f"Compte {account}",
        "CompAuxNum": "",
        "CompAuxLib": "",
        "PieceRef": f"F{number}",
        "PieceDate": "20240114",
        "EcritureLib": f"Facture {number} à régler",
        "Debit": debit,
        "Credit": credit,
        "EcritureLet": "",
        "DateLet": "",
        "ValidDate": "20240131",
        "Montantdevise": "",
        "Idevise": "",
    } | changes


def entry(number=1, amount="120,00", **changes):
    """Two lines that balance."""
    return [
        line(number, "607000", debit=amount, **changes),
        line(number, "401000", credit=amount, **changes),
    ]


def fec(lines, *, columns=COLUMNS, separator="|", end="\r\n", encoding="utf-8"):
    """The bytes of a file."""
    rows = [separator.join(columns)]
    rows += [separator.join(row.get(name, "") for name in columns) for row in lines]
    return "".join(row + end for row in rows).encode(encoding)


def entries(count=3, **changes):
    """The lines of several entries."""
    return [row for number in range(1, count + 1) for row in entry(number, **changes)]
