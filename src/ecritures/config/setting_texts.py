"""Settings written as text, as variables are: lists, dictionaries, choices of numbers."""

from __future__ import annotations

import json
from typing import Any, Literal, get_args, get_origin


def value_of(annotation: Any, text: str) -> Any:  # noqa: ANN401 - a type, and a value of it
    """Return the value that a text stands for; the text itself where Pydantic reads it.

    A list is JSON or `a,b`; a dictionary is JSON or `name=value,name=value`.

    Raises:
        ValueError: It is neither; the message does not repeat the text, which may be a secret.
    """
    kind = get_origin(annotation)
    if kind is list:
        return _json(text, list) if text.lstrip().startswith(("[", "{")) else _parts(text)
    if kind is dict:
        return _json(text, dict) if text.lstrip().startswith("{") else _pairs(text)
    choices = {str(choice): choice for choice in _choices(annotation)}
    return choices.get(text, text)


def _json(text: str, kind: type) -> Any:  # noqa: ANN401 - any JSON value
    try:
        found = json.loads(text)
    except ValueError as error:
        place = getattr(error, "pos", 0)
        message = f"not valid JSON at character {place + 1}"
        raise ValueError(message) from None
    if not isinstance(found, kind):
        message = f"not a JSON {'list' if kind is list else 'object'}"
        raise ValueError(message)  # noqa: TRY004 - Pydantic makes sentences of these only
    return found


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _pairs(text: str) -> dict[str, str]:
    found = {}
    for part in _parts(text):
        name, equals, value = part.partition("=")
        if not equals or not name.strip():
            message = "neither JSON nor name=value,name=value"
            raise ValueError(message)
        found[name.strip()] = value.strip()
    return found


def _choices(annotation: Any) -> list[Any]:  # noqa: ANN401 - a type
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [choice for part in get_args(annotation) for choice in _choices(part)]
