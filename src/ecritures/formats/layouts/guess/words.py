"""The names that columns go by, and what fields are called to people."""

from __future__ import annotations

import re
from functools import cache

from ecritures.formats.layouts.builtin import builtin_model
from ecritures.formats.layouts.rows.placement import plain

MORE_NAMES = {
    "entryDate": ("Date mouvement", "Date compta", "Transaction date", "Entry date"),
    "journalCode": ("Journal", "Jou", "Jrn", "Code JNL"),
    "accountNumber": ("Account number", "Account code", "Compte num", "Cpt", "N° de cpte"),
    "thirdPartyNumber": ("Tiers auxiliaire", "Third party", "Auxiliary"),
    "entryNumber": ("Transaction", "Numéro de transaction", "N° mvt", "Entry number", "Mvt"),
    "pieceRef": ("Reference", "Document", "N° pièce comptable"),
    "label": ("Memo", "Communication", "Libellé du mouvement", "Texte", "Motif"),
    "debit": ("Montant au débit", "Mt débit", "Debit amount"),
    "credit": ("Montant au crédit", "Mt crédit", "Credit amount"),
    "amount": ("Montant", "Amount", "Somme", "Montant signé"),
    "direction": ("Sens", "DC", "D/C", "Direction", "Débit/Crédit", "Débit crédit"),
    "siret": ("SIRET", "Établissement"),
}
SHOWN = {
    "entryDate": ("la date", "the date"),
    "journalCode": ("le journal", "the journal"),
    "journalLabel": ("le nom du journal", "the journal's name"),
    "accountNumber": ("le compte", "the account"),
    "accountLabel": ("le nom du compte", "the account's name"),
    "thirdPartyNumber": ("le tiers", "the third party"),
    "thirdPartyLabel": ("le nom du tiers", "the third party's name"),
    "entryNumber": ("le numéro d'écriture", "the entry number"),
    "pieceRef": ("la pièce", "the piece"),
    "pieceDate": ("la date de la pièce", "the date of the piece"),
    "label": ("le libellé", "the label"),
    "debit": ("le débit", "the debit"),
    "credit": ("le crédit", "the credit"),
    "amount": ("le montant", "the amount"),
    "direction": ("le sens", "the direction"),
    "lettering": ("le lettrage", "the lettering"),
    "letteringDate": ("la date de lettrage", "the lettering date"),
    "validationDate": ("la date de validation", "the validation date"),
    "currencyAmount": ("le montant en devise", "the amount in currency"),
    "currency": ("la devise", "the currency"),
    "siret": ("l'établissement", "the establishment"),
}
"""What each field is called, in French and in English."""


_COLUMNS = {
    "entryDate": "date",
    "journalCode": "journal",
    "accountNumber": "account",
    "pieceRef": "piece",
    "entryNumber": "number",
    "thirdPartyNumber": "thirdParty",
}
"""What the model `csv` calls the columns of fields, where it is not the same."""


_CURRENCY = r"\b(?:en|in)?\s*(?:€|\beuros?\b|\beur\b)"
_SAME_WORDS = (
    (re.compile(r"\bn\s*[°º]|\b(?:num(?:[ée]ro)?|no|nr|nbr|number)\b\.?"), " n "),
    (re.compile(r"\b(?:montants?|mt|mnt)\b\.?"), " montant "),
    (re.compile(r"\br[ée]f(?:[ée]rences?)?\b\.?"), " reference "),
    (re.compile(r"\blib(?:ell[ée])?s?\b\.?"), " libelle "),
    (re.compile(r"\bc(?:om)?pte?s?\b\.?"), " compte "),
    (re.compile(r"\b(?:d[eu]s?|l[ae]s?|aux?|[dl])\b['’]?"), " "),
    (re.compile(_CURRENCY), " "),
)
"""What says the same in names of columns: abbreviations, articles, the currency of the books."""


def same_words(name: str) -> str:
    """Return the name of a column without what does not tell it from others."""
    words = name.casefold()
    for found, instead in _SAME_WORDS:
        words = found.sub(instead, words)
    return plain(words)


@cache
def _names() -> dict[str, dict[str, int]]:
    """Return field → the names of its column, plain, and how usual each is, from 0."""
    model = builtin_model("csv")
    columns = model.input.records[0].columns if model else {}
    found = {}
    for field in SHOWN:
        place = columns.get(_COLUMNS.get(field, field))
        names = (*(place.known_as if place else ()), *MORE_NAMES.get(field, ()))
        ranked: dict[str, int] = {}
        for rank, name in enumerate(names):
            ranked.setdefault(plain(name), rank)
        for name in names:
            ranked.setdefault(same_words(name), len(names))
        found[field] = ranked
    return found


def rank(field: str, name: str) -> int | None:
    """Return how usual a name of a column is for a field, from 0; None when it is not known.

    Of a path (`Lines/Account`), the last part counts.
    """
    names = _names()[field]
    last = name.rpartition("/")[2]
    keys = (plain(name), plain(last), same_words(name), same_words(last))
    return next((names[key] for key in keys if key in names), None)


def is_known(name: str) -> bool:
    """Return whether a name is that of the column of a field."""
    return any(rank(field, name) is not None for field in SHOWN)
