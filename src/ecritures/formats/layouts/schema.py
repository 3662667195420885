"""The JSON Schema of the model document, for editors and for other programs."""

from __future__ import annotations

import inspect
import re
from typing import Any

from ecritures.formats.layouts.document import ImportModel
from ecritures.formats.layouts.expressions import Part

_ATTRIBUTES = re.compile(r"^Attributes:\n((?:(?: {4}.*)?\n?)+)", re.MULTILINE)
_ATTRIBUTE = re.compile(r"^ {4}(\w+): (.+(?:\n {8,}.+)*)", re.MULTILINE)


def import_model_schema() -> dict[str, Any]:
    """Return the schema, in JSON Schema 2020-12; every key says what it means."""
    schema = ImportModel.model_json_schema(by_alias=True)
    for part in _parts(Part):
        described = schema if part is ImportModel else schema["$defs"].get(part.__name__)
        if described:
            summary, meanings = _documented(part)
            described["description"] = summary
            for name, meaning in meanings.items():
                described["properties"][name]["description"] = meaning
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Import model",
    } | {key: value for key, value in schema.items() if key != "title"}


def _parts(part: type[Part]) -> list[type[Part]]:
    """Return the classes of the document, those of which others are made first."""
    return [one for child in part.__subclasses__() for one in (child, *_parts(child))]


def _documented(part: type[Part]) -> tuple[str, dict[str, str]]:
    """Return what the docstring of a part says: of it, and of its keys as documents write them."""
    meanings = {}
    for above in reversed(part.__mro__):
        attributes = _ATTRIBUTES.search(inspect.cleandoc(above.__doc__ or ""))
        for name, meaning in _ATTRIBUTE.findall(attributes[1]) if attributes else ():
            if name in part.model_fields:
                meanings[str(part.model_fields[name].alias)] = " ".join(meaning.split())
    return _ATTRIBUTES.sub("", inspect.getdoc(part) or "").strip(), meanings
