"""The OpenAPI description of the history of imports."""

from __future__ import annotations

from typing import Any

from ecritures.api.loop.openapi import COMMON, STATUS_EXAMPLES, STATUS_SCHEMA, failures, success
from ecritures.imports.request import KINDS

TAKE_DEFAULT = 100
TAKE_MAX = 1000

_DAY = {"type": "string", "format": "date"}
_PARAMETERS: tuple[tuple[str, str, dict[str, Any], object], ...] = (
    ("codeIbs", "D'un seul dossier.", {"type": "string"}, "CEGID003"),
    ("kind", "D'une seule sorte.", {"type": "string", "enum": list(KINDS)}, "tra"),
    ("status", "D'un seul état, de 1 à 4.", {"type": "integer", "enum": [1, 2, 3, 4]}, 3),
    ("from", "Demandés ce jour-là ou après (UTC), ou à partir d'un instant.", _DAY, "2026-07-01"),
    ("to", "Demandés ce jour-là ou avant (UTC), ou jusqu'à un instant.", _DAY, "2026-07-31"),
    ("skip", "Combien d'imports passer.", {"type": "integer", "minimum": 0}, 0),
    (
        "take",
        "Combien d'imports rendre.",
        {"type": "integer", "minimum": 1, "maximum": TAKE_MAX, "default": TAKE_DEFAULT},
        TAKE_DEFAULT,
    ),
)

GET_IMPORT_HISTORY: dict[str, Any] = {
    "operation_id": "getImportHistory",
    "summary": "Lister les imports",
    "description": "Du plus récent au plus ancien, chacun comme `getImportStatus` le rend ; aussi "
    "sous les noms `importHistory` et `historiqueImports`. Un aperçu n'y est pas.",
    "responses": success(
        "Un tableau, éventuellement vide",
        {"type": "array", "maxItems": TAKE_MAX, "items": STATUS_SCHEMA},
        {
            "found": {
                "summary": "Deux imports",
                "value": [STATUS_EXAMPLES[name]["value"] for name in ("failed", "done")],
            }
        },
    )
    | failures(COMMON | {400: "Dossier inconnu, ou paramètre refusé"}),
    "openapi_extra": {
        "parameters": [
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": text,
                "schema": schema,
                "examples": {"value": {"value": example}},
            }
            for name, text, schema, example in _PARAMETERS
        ]
    },
}

RESPONSES = {
    "getImportHistory": {
        str(status): one for status, one in GET_IMPORT_HISTORY["responses"].items()
    }
}
"""What the route answers, with its nulls."""
