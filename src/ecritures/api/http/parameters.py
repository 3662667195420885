"""The parameters of an address: known, given once, and texts that a database can keep."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_origin

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ecritures.core.errors import RefusedRequestError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import Request
    from fastapi._compat import ModelField
    from fastapi.dependencies.models import Dependant

UNSTORABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ParameterNames:
    """The query parameters that a route takes.

    Attributes:
        known: All of them.
        several: Those that may be given several times.
    """

    known: frozenset[str]
    several: frozenset[str]


def names_of(dependant: Dependant) -> ParameterNames:
    """Return the names of the query parameters that a route takes."""
    fields = list(_fields(dependant))
    several = (one.alias for one in fields if get_origin(one.field_info.annotation) is list)
    return ParameterNames(frozenset(one.alias for one in fields), frozenset(several))


def _fields(dependant: Dependant) -> Iterator[ModelField]:
    yield from dependant.query_params
    for one in dependant.dependencies:
        yield from _fields(one)


def check_path(request: Request) -> None:
    """Refuse a path that can name nothing.

    Raises:
        HTTPException: It contains a control character.
    """
    if UNSTORABLE.search(request.scope["path"]):  # `url` leaves line breaks out
        raise HTTPException(404)


def check_loop_parameters(request: Request) -> None:
    """Refuse what no database can keep; other parameters are ignored, as the vendor does.

    Raises:
        RefusedRequestError: A parameter contains a control character.
    """
    for name, value in request.query_params.multi_items():
        if UNSTORABLE.search(value):
            raise RefusedRequestError(
                "parameter-unreadable",
                f"Le paramètre {name} contient un caractère qui n'est pas du texte.",
                f"Parameter {name} contains a character that is not text.",
            )


def check_parameters(request: Request, names: ParameterNames) -> None:
    """Refuse a parameter that would be ignored: its caller counts on it.

    Raises:
        RequestValidationError: One is unknown, given twice, or contains a control character.
    """
    errors = [
        {"type": kind, "loc": ("query", name), "msg": message}
        for name, kind, message in _wrong(request, names)
    ]
    if errors:
        raise RequestValidationError(errors)


def _wrong(request: Request, names: ParameterNames) -> Iterator[tuple[str, str, str]]:
    given = request.query_params.multi_items()
    for name, times in Counter(name for name, _ in given).items():
        if name not in names.known:
            yield name, "parameter_unknown", "unknown parameter"
        elif times > 1 and name not in names.several:
            yield name, "parameter_twice", "parameter given more than once"
    for name, value in given:
        if UNSTORABLE.search(value):
            yield name, "string_unreadable", "contains a character that is not text"
