"""The body of a Loop request: lenient about spelling, strict about content."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from ecritures.api.http.failures import refusal
from ecritures.api.http.parameters import UNSTORABLE
from ecritures.core.errors import RefusedRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

_MEDIA_TYPES = {"", "application/json", "application-json"}


async def read_body(request: Request) -> bytes:
    """Read the body without FastAPI, which refuses the media type of the vendor's own page."""
    check_media_type(request)
    return await request.body()


def check_media_type(request: Request) -> None:
    """Refuse a body that says it is compressed or no JSON; the vendor's own page misspells it."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in _MEDIA_TYPES:
        raise refusal(
            415,
            "media-type-refused",
            f"Le type de contenu « {media_type} » n'est pas accepté : envoyer application/json.",
            f"Media type “{media_type}” is not accepted: send application/json.",
        )
    coding = request.headers.get("content-encoding", "").strip().lower()
    if coding not in {"", "identity"}:
        raise refusal(
            415,
            "content-encoding-refused",
            f"Le corps de la requête est compressé ({coding}) : l'envoyer sans Content-Encoding.",
            f"The body of the request is compressed ({coding}): send it without Content-Encoding.",
        )


class _Object(list[tuple[str, Any]]):
    """A JSON object as it was written: a dict would drop a repeated key."""


_DECODER = json.JSONDecoder(object_pairs_hook=_Object)


def read_fields(raw: bytes, names: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of a body, under their documented names.

    Args:
        raw: The bytes of the body.
        names: Lower-case name of each field of the route → its name; others are ignored, as the
            vendor does.

    Raises:
        RefusedRequestError: The body is not a JSON object of texts, or contradicts itself.
    """
    fields: dict[str, str] = {}
    for key, value in _parse_object(raw):
        name = names.get(key.lower())
        if name is None or value is None:
            continue
        text = _checked_text(name, value).strip()
        if not text:
            continue
        if fields.setdefault(name, text) != text:
            _refuse(
                "field-twice",
                f"Le champ {name} est donné deux fois, avec deux valeurs différentes.",
                f"Field {name} is given twice, with different values.",
            )
    return fields


def _parse_object(raw: bytes) -> _Object:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        _refuse(
            "body-not-utf8",
            "Le corps de la requête n'est pas en UTF-8.",
            "The body of the request is not UTF-8.",
        )
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
        _refuse(
            "body-not-json",
            f"Le corps de la requête n'est pas du JSON (ligne {line}, colonne {column}).",
            f"The body of the request is not JSON (line {line}, column {column}).",
        )
    if not isinstance(value, _Object):
        _refuse(
            "body-not-object",
            "Le corps de la requête doit être un objet JSON, entre accolades.",
            "The body of the request must be a JSON object, in braces.",
        )
    return value


def _checked_text(name: str, value: Any) -> str:  # noqa: ANN401 - any JSON value
    if not isinstance(value, str):
        _refuse(
            "field-not-text",
            f"Le champ {name} doit être un texte, entre guillemets.",
            f"Field {name} must be a string, in quotes.",
        )
    if UNSTORABLE.search(value):
        _refuse(
            "field-unreadable",
            f"Le champ {name} contient un caractère qui n'est pas du texte.",
            f"Field {name} contains a character that is not text.",
        )
    return value


def _refuse(code: str, fr: str, en: str) -> NoReturn:
    raise RefusedRequestError(code, fr, en) from None
