"""The OpenAPI description of the Loop-compatible routes, by hand: FastAPI does not read them.

The samples come from the vendor's pages.
"""

from __future__ import annotations

from typing import Any

from ecritures.api.http.idempotency import KEY_CHARS_MAX, KEY_PATTERN

TAG = "Api-import-ecritures"
"""As the vendor names it."""

_REQUEST_ID = "4dfa8727-0413-4e80-9fe2-3bea94b22833"


def _text(description: str, example: str) -> dict[str, Any]:
    return {"type": "string", "description": description, "examples": [example]}


IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "La même clé et la même demande : la même réponse, sans second effet.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": KEY_CHARS_MAX,
        "pattern": KEY_PATTERN,
    },
}

FEC_BODY: dict[str, Any] = {
    "type": "object",
    "properties": {
        "codeIbs": _text("Code du dossier.", "CEGID003"),
        "URL": _text(
            "Adresse authentifiée du fichier, valable au moins 24 heures.",
            "https://stockage.example/api-import-ecritures/349536599FEC20191231.txt?sv=2020-08-04&sp=r&sig=abc",
        ),
        "URI": _text("Chemin relatif dans le stockage du service, à la place de l'URL.", ""),
        "SIRET": _text("Établissement ; à défaut, le principal.", "07955542100027"),
    },
}

_FEC_EXAMPLES = {
    "url": {
        "summary": "Par URL",
        "value": {
            "codeIbs": "CEGID003",
            "URI": "",
            "URL": "https://stockage.example/api-import-ecritures/349536599FEC20191231.txt?sv=2020-08-04&sp=r&sig=abc",
        },
    },
    "siret": {
        "summary": "Par URL, pour un établissement",
        "value": {
            "codeIbs": "CEGID003",
            "URL": "https://stockage.example/api-import-ecritures/079555421FEC20241231.txt?sv=2020-08-04&sp=r&sig=abc",
            "SIRET": "07955542100027",
        },
    },
}

ENVELOPE_NAME = "ErrorEnvelope"
ENVELOPE: dict[str, Any] = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["instanceId", "message", "code"],
            "properties": {
                "instanceId": {"type": "string", "format": "uuid"},
                "message": {"type": "string", "description": "Pourquoi, en français."},
                "code": {"type": "string", "description": "Stable : les programmes s'y fient."},
            },
        }
    },
}
"""The vendor's error envelope, a component of the description."""

_ENVELOPE = {"$ref": f"#/components/schemas/{ENVELOPE_NAME}"}


def error_example(message: str, code: str) -> dict[str, Any]:
    """Return an example of the error envelope."""
    instance_id = "0c1f6a52-8f0e-4d4e-9a39-5d3c0f1f7b11"
    return {"error": {"instanceId": instance_id, "message": message, "code": code}}


def failures(descriptions: dict[int, str]) -> dict[int | str, dict[str, Any]]:
    """Describe answers with the error envelope: status → description."""
    return {
        status: {
            "description": description,
            "content": {"application/json": {"schema": _ENVELOPE}},
        }
        for status, description in descriptions.items()
    }


def success(
    description: str, schema: dict[str, Any], examples: dict[str, Any]
) -> dict[int | str, dict[str, Any]]:
    """Describe the answer with status 200."""
    content = {"schema": schema, "examples": examples}
    return {200: {"description": description, "content": {"application/json": content}}}


COMMON = {
    401: "Clé absente ou refusée",
    403: "Droit absent, ou clé non liée au dossier",
    429: "Trop de requêtes, ou trop d'imports en attente : `Retry-After` dit quand revenir",
    500: "Erreur imprévue",
    503: "Service, base, stockage ou disque indisponible : `Retry-After` dit quand revenir",
}

_OF_A_BODY = {
    400: "Demande refusée (200 si l'exploitant a choisi ce statut)",
    413: "Corps trop grand",
    415: "Type de contenu refusé",
    409: "Idempotency-Key déjà prise par une autre demande",
}

IMPORT_FEC: dict[str, Any] = {
    "operation_id": "importFEC",
    "summary": "Import des écritures au format FEC",
    "description": "Le numéro rendu sert à suivre l'import par `getImportStatus`. Un refus a le "
    "statut 400 et l'enveloppe `error`.",
    "responses": success(
        "Demande acceptée",
        {
            "type": "object",
            "required": ["accountingImportRequestId"],
            "properties": {"accountingImportRequestId": {"type": "string", "format": "uuid"}},
        },
        {
            "accepted": {
                "summary": "Acceptée",
                "value": {"accountingImportRequestId": _REQUEST_ID},
            },
        },
    )
    | failures(COMMON | _OF_A_BODY),
    "openapi_extra": {
        "parameters": [IDEMPOTENCY_KEY],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": FEC_BODY, "examples": _FEC_EXAMPLES}},
        },
    },
}

_PERSO_BODY = FEC_BODY | {
    "properties": {
        **FEC_BODY["properties"],
        "MODELE": _text("Nom du modèle d'import, sans égard à la casse.", "quadra"),
    }
}

IMPORT_PERSO: dict[str, Any] = {
    **IMPORT_FEC,
    "operation_id": "importPerso",
    "summary": "Import entries in custom format",
    "description": "Le fichier est lu par le modèle d'import nommé dans `MODELE` : un modèle du "
    "domaine, sinon un modèle livré avec le produit. Réponses comme pour `importFEC`.",
    "openapi_extra": {
        "parameters": [IDEMPOTENCY_KEY],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": _PERSO_BODY,
                    "examples": {
                        "perso": {
                            "summary": "Par URL, avec un modèle",
                            "value": {
                                "codeIbs": "CEGID003",
                                "URL": "https://stockage.example/api-import-ecritures/ecritures.txt?sv=2020-08-04&sp=r&sig=abc",
                                "MODELE": "quadra",
                            },
                        },
                        "siret": {
                            "summary": "Par URI, pour un établissement",
                            "value": {
                                "codeIbs": "CEGID003",
                                "URI": "142ae28e-bb2e-4a1d-a8a1-17d59e55b7ca/ecritures.txt",
                                "MODELE": "quadra",
                                "SIRET": "07955542100027",
                            },
                        },
                    },
                }
            },
        },
    },
}

GET_FILE_URL_DEPOSIT: dict[str, Any] = {
    "operation_id": "getFileUrlDeposit",
    "summary": "Demander où déposer un fichier",
    "description": "Déposer le fichier par `PUT` sur `depositUrl`, puis demander l'import par "
    "`URI`. L'adresse sert au moins 24 heures.",
    "responses": success(
        "Une place pour le fichier",
        {
            "type": "object",
            "required": ["depositUrl", "uri"],
            "properties": {
                "depositUrl": {"type": "string", "format": "uri"},
                "uri": {"type": "string"},
            },
        },
        {
            "given": {
                "summary": "Donnée",
                "value": {
                    "depositUrl": "https://ecritures.example/deposits/5f0c/142ae28e/x.txt?expires=1784190000&sig=abc",
                    "uri": "142ae28e-bb2e-4a1d-a8a1-17d59e55b7ca/x.txt",
                },
            },
        },
    )
    | failures(COMMON | {400: "Nom refusé"}),
    "openapi_extra": {
        "parameters": [
            {
                "name": "filename",
                "in": "query",
                "required": True,
                "description": "Nom du fichier : tra, txt, csv, xml, xlsx, zip, gz ou json.",
                "schema": {"type": "string"},
                "examples": {"fec": {"value": "079555421FEC20241231.txt"}},
            },
        ]
    },
}

_STATUS_TYPES = {
    "_id": {"type": "string", "pattern": "^[0-9a-f]{24}$"},
    "id": {"type": "string", "format": "uuid"},
    "creationDate": {"type": "string", "format": "date-time"},
    "lastUpdate": {"type": "string", "format": "date-time"},
    "codeIBS": {"type": "string"},
    "domain": {"type": "string"},
    "status": {
        "type": "integer",
        "enum": [1, 2, 3, 4],
        "description": "1 En attente, 2 En cours, 3 Terminé avec succès, 4 Terminé avec erreur",
    },
    "__v": {"type": "integer", "const": 0},
    "message": {"type": ["string", "null"]},
    "anomalyCount": {"type": "integer"},
    "lineCount": {"type": "integer"},
    "reportUrl": {"type": "string", "format": "uri"},
}


def _status(status: int, summary: str, lines: int = 0, message: str | None = None) -> Any:  # noqa: ANN401 - JSON
    value = {
        "_id": "60f13532addbe484c86efccd",
        "id": _REQUEST_ID,
        "creationDate": "2026-07-16T07:28:50.296Z",
        "lastUpdate": "2026-07-16T07:28:53.728Z",
        "codeIBS": "CEGID003",
        "domain": "CABINET1",
        "status": status,
        "__v": 0,
        "message": message,
        "anomalyCount": 1 if message else 0,
        "lineCount": lines,
        "reportUrl": f"http://127.0.0.1:8000/v1/imports/{_REQUEST_ID}",
    }
    return {"summary": summary, "value": value}


STATUS_SCHEMA = {
    "type": "object",
    "required": list(_STATUS_TYPES),
    "properties": _STATUS_TYPES,
}
STATUS_EXAMPLES = {
    "waiting": _status(1, "1 En attente"),
    "running": _status(2, "2 En cours", 40_000),
    "done": _status(3, "3 Terminé avec succès", 118_204),
    "failed": _status(
        4,
        "4 Terminé avec erreur",
        118_204,
        "Le fichier n'est pas équilibré : rien n'est entré dans le dossier.",
    ),
}

GET_IMPORT_STATUS: dict[str, Any] = {
    "operation_id": "getImportStatus",
    "summary": "Suivre un import",
    "description": "Aussi sous les noms `getstatus` et `ImportStatus` ; le numéro peut être la "
    "dernière partie de l'adresse : `/getImportStatus/{numéro}`.",
    "responses": success(
        "L'état de l'import",
        STATUS_SCHEMA,
        STATUS_EXAMPLES,
    )
    | failures(
        COMMON
        | {
            400: "Numéro absent",
            404: "Numéro inconnu",
        }
    ),
    "openapi_extra": {
        "parameters": [
            {
                "name": "accountingImportRequestId",
                "in": "query",
                "required": True,
                "description": "Le numéro rendu par la demande.",
                "schema": {"type": "string", "format": "uuid"},
            },
        ]
    },
}

GET_IMPORT_STATUS_BY_PATH: dict[str, Any] = GET_IMPORT_STATUS | {
    "operation_id": "getImportStatusByPath",
    "summary": "Suivre un import, par son adresse",
    "description": "Comme `getImportStatus`, avec le numéro dans l'adresse ; aussi sous le nom "
    "`/ImportStatus/{numéro}`.",
    "openapi_extra": {
        "parameters": [
            parameter | {"in": "path"}
            for parameter in GET_IMPORT_STATUS["openapi_extra"]["parameters"]
        ]
    },
}

RESPONSES = {
    route["operation_id"]: {str(status): one for status, one in route["responses"].items()}
    for route in (
        *(IMPORT_FEC, IMPORT_PERSO, GET_FILE_URL_DEPOSIT),
        *(GET_IMPORT_STATUS, GET_IMPORT_STATUS_BY_PATH),
    )
}
"""What each operation answers, with its nulls: FastAPI drops them from its description."""
