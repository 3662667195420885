"""The parameters of an address: known, given once, and texts that a database can keep."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from ecritures.core.errors import RefusedRequestError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from fastapi import Request
    from fastapi.dependencies.models import Dependant

UNSTORABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def names_of(dependant: Dependant) -> frozenset[str]:
    """Return the names of the query parameters that a route takes."""
    own = {field.alias for field in dependant.query_params}
    return frozenset(own.union(*(names_of(one) for one in dependant.dependencies)))


def check_path(request: Request) -> None:
    """Refuse a path that can name nothing.

    Raises:
        HTTPException: It contains a control character.
    """
    if UNSTORABLE.search(request.url.path):
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


def check_parameters(request: Request, known: Collection[str]) -> None:
    """Refuse a parameter that would be ignored: its caller counts on it.

    Raises:
        RequestValidationError: One is unknown, given twice, or contains a control character.
    """
    errors = [
        {"type": kind, "loc": ("query", name), "msg": message}
        for name, kind, message in _wrong(request, known)
    ]
    if errors:
        raise RequestValidationError(errors)


def _wrong(request: Request, known: Collection[str]) -> Iterator[tuple[str, str, str]]:
    given = request.query_params.multi_items()
    for name, times in Counter(name for name, _ in given).items():
        if name not in known:
            yield name, "parameter_unknown", "unknown parameter"
        elif times > 1:
            yield name, "parameter_twice", "parameter given more than once"
    for name, value in given:
        if UNSTORABLE.search(value):
            yield name, "string_unreadable", "contains a character that is not text"
