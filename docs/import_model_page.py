"""Every key of an import model, from its schema: what `import-model.md` lists."""

from __future__ import annotations

import json
from typing import Any

from ecritures.formats.layouts.schema import import_model_schema

_MOST = {"maxLength": "at most {} long", "maxItems": "at most {}"}


def import_model_page() -> str:
    """Return the page, without its first line."""
    schema = import_model_schema()
    parts = {"ImportModel": schema, **schema["$defs"]}
    lines = [
        "# Import model\n",
        "Every part of an import model and its keys;",
        "[how to write one](../how-to/import-models.md) has examples.",
        "The same as a [JSON Schema](import-model.schema.json), for editors and programs.\n",
        "A **Value** is the name of a column, or one of [Constant](#constant), [First](#first),",
        "[Join](#join), [Choice](#choice), [Extract](#extract) and [Slice](#slice).",
        "A **Condition** is one of [OfColumn](#ofcolumn), [All](#all), [AnyOf](#anyof)",
        "and [Not](#not).\n",
    ]
    for name in _in_order(parts):
        lines += _section(name, parts[name])
    return "\n".join(lines)


def _in_order(parts: dict[str, Any]) -> list[str]:
    """Return the parts in the order in which they are mentioned, from the whole."""
    found = ["ImportModel"]
    for name in found:  # grows while it is gone through
        found += [one for one in _mentioned(parts[name].get("properties", {})) if one not in found]
    return found


def _mentioned(schema: object) -> list[str]:
    """Return the parts that a part of a schema refers to, in order, each once."""
    if isinstance(schema, dict):
        own = [schema["$ref"].rpartition("/")[2]] if "$ref" in schema else []
        children = [one for value in schema.values() for one in _mentioned(value)]
        return list(dict.fromkeys(own + children))
    if isinstance(schema, list):
        return list(dict.fromkeys(one for value in schema for one in _mentioned(value)))
    return []


def _section(name: str, part: dict[str, Any]) -> list[str]:
    if "properties" not in part:  # a list of words
        return [f"## {name}\n", f"{_kind(part)}.\n"]
    lines = [f"## {name}\n", f"{part['description']}\n"]
    lines += ["| Key | Kind | Default | Meaning |", "|---|---|---|---|"]
    required = part.get("required", ())
    for key, described in part["properties"].items():
        shown = f"`{key}`" + (" (required)" if key in required else "")
        cells = (shown, _kind(described), _default(described), described["description"])
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return [*lines, ""]


def _kind(schema: dict[str, Any]) -> str:
    """Return what a key may hold, in words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return _any_of(choices)
    if words := schema.get("enum") or ([schema["const"]] if "const" in schema else []):
        return ", ".join(f"`{json.dumps(word, ensure_ascii=False)}`" for word in words)
    limits = [told.format(schema[key]) for key, told in _MOST.items() if key in schema]
    return ", ".join([_type(schema), *limits])


def _any_of(choices: list[dict[str, Any]]) -> str:
    names = {one["$ref"].rpartition("/")[2] for one in choices if "$ref" in one}
    for name, parts in (("Value", {"Constant", "First"}), ("Condition", {"All", "AnyOf"})):
        if parts <= names:
            return name
    kinds = [_kind(one) for one in choices if one.get("type") != "null"]
    return " or ".join(dict.fromkeys(kinds))


def _type(schema: dict[str, Any]) -> str:
    kind = str(schema.get("type", "anything"))
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}".replace(", ", " ")
    if kind == "integer":
        return f"{schema['minimum']} to {schema['maximum']}" if "minimum" in schema else kind
    if kind == "object":
        values = schema.get("additionalProperties", True)
        return f"by name: {_kind(values if isinstance(values, dict) else {})}"
    return kind


def _default(schema: dict[str, Any]) -> str:
    """Return what holds where a key is absent; "" for nothing."""
    value = schema.get("default")
    values = value if isinstance(value, list) else [value]
    is_plain = bool(values) and all(isinstance(one, bool | int | str) for one in values)
    return f"`{json.dumps(value, ensure_ascii=False)}`" if is_plain and value != "" else ""
