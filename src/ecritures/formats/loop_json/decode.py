"""Decodes JSON exactly: numbers as they are written, keys as the page spells them, none twice."""

from __future__ import annotations

import json
import re
from typing import Any

from ecritures.formats.loop_json.fields import SPELLINGS

TWICE = "\0twice"
"""In an object: a key that it has twice, with different values."""


_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


class Number(str):
    """A number as it is written."""

    __slots__ = ()


class JSONFault(Exception):  # noqa: N818 - its caller says where
    """A text that is no JSON; `position`: of the character to blame."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class _Names(dict[str, str]):
    """How the page spells a key; a key it does not have stays as it is."""

    def __missing__(self, key: str) -> str:
        return SPELLINGS.get(key.lower(), key)


_names = _Names({name: name for name in SPELLINGS.values()})


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = {_names[key]: value for key, value in pairs}
    if len(found) != len(pairs):
        for key, value in pairs:
            name = _names[key]
            if found[name] != value:
                found[TWICE] = name
                break
    return found


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Number, parse_int=Number, parse_constant=Number
)


def is_text(value: object) -> bool:
    """Return whether all texts of a value can be stored: no NUL, and no half of a character."""
    if isinstance(value, dict):
        return all(map(is_text, (*(name for name in value if name != TWICE), *value.values())))
    if isinstance(value, list):
        return all(map(is_text, value))
    return not isinstance(value, str) or _NO_TEXT.search(value) is None


def cleaned(text: str) -> str:
    """Return a text that can be stored."""
    return _NO_TEXT.sub("\ufffd", text)


def decode(raw: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Decode a JSON value.

    Raises:
        UnicodeDecodeError: It is not UTF-8.
        JSONFault: It is no JSON.
    """
    try:
        return _DECODER.decode(raw.decode("utf-8"))
    except json.JSONDecodeError as error:
        raise JSONFault(len(error.doc[: error.pos].encode("utf-8", "replace"))) from None
    except RecursionError:
        raise JSONFault(0) from None
