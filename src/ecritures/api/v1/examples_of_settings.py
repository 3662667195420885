"""Examples of what administers a firm and letters its books: operation → status → answer."""

from __future__ import annotations

from typing import Any, Final

_DOMAIN: dict[str, Any] = {
    "code": "CABINET1",
    "name": "Cabinet Un",
    "storagePrefix": "5f0c2c9e-7b1e-4c39-9a55-2f6f1d0c7a10",
    "block": [],
    "unblock": ["FEC-EXO-01"],
    "policies": {"duplicates": "skip"},
}
_WEBHOOK: dict[str, Any] = {
    "id": 7,
    "url": "https://outil.example/ecritures",
    "events": ["import.ended", "ledger.replaced"],
    "createdAt": "2026-07-16T07:28:50.296Z",
    "previousSecretUntil": None,
}
_SECRET = {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
_DELIVERY: dict[str, Any] = {
    "id": "msg_2c1e6a4b0f7d4f0c9b7b2d1a5e8c3f60",
    "webhook": 7,
    "event": "import.ended",
    "subject": "4dfa8727-0413-4e80-9fe2-3bea94b22833",
    "state": "delivered",
    "attempts": 1,
    "createdAt": "2026-07-16T07:28:53.728Z",
    "nextAttemptAt": None,
    "endedAt": "2026-07-16T07:28:54.010Z",
    "answerStatus": 204,
    "code": None,
    "message": None,
    "messageEn": None,
    "payload": {
        "type": "import.ended",
        "timestamp": "2026-07-16T07:28:53.728Z",
        "data": {"id": "4dfa8727-0413-4e80-9fe2-3bea94b22833", "status": 3},
    },
}
_GROUP: dict[str, Any] = {
    "id": 12,
    "account": "411000",
    "thirdParty": "C0042",
    "code": "AB",
    "fiscalYear": None,
    "lineCount": 2,
    "lines": ["79000123:41", "79000123:97"],
    "debitCents": 12_000,
    "creditCents": 12_000,
    "restCents": 0,
    "state": "closed",
    "by": "hand",
}
_MATCHED: dict[str, Any] = {
    "dossier": "CEGID003",
    "ledgerRevision": 12,
    "group": _GROUP,
    "brokenGroups": [],
}

_KEY: dict[str, Any] = {
    "key": "0f3b9c5d7e1a2b4c6d8e0f1a",
    "name": "Logiciel de paie",
    "domain": "CABINET1",
    "dossiers": ["CEGID003"],
    "rights": ["read", "import"],
    "createdAt": "2026-07-16T07:28:50.296Z",
    "expiresAt": "2030-12-31T22:59:59.000Z",
    "revokedAt": None,
    "lastUsedAt": "2026-07-17T16:42:00.000Z",
}
_USER: dict[str, Any] = {
    "id": 12,
    "email": "claire.delmas@cabinet.example",
    "name": "Claire Delmas",
    "role": "collaborator",
    "domain": "CABINET1",
    "dossiers": ["CEGID003"],
    "hasPassword": True,
    "invitedUntil": None,
    "disabled": False,
    "createdAt": "2026-07-16T07:28:50.296Z",
    "lastSignInAt": "2026-07-17T06:58:12.104Z",
}
_INVITED = _USER | {
    "hasPassword": False,
    "invitedUntil": "2026-07-23T07:28:50.296Z",
    "lastSignInAt": None,
    "invitation": {
        "url": "https://compta.example/invitation/pJ0mV5-3Qd7kZt9uxW4bN0cYp1LrVh8sEoJ2aGfQ1xM",
        "until": "2026-07-23T07:28:50.296Z",
    },
}

SETTINGS_EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "getDomain": {"200": _DOMAIN},
    "changeDomain": {"200": _DOMAIN},
    "createKey": {
        "201": {
            "apiKey": "0f3b9c5d7e1a2b4c6d8e0f1a:Zt9uxW4bN0cYp1LrVh8sEoJ2aGfQ1xMkZt9uxW4bN0c",
            "name": "Logiciel de paie",
            "domain": "CABINET1",
            "dossiers": ["CEGID003"],
            "rights": ["read", "import"],
            "expiresAt": "2030-12-31T22:59:59.000Z",
        }
    },
    "listKeys": {"200": {"items": [_KEY], "nextCursor": None}},
    "revokeKey": {"200": _KEY | {"revokedAt": "2026-07-18T09:00:00.000Z"}},
    "createUser": {"201": _INVITED},
    "listUsers": {"200": {"items": [_USER], "nextCursor": None}},
    "changeUser": {"200": _USER | {"disabled": True}},
    "inviteUser": {"201": _INVITED},
    "createWebhook": {"201": _WEBHOOK | _SECRET},
    "listWebhooks": {"200": {"items": [_WEBHOOK], "nextCursor": None}},
    "removeWebhook": {"200": {"id": 7, "removed": True}},
    "rotateWebhookSecret": {
        "200": _WEBHOOK | _SECRET | {"previousSecretUntil": "2026-07-17T07:28:50.296Z"}
    },
    "listDeliveries": {"200": {"items": [_DELIVERY], "nextCursor": None}},
    "resendDelivery": {
        "200": _DELIVERY
        | {
            "state": "waiting",
            "endedAt": None,
            "nextAttemptAt": "2026-07-16T09:00:00.000Z",
        }
    },
    "listLettering": {
        "200": {
            "dossier": "CEGID003",
            "ledgerRevision": 12,
            "items": [_GROUP],
            "nextCursor": None,
        }
    },
    "matchLines": {"200": _MATCHED},
    "unmatchLines": {"200": _MATCHED | {"ledgerRevision": 13}},
    "carryFiscalYearForward": {
        "200": {
            "dossier": "CEGID003",
            "ledgerRevision": 15,
            "fiscalYear": {
                "start": "2025-01-01",
                "end": "2025-12-31",
                "state": "open",
                "closed": False,
            },
            "journal": "AN",
            "entry": "79000200-1",
            "detail": False,
            "lines": 20,
            "debitCents": 17_191_698,
            "creditCents": 17_191_698,
            "entriesReplaced": 0,
        }
    },
    "undoCarryForward": {
        "200": {
            "dossier": "CEGID003",
            "ledgerRevision": 16,
            "fiscalYear": {
                "start": "2024-01-01",
                "end": "2024-12-31",
                "state": "closed",
                "closed": True,
            },
            "entriesRemoved": 1,
            "entriesRestored": 0,
            "reversalEntries": 0,
        }
    },
}
