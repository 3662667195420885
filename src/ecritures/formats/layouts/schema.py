"""The JSON Schema of the model document, for editors and for other programs."""

from __future__ import annotations

from typing import Any

from ecritures.formats.layouts.document import ImportModel


def import_model_schema() -> dict[str, Any]:
    """Return the schema, in JSON Schema 2020-12."""
    schema = ImportModel.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Import model",
        "description": "How to read a file of entries in its own layout.",
    } | {key: value for key, value in schema.items() if key not in ("title", "description")}
