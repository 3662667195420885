"""The OpenAPI description of importJson."""

from __future__ import annotations

from typing import Any

from ecritures.api.loop.openapi import ENVELOPE_NAME, IDEMPOTENCY_KEY, IMPORT_FEC, failures
from ecritures.formats.loop_json.fields import CODES, DATES, EXTRA_DATES, TEXTS, UUIDS
from ecritures.formats.loop_json.options import DEFAULTS, FLAGS

_ISO = "YYYY-MM-DDTHH:mm:ss.SSSZ"
_ENVELOPE = {"$ref": f"#/components/schemas/{ENVELOPE_NAME}"}
_TEXT = {"type": ["string", "null"]}
_NUMBER = {"type": ["number", "string", "null"]}
_CODE = {"type": ["integer", "string", "null"]}

_SIDE = {
    "type": ["object", "null"],
    "properties": {
        "amount": _NUMBER
        | {"description": "En euros, deux décimales au plus ; 0 de l'autre côté."},
        "currency": _TEXT | {"description": "À défaut, l'euro.", "examples": ["EUR"]},
        "currencyAmount": _NUMBER,
        "currencyRate": _NUMBER,
    },
}
_LINE: dict[str, Any] = {
    "type": "object",
    "required": ["date", "journal", "compte"],
    "properties": {
        **dict.fromkeys((*TEXTS, *DATES, *EXTRA_DATES, *UUIDS, "commentaire"), _TEXT),
        "date": {"type": "string", "description": "Date comptable : ISO, ou selon `formatDate`."},
        "journal": {"type": "string"},
        "compte": {"type": "string"},
        **{
            name: _TEXT | {"description": f"Au format {_ISO}."}
            for name in ("dateJustif", "debCutOff", "finCutOff")
        },
        "debit": _SIDE,
        "credit": _SIDE,
        **dict.fromkeys((*CODES, "type", "typeMouvement"), _CODE),
        "fichier": {
            "type": ["object", "null"],
            "properties": {"uri": _TEXT},
            "description": "Pièce jointe : prise à cette adresse, et gardée avec l'écriture.",
        },
        "axeAna": {
            "type": ["object", "null"],
            "description": "Ventilations par axe, gardées avec la ligne.",
        },
    },
}
_OPTIONS: dict[str, Any] = {
    "separatorDecimal": {"type": ["string", "null"], "pattern": "^[.,]$"},
    "formatDate": _TEXT | {"examples": ["YYYY-MM-DDTHH:mm:ss.SSSZ", "JJ/MM/AAAA"]},
    **{name: {"type": ["boolean", "null"], "default": value} for name, value in FLAGS.items()},
    **{name: {"type": ["string", "null"], "format": "uuid"} for name in DEFAULTS},
    "comptesRules": {"type": ["array", "null"], "items": {}, "maxItems": 0},
}
BODY: dict[str, Any] = {
    "type": "object",
    "required": ["codeIbs", "data"],
    "properties": {
        "codeIbs": {"type": "string", "description": "Code du dossier.", "examples": ["CEGID003"]},
        "SIRET": _TEXT | {"description": "Établissement des lignes qui n'en nomment pas."},
        "data": {
            "type": "object",
            "required": ["ecritures"],
            "properties": {
                "contexte": {
                    "type": ["object", "null"],
                    "properties": {"from": _TEXT, "to": _TEXT},
                    "description": f"Première et dernière date, au format {_ISO} ; obligatoire"
                    " avec `multiPeriode` : false.",
                },
                "options": {"type": ["object", "null"], "properties": _OPTIONS},
                "ecritures": {"type": "array", "minItems": 2, "items": _LINE},
            },
        },
    },
}


def _line(account: str, label: str, debit: float, credit: float) -> dict[str, Any]:
    return {
        "date": "2024-02-01T00:00:00.000Z",
        "dateJustif": "2024-01-31T00:00:00.000Z",
        "journal": "VTE",
        "journalLib": "Ventes",
        "compte": account,
        "compteLib": label,
        "libelle": "Facture F1",
        "reference": "1",
        "refPiece": "F1",
        "debit": {"amount": debit, "currency": "EUR", "currencyAmount": 0, "currencyRate": "1.0"},
        "credit": {"amount": credit, "currency": "EUR", "currencyAmount": 0, "currencyRate": "1.0"},
        "type": "1",
    }


BODY_EXAMPLE: dict[str, Any] = {
    "codeIbs": "CEGID003",
    "data": {
        "contexte": {"from": "2024-01-01T00:00:00.000Z", "to": "2024-12-31T00:00:00.000Z"},
        "options": {"separatorDecimal": ".", "multiPeriode": True, "failOnUnbalanced": True},
        "ecritures": [
            _line("411000", "Clients", 120.5, 0),
            _line("707000", "Ventes", 0, 120.5),
        ],
    },
}

_ACCEPTED = IMPORT_FEC["responses"][200]["content"]["application/json"]
_RESPONSES: dict[int | str, dict[str, Any]] = dict(IMPORT_FEC["responses"])
_RESPONSES[200] = {
    "description": "Demande acceptée, ou refusée : l'enveloppe `error` dit pourquoi (avec le statut"
    " 400, si l'exploitant a choisi celui-là)",
    "content": {
        "application/json": {
            "schema": {"anyOf": [_ACCEPTED["schema"], _ENVELOPE]},
            "examples": _ACCEPTED["examples"],
        }
    },
}
_RESPONSES |= failures({400: "Demande refusée, si l'exploitant a choisi ce statut"})

IMPORT_JSON: dict[str, Any] = {
    "operation_id": "importJson",
    "summary": "Import d'écritures données dans la requête",
    "description": "Le corps, en UTF-8, peut atteindre `json_request_bytes_max`. Ce qui ne va pas"
    " dans les lignes d'un petit corps est dit dans la réponse ; le reste, par `getImportStatus`."
    " Seules les écritures de type 1, 5 et 7 entrent au grand livre.",
    "response_model": None,
    "responses": _RESPONSES,
    "openapi_extra": {
        "parameters": [IDEMPOTENCY_KEY],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": BODY,
                    "examples": {"sale": {"summary": "Une facture", "value": BODY_EXAMPLE}},
                }
            },
        },
    },
}

JSON_RESPONSES = {"importJson": {str(status): one for status, one in _RESPONSES.items()}}
"""What the route answers, with its nulls."""
