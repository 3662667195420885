"""Small XML FEC documents for tests: conforming ones, to be changed one thing at a time."""

from __future__ import annotations

INSTANCE = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
CASH = {"DateRglt": "2024-01-20", "ModeRglt": "Virement"}


def element(name, value):
    return f"<{name}>{value}</{name}>"


def elements(fields):
    """Fields in the order given; None leaves one out."""
    return "".join(element(name, value) for name, value in fields.items() if value is not None)


def line(account="607000", **fields):
    return {"CompteNum": account, "CompteLib": f"Compte {account}"} | fields


def lines(amount="120.00"):
    return [line("607000", Debit=amount), line("401000", Credit=amount)]


def entry(number=1, lines=None, **changes):
    return {
        "EcritureNum": str(number),
        "EcritureDate": "2024-01-15",
        "EcritureLib": f"Facture {number} à régler",
        "PieceRef": f"F{number}",
        "PieceDate": "2024-01-14",
        "ValidDate": "2024-01-31",
    } | changes | {"lines": globals()["lines"]() if lines is None else lines}  # fmt: skip


def entries(count=3, **changes):
    return [entry(number, **changes) for number in range(1, count + 1)]


def document(  # one argument for each part of the document
    entries,
    *,
    schema="VII-1",
    journal=None,
    closing="2024-12-31",
    encoding="UTF-8",
    location=None,
    prolog="",
):
    """The bytes of a file: each element `ligne` on a line of its own."""
    told = location or f'xsi:noNamespaceSchemaLocation="formatA47A-I-{schema}.xsd" {INSTANCE}'
    journal = {"JournalCode": "HA", "JournalLib": "Achats"} if journal is None else journal
    rows = [f'<?xml version="1.0" encoding="{encoding}"?>{prolog}', f"<comptabilite {told}>"]
    rows += [f"<exercice>{elements({'DateCloture': closing})}<journal>{elements(journal)}"]
    for one in entries:
        rows.append(f"<ecriture>{elements({k: v for k, v in one.items() if k != 'lines'})}")
        rows += [f"<ligne>{elements(fields)}</ligne>" for fields in one["lines"]]
        rows.append("</ecriture>")
    rows += ["</journal></exercice>", "</comptabilite>", ""]
    return "\n".join(rows).encode(encoding)


FIRST_LINE = 5  # of `document`: the first `ligne`
