"""Examples of the answers of `/v1`, for the description of the API: operation → status → answer."""

from __future__ import annotations

from typing import Any, Final

from ecritures.api.v1.examples_of_reads import READ_EXAMPLES
from ecritures.api.v1.examples_of_settings import SETTINGS_EXAMPLES

_IMPORT_ID = "4dfa8727-0413-4e80-9fe2-3bea94b22833"

_WAITING: dict[str, Any] = {
    "id": _IMPORT_ID,
    "kind": "fec",
    "domain": "CABINET1",
    "dossier": "CEGID003",
    "siret": "07955542100027",
    "model": None,
    "modelVersion": None,
    "dryRun": False,
    "status": 1,
    "phase": "waiting",
    "message": None,
    "messageEn": None,
    "messageCode": None,
    "warnings": [],
    "lines": 0,
    "linesExpected": None,
    "attachmentCount": 0,
    "anomalyCount": 0,
    "anomalyCounts": {},
    "conforming": None,
    "importable": None,
    "attempts": [],
    "delays": [],
    "nextAttemptAt": "2026-07-16T07:28:50.296Z",
    "createdAt": "2026-07-16T07:28:50.296Z",
    "updatedAt": "2026-07-16T07:28:50.296Z",
    "endedAt": None,
    "source": {
        "kind": "url",
        "name": "079555421FEC20241231.txt",
        "bytes": None,
        "sha256": None,
        "contentSha256": None,
    },
    "askedBy": "0f3b9c5d7e1a2b4c6d8e0f1a",
    "requestedTimes": 1,
    "undone": None,
    "policies": {"duplicates": {"value": "refuse", "from": "default"}},
    "report": {},
    "ledgerRevision": None,
    "planDigest": None,
    "impact": None,
    "refusals": [],
    "ledger": None,
}

_DONE = _WAITING | {
    "status": 3,
    "phase": "ended",
    "lines": 118_204,
    "linesExpected": None,
    "anomalyCount": 1,
    "anomalyCounts": {"FEC-NUM-01": 1},
    "conforming": False,
    "importable": True,
    "attempts": [
        {
            "number": 1,
            "startedAt": "2026-07-16T07:28:50.310Z",
            "endedAt": "2026-07-16T07:28:53.728Z",
            "outcome": "done",
            "message": None,
            "messageEn": None,
            "phaseSeconds": {"download": 0.4, "check": 1.1, "load": 1.7, "publish": 0.1},
            "askedBy": "0f3b9c5d7e1a2b4c6d8e0f1a",
        }
    ],
    "nextAttemptAt": None,
    "updatedAt": "2026-07-16T07:28:53.728Z",
    "endedAt": "2026-07-16T07:28:53.728Z",
    "source": {
        "kind": "url",
        "name": "079555421FEC20241231.txt",
        "bytes": 15_728_640,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "contentSha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
    "report": {"lines": 118_204, "entries": 31_207, "anomalyCounts": {"FEC-NUM-01": 1}},
}

_CANCELLED = _WAITING | {
    "status": 4,
    "phase": "ended",
    "message": "Import arrêté à la demande : rien n'a été importé.",
    "messageEn": "Import cancelled on request: nothing was imported.",
    "messageCode": "import-cancelled",
    "nextAttemptAt": None,
    "endedAt": "2026-07-16T07:29:10.002Z",
}

_ANOMALY = {
    "code": "FEC-NUM-01",
    "severity": "warning",
    "blocking": False,
    "line": 412,
    "column": "EcritureNum",
    "value": "1208",
    "expected": "1207",
    "entry": "VE 1208",
    "message": "Le numéro 1207 manque dans le journal VE.",
    "remedy": "Retrouver l'écriture manquante, ou justifier son absence.",
}

_DOSSIER = {
    "domain": "CABINET1",
    "code": "CEGID003",
    "name": "Atelier Lumen",
    "siren": "079555421",
    "sirets": ["07955542100027"],
    "establishments": [{"siret": "07955542100027", "main": True}],
    "fiscalYears": [{"start": "2024-01-01", "end": "2024-12-31", "state": "open", "closed": False}],
    "policies": {},
}

_MODEL = {"name": "quadra", "title": "Quadra, fichier ASCII", "version": None, "builtIn": True}
_DOCUMENT = {
    "name": "caisse",
    "title": "Caisse du magasin",
    "version": 2,
    "builtIn": False,
    "document": {"name": "caisse", "title": "Caisse du magasin"},
    "createdAt": "2026-07-16T07:28:50.296Z",
}
_TRIED = {
    "lines": [{"line": 2, "account": "530000", "debit": 1250, "credit": 0}],
    "texts": [{"account": "530000", "debit": "12,50"}],
    "sources": {"account": "Compte", "debit": "Débit"},
    "anomalyCounts": {},
    "anomalies": [],
}

_DISRUPTION: dict[str, Any] = {
    "id": "b2f7c9de-6a0f-4f3c-9a68-0b8f0a0d7c11",
    "kind": "planned",
    "startedAt": "2026-07-16T04:00:00.000Z",
    "endedAt": "2026-07-16T04:12:31.000Z",
    "until": "2026-07-16T04:30:00.000Z",
    "reason": "Mise à niveau",
    "reasonEn": "Mise à niveau",
    "host": None,
    "importsDelayed": 3,
}

_UNDONE = {
    "id": _IMPORT_ID,
    "ledgerRevision": 8,
    "entriesRemoved": 31_207,
    "entriesRestored": 0,
    "reversalEntries": 0,
    "lifted": [],
}

_ACT = {
    "ledgerRevision": 12,
    "at": "2024-04-15T07:28:50.296Z",
    "until": "2024-03-31",
    "journals": None,
}

_LOCKS = {
    "dossier": "CEGID003",
    "ledgerRevision": 13,
    "lockedThrough": "2024-03-31",
    "closedThrough": "2023-12-31",
}
_YEAR: dict[str, Any] = {
    "dossier": "CEGID003",
    "ledgerRevision": 14,
    "fiscalYear": {"start": "2024-01-01", "end": "2024-12-31", "state": "open", "closed": False},
    "entriesValidated": 0,
    "warnings": [],
}
_CLOSED_YEAR = _YEAR | {"fiscalYear": _YEAR["fiscalYear"] | {"state": "closed", "closed": True}}

_DIGEST = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
_EVENT = {
    "revision": 8,
    "kind": "undone",
    "at": "2026-07-16T08:02:11.120Z",
    "by": "0f6c2f0b9d5e4a7c8b1d2e3f",
    "reason": "Mauvais exercice",
    "batch": 79_000_123,
    "origin": "import",
    "importId": _IMPORT_ID,
    "file": "079555421FEC20241231.txt",
    "entries": 31_207,
    "lines": 118_204,
    "linesExpected": None,
    "debitCents": 912_345_678,
    "creditCents": 912_345_678,
    "account": None,
    "thirdParty": None,
    "details": {"closed": [79_000_123], "opened": [], "unmatched": [], "entriesRemoved": 31_207},
    "digest": _DIGEST,
}

_EXPORT: dict[str, Any] = {
    "file": "079555421FEC20241231.txt",
    "description": "079555421FEC20241231-description.txt",
    "dossier": "CEGID003",
    "as": "fec",
    "from": "2024-01-01",
    "to": "2024-12-31",
    "entries": 31_207,
    "lines": 118_204,
    "linesExpected": None,
    "debitCents": 48_120_417_00,
    "creditCents": 48_120_417_00,
    "leftOut": 1,
    "leftOutEntries": [{"journal": "OD", "number": "412", "date": "2024-12-31"}],
    "provisional": False,
    "encoding": "utf-8",
    "separator": "\t",
    "sha256": _DIGEST,
    "ledgerRevision": 8,
    "head": _DIGEST,
    "gapCount": 1,
    "gaps": [{"journal": "OD", "numbers": "412", "count": 1, "causes": {"draft": 1}}],
    "findings": [],
    "closing": None,
}
_EXAMPLES: dict[str, dict[str, Any]] = {
    "createImport": {"202": _WAITING},
    "listImports": {"200": {"items": [_DONE], "nextCursor": None}},
    "getImport": {"200": _DONE},
    "listAnomalies": {
        "200": {
            "anomalyCount": 1,
            "anomalyCounts": {"FEC-NUM-01": 1},
            "items": [_ANOMALY],
            "nextCursor": None,
        }
    },
    "listDifference": {
        "200": {
            "counts": {"added": 25, "changed": 60, "removed": 15, "skipped": 0, "reused": 0},
            "items": [
                {
                    "change": "changed",
                    "journal": "VE",
                    "number": "118",
                    "date": "2024-03-12",
                    "line": 4012,
                    "before": "79000123-1406",
                    "after": "79000124-1406",
                }
            ],
            "nextCursor": "WzEwMF0",
        }
    },
    "cancelImport": {"200": _CANCELLED},
    "retryImport": {"200": _WAITING},
    "confirmImport": {"200": _WAITING},
    "undoImport": {"200": _UNDONE},
    "restoreImport": {
        "200": _UNDONE | {"ledgerRevision": 9, "entriesRemoved": 0, "entriesRestored": 31_207}
    },
    "listDossiers": {"200": {"items": [_DOSSIER], "nextCursor": None}},
    "createDossier": {"201": _DOSSIER},
    "getDossier": {"200": _DOSSIER},
    "changeDossier": {"200": _DOSSIER},
    "validateEntries": {
        "200": {
            "dossier": "CEGID003",
            "ledgerRevision": 12,
            "until": "2024-03-31",
            "journals": None,
            "entriesValidated": 1204,
        }
    },
    "listValidations": {"200": {"items": [_ACT]}},
    "getLocks": {"200": _LOCKS},
    "lockPeriod": {"200": _LOCKS},
    "unlockPeriod": {"200": _LOCKS | {"lockedThrough": None}},
    "listFiscalYears": {"200": {"items": [_YEAR["fiscalYear"]]}},
    "addFiscalYear": {"200": _YEAR},
    "closeFiscalYear": {"200": _CLOSED_YEAR},
    "reopenFiscalYear": {"200": _YEAR},
    "auditLedger": {
        "200": {
            "dossier": "CEGID003",
            "ledgerRevision": 8,
            "head": _DIGEST,
            "items": [_EVENT],
            "nextCursor": None,
        }
    },
    "verifyLedger": {
        "200": {
            "dossier": "CEGID003",
            "intact": True,
            "ledgerRevision": 8,
            "head": _DIGEST,
            "events": 8,
            "lines": 902137,
            "firstBreak": None,
            "purged": [],
            "withoutDigests": [],
        }
    },
    "exportFec": {"200": _EXPORT},
    "exportLedger": {
        "200": _EXPORT
        | {
            "file": "CEGID003-quadra-20240101-20241231.txt",
            "description": "CEGID003-quadra-20240101-20241231-description.txt",
            "as": "quadra",
            "encoding": "windows-1252",
            "separator": None,
            "findings": [
                {
                    "code": "not-in-format",
                    "column": "ValidDate",
                    "count": 118_204,
                    "loses": True,
                    "message": "ValidDate : le format n'a pas de place pour cette donnée (lignes :"
                    " 118 204).",
                    "messageEn": "ValidDate: the format has no place for it (lines: 118 204).",
                    "places": [{"line": 1, "entry": "VE 1", "value": "2024-01-31"}],
                }
            ],
        }
    },
    "listModels": {"200": [_MODEL]},
    "addModel": {"201": _DOCUMENT},
    "getModel": {"200": _DOCUMENT},
    "listModelVersions": {"200": [{"version": 1, "createdAt": "2026-07-16T07:28:50.296Z"}]},
    "getModelVersion": {"200": _DOCUMENT},
    "tryModel": {"200": _TRIED},
    "listDisruptions": {"200": {"items": [_DISRUPTION], "nextCursor": None}},
}

EXAMPLES: Final = _EXAMPLES | READ_EXAMPLES | SETTINGS_EXAMPLES
