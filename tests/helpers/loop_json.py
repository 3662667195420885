"""Small requests of importJson: lines with the page's fields, and bodies around them."""

from __future__ import annotations

import json

SALE = {
    "date": "2024-01-15",
    "journal": "VTE",
    "journalLib": "Ventes",
    "reference": "1",
    "refPiece": "F1",
    "libelle": "Facture 1",
}


def line(account, debit=0, credit=0, /, **fields):
    """A line; a field whose value is None is left out."""
    made = SALE | {
        "compte": account,
        "debit": {"amount": debit},
        "credit": {"amount": credit},
    }
    return {name: value for name, value in (made | fields).items() if value is not None}


def pair(first=None, second=None, *, amount=120, **fields):
    """An entry of two lines, each with its own changes."""
    return [
        line("411000", amount, **fields | (first or {})),
        line("707000", 0, amount, **fields | (second or {})),
    ]


def document(lines=None, *, options=None, context=None, **top):
    """A request as a value."""
    data = {
        "contexte": context,
        "options": options,
        "ecritures": pair() if lines is None else lines,
    }
    data = {name: value for name, value in data.items() if value is not None}
    return {"codeIbs": "CEGID003", "data": data} | top


def body(lines=None, **how):
    """A request as bytes."""
    return json.dumps(document(lines, **how), ensure_ascii=False).encode("utf-8", "surrogatepass")
