"""The OpenAPI description of importTRA."""

from __future__ import annotations

from typing import Any

from ecritures.api.loop.openapi import FEC_BODY, IDEMPOTENCY_KEY, IMPORT_FEC, RESPONSES

IMPORT_TRA: dict[str, Any] = {
    **IMPORT_FEC,
    "operation_id": "importTRA",
    "summary": "Import des écritures au format TRA",
    "description": "Le fichier peut être une archive zip : plusieurs TRA, ou un TRA et ses "
    "documents joints. Seules les écritures ordinaires et d'à-nouveaux (type N) entrent au grand "
    "livre. Réponses comme pour `importFEC`.",
    "openapi_extra": {
        "parameters": [IDEMPOTENCY_KEY],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": FEC_BODY,
                    "examples": {
                        "tra": {
                            "summary": "Par URI",
                            "value": {
                                "codeIbs": "CEGID003",
                                "URI": "142ae28e-bb2e-4a1d-a8a1-17d59e55b7ca/ecritures.tra",
                            },
                        },
                    },
                }
            },
        },
    },
}

TRA_RESPONSES = {"importTRA": RESPONSES["importFEC"]}
"""What the route answers, with its nulls."""
