"""Examples of the bodies of the requests of `/v1`, for the description of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_COLUMNS = {"date": "Date", "account": "Compte", "label": "Libellé", "amount": "Montant"}
_MODEL: dict[str, Any] = {
    "name": "paie",
    "title": "Paie",
    "input": {
        "kind": "delimited",
        "dialect": {"delimiter": ";"},
        "records": [{"columns": _COLUMNS}],
    },
    "dates": {"formats": ["JJ/MM/AAAA"]},
    "fields": {
        "entryDate": {"from": "date"},
        "journalCode": {"from": {"constant": "PA"}},
        "accountNumber": {"from": "account"},
        "label": {"from": "label"},
        "amount": {"from": "amount"},
    },
}
_FILE = """\
Date;Compte;Libellé;Montant
31/01/2024;641000;Salaires;1200,00
31/01/2024;421000;Salaires;-1200,00
"""

REQUESTS: Final[Mapping[str, Any]] = {
    "changeDomain": {"name": "Cabinet Un", "policies": {"duplicates": "skip"}},
    "createDossier": {
        "code": "CEGID003",
        "name": "Atelier Lumen",
        "siren": "079555421",
        "sirets": ["07955542100027"],
        "fiscalYears": [{"start": "2024-01-01", "end": "2024-12-31"}],
    },
    "changeDossier": {"name": "Atelier Lumen", "policies": {"unbalanced": "suspense"}},
    "addFiscalYear": {"start": "2025-01-01", "end": "2025-12-31"},
    "carryFiscalYearForward": {"journal": "AN", "detail": True},
    "undoCarryForward": {"reason": "Clôture à refaire"},
    "closeFiscalYear": {"final": False, "reason": "Comptes arrêtés"},
    "reopenFiscalYear": {"reason": "Écriture oubliée"},
    "matchLines": {"lines": ["91631441:2", "91631507:14"]},
    "lockPeriod": {"until": "2024-03-31", "reason": "TVA déclarée"},
    "validateEntries": {"until": "2024-03-31", "journals": ["VE", "HA"]},
    "createImport": {
        "dossier": "CEGID003",
        "url": "https://stockage.example/079555421FEC20241231.txt?sig=abc",
        "dryRun": True,
    },
    "confirmImport": {},
    "restoreImport": {"reason": "Annulé par erreur"},
    "undoImport": {"reason": "Mauvais exercice"},
    "createKey": {
        "name": "Logiciel de paie",
        "dossiers": ["CEGID003"],
        "rights": ["read", "import"],
        "expiresAt": "2030-12-31T23:00:00Z",
    },
    "addModel": {"document": _MODEL},
    "tryModel": {"document": _MODEL, "content": _FILE},
    "createUser": {
        "email": "claire.delmas@cabinet.example",
        "name": "Claire Delmas",
        "role": "collaborator",
        "dossiers": ["CEGID003"],
    },
    "changeUser": {"role": "reader"},
    "createWebhook": {"url": "https://cabinet.example/ecritures", "events": ["import.ended"]},
}
"""Operation → the body of a request, in JSON."""
FORMS: Final[Mapping[str, Any]] = {
    "createImport": {
        "file": "JournalCode\tJournalLib\tEcritureNum\t…",
        "dossier": "CEGID003",
        "dryRun": True,
    }
}
"""The same as a form; a file is its content."""
