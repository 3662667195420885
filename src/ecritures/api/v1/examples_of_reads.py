"""Examples of what is read in a ledger, for the description of the API."""

from __future__ import annotations

from typing import Any, Final

_LINE: dict[str, Any] = {
    "id": "91631441:3",
    "entry": "91631441-2",
    "date": "2024-03-12",
    "journal": "VE",
    "journalLabel": "Ventes",
    "number": "118",
    "account": "411000",
    "accountLabel": "Clients",
    "thirdParty": "C0042",
    "thirdPartyLabel": "Menuiserie Kerbrat",
    "piece": "FA-2024-118",
    "pieceDate": "2024-03-12",
    "label": "Facture 118",
    "debitCents": 120000,
    "creditCents": 0,
    "lettering": "AB",
    "letteringDate": "2024-04-15",
    "validationDate": "2024-03-31",
    "currency": None,
    "currencyAmount": None,
    "siret": None,
    "made": False,
}
_OTHER = _LINE | {
    "id": "91631441:4",
    "account": "706000",
    "accountLabel": "Prestations de services",
    "thirdParty": None,
    "thirdPartyLabel": None,
    "debitCents": 0,
    "creditCents": 120000,
    "lettering": None,
    "letteringDate": None,
}
_SPLIT: dict[str, Any] = {
    "axis": "A1",
    "section": "NORD",
    "label": "Région nord",
    "amountCents": -120000,
    "percentage": None,
}
_ATTACHMENT: dict[str, Any] = {
    "id": "91631441-1",
    "entry": "91631441-2",
    "line": "91631441:3",
    "name": "FA-2024-118.pdf",
    "mediaType": "application/pdf",
    "bytes": 48213,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "kept": True,
}
_SECTION: dict[str, Any] = {
    "axis": "A1",
    "section": "NORD",
    "label": "Région nord",
    "lines": 3,
    "debitCents": 0,
    "creditCents": 360000,
    "balanceCents": -360000,
}
_ENTRY: dict[str, Any] = {
    "id": "91631441-2",
    "date": "2024-03-12",
    "journal": "VE",
    "journalLabel": "Ventes",
    "number": "118",
    "piece": "FA-2024-118",
    "pieceDate": "2024-03-12",
    "label": "Facture 118",
    "validationDate": "2024-03-31",
    "importId": "4dfa8727-0413-4e80-9fe2-3bea94b22833",
    "debitCents": 120000,
    "creditCents": 120000,
    "lines": [_LINE | {"splits": []}, _OTHER | {"splits": [_SPLIT]}],
    "attachments": [_ATTACHMENT],
}
_PLACE = {"dossier": "CEGID003", "ledgerRevision": 12}
_TOTALS: dict[str, Any] = {
    "code": "411000",
    "label": "Clients",
    "lines": 2,
    "debitCents": 120000,
    "creditCents": 120000,
    "balanceCents": 0,
}


def _page(*items: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {"200": {**_PLACE, "items": list(items), "nextCursor": None}}


def _amounts(opening: int, debit: int, credit_: int) -> dict[str, int]:
    return {
        "openingCents": opening,
        "movementDebitCents": debit,
        "movementCreditCents": credit_,
        "closingCents": opening + debit - credit_,
        "debitCents": debit + max(opening, 0),
        "creditCents": credit_ + max(-opening, 0),
        "balanceCents": opening + debit - credit_,
    }


_BALANCE = {
    "dossier": "CEGID003",
    "ledgerRevision": 12,
    "by": "account",
    "from": "2024-01-01",
    "to": "2024-12-31",
    "openingComputed": False,
    "accounts": [
        {"account": "120000", "label": "Résultat"} | _amounts(-45_000, 0, 0),
        {"account": "411000", "label": "Clients"} | _amounts(45_000, 120_000, 0),
        {"account": "706000", "label": "Prestations de services"} | _amounts(0, 0, 120_000),
    ],
    "openingCents": 0,
    "movementDebitCents": 120_000,
    "movementCreditCents": 120_000,
    "closingCents": 0,
    "debitCents": 165_000,
    "creditCents": 165_000,
}
_AGED = {
    "dossier": "CEGID003",
    "ledgerRevision": 12,
    "on": "2024-12-31",
    "agesInDays": [30, 60, 90],
    "rows": [
        {
            "account": "411000",
            "label": "Clients",
            "thirdParty": "C0042",
            "thirdPartyLabel": "Boulangerie Manon",
            "notDueCents": 0,
            "agesCents": [120_000, 0, 45_000, 0],
            "openCents": 165_000,
            "lines": 2,
        }
    ],
    "openCents": 165_000,
}
_STATEMENTS = {
    "dossier": "CEGID003",
    "ledgerRevision": 12,
    "from": "2024-01-01",
    "to": "2024-12-31",
    "indicative": True,
    "incomeStatement": {
        "expenses": [],
        "income": [{"code": "70", "label": "Ventes", "cents": 120_000}],
        "expensesCents": 0,
        "incomeCents": 120_000,
        "resultCents": 120_000,
    },
    "balanceSheet": {
        "assets": [{"code": "41", "label": "Clients", "cents": 165_000}],
        "liabilities": [{"code": "12", "label": "Résultat", "cents": 45_000}],
        "resultNotCarriedCents": 0,
        "assetsCents": 165_000,
        "liabilitiesCents": 165_000,
    },
}


READ_EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "listLines": _page(_LINE),
    "listEntries": _page(_ENTRY),
    "getEntry": {"200": {**_ENTRY, **_PLACE}},
    "listJournals": _page(_TOTALS | {"code": "VE", "label": "Ventes", "entries": 1}),
    "listAccounts": _page(_TOTALS),
    "listThirdParties": _page(_TOTALS | {"code": "C0042", "label": "Menuiserie Kerbrat"}),
    "listSections": _page(_SECTION),
    "listAttachments": _page(_ATTACHMENT),
    "searchLedger": _page(_LINE),
    "getBalance": {"200": _BALANCE},
    "getAgedBalance": {"200": _AGED},
    "getStatements": {"200": _STATEMENTS},
    "readLedger": {
        "200": {
            **_PLACE,
            "from": "2024-01-01",
            "to": "2024-12-31",
            "accounts": [
                {
                    "account": "411000",
                    "label": "Clients",
                    "openingCents": 35000,
                    "openingComputed": False,
                    "carriedCents": 35000,
                    "lines": [_LINE | {"balanceCents": 155000}],
                    "lineCount": 1,
                    "debitCents": 120000,
                    "creditCents": 0,
                    "closingCents": 155000,
                    "complete": True,
                }
            ],
            "nextCursor": None,
        }
    },
}
