"""Turn exceptions into answers, in one place for both APIs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.routing import Match

from ecritures.api.http.app_state import is_loop, state_of
from ecritures.api.http.problems import FieldError, field_errors, problem
from ecritures.api.loop.envelope import envelope
from ecritures.app.views.undo import blockers_of
from ecritures.core.errors import (
    AbsentSourceError,
    BusyError,
    ConflictError,
    EcrituresError,
    ForbiddenError,
    GoneError,
    NotFoundError,
    RefusedRequestError,
    TransientSourceError,
    UnauthorizedError,
    UnavailableError,
)
from ecritures.core.sentences import Sentence
from ecritures.database.failures import DatabaseError, is_unstorable
from ecritures.imports.execution.infrastructure_errors import classify

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.types import ExceptionHandler

    from ecritures.app.views.undo import BlockerView

_STATUSES: Mapping[type[EcrituresError], int] = {
    AbsentSourceError: 404,
    TransientSourceError: 503,
    UnauthorizedError: 401,
    ForbiddenError: 403,
    UnavailableError: 503,
    BusyError: 429,
    NotFoundError: 404,
    GoneError: 410,
    ConflictError: 409,
    RefusedRequestError: 422,
}

REFUSED = 422
"""The content of a request cannot be accepted; the Loop-compatible routes have their own status."""

INFRASTRUCTURE_RETRY_SECONDS = 10
METHOD_NOT_ALLOWED = 405
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")

log = structlog.get_logger("ecritures.http")

_UNEXPECTED = Sentence(
    "internal-error",
    "Le service a rencontré une erreur imprévue ; elle est notée dans son journal.",
    "An unexpected error occurred; it is recorded in the service's log.",
)

_UNSTORABLE = Sentence(
    "value-unstorable",
    "La requête contient un caractère que la base de données ne peut pas garder.",
    "The request contains a character that the database cannot keep.",
)

_INVALID = Sentence(
    "request-invalid",
    "La requête n'est pas valable : « errors » dit pourquoi, champ par champ.",
    "The request is not valid: “errors” says why, field by field.",
)

HTTP_SENTENCES: Mapping[int, Sentence] = {
    400: Sentence(
        "body-unreadable",
        "Le corps de la requête ne peut pas être lu.",
        "The body of the request cannot be read.",
    ),
    404: Sentence(
        "route-unknown",
        "Cette adresse n'existe pas : /docs décrit celles du service.",
        "There is no such address: /docs lists those of the service.",
    ),
    405: Sentence(
        "method-not-allowed",
        "Cette adresse n'accepte pas ce verbe HTTP.",
        "This address does not accept this HTTP method.",
    ),
    422: _INVALID,
    500: _UNEXPECTED,
}


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, before it is rendered for one of the APIs."""

    status: int
    sentence: Sentence
    headers: Mapping[str, str] = field(default_factory=dict)
    errors: Sequence[FieldError] = ()
    blockers: Sequence[BlockerView] = ()


def refusal(status: int, code: str, fr: str, en: str) -> HTTPException:
    """Return an exception with the same HTTP status on both APIs."""
    return HTTPException(status, detail=Sentence(code, fr, en))


def status_of(error: EcrituresError) -> int | None:
    """Return the HTTP status of an error; None when a request cannot raise it by itself."""
    return next((code for kind, code in _STATUSES.items() if isinstance(error, kind)), None)


def render(request: Request, failure: Failure) -> Response:
    """Render a failure in the form of the API that was called."""
    state = state_of(request)
    if is_loop(request.url.path):
        status = failure.status if failure.status != REFUSED else _refusal_status(request)
        response = envelope(state.instance_id, failure.sentence, status)
    else:
        path = request.url.path
        response = problem(failure.status, failure.sentence, path, failure.errors, failure.blockers)
    response.headers.update(failure.headers)
    return response


def _refusal_status(request: Request) -> int:
    """Return the status that a Loop-compatible route refuses the content of a request with."""
    if request.method != "POST":
        return 400
    chosen = state_of(request).settings.refusal_status
    return chosen or (200 if request.url.path.endswith("/importJson") else 400)


def render_unexpected(request: Request) -> Response:
    """Render an unexpected exception."""
    return render(request, Failure(500, _UNEXPECTED))


def install(app: FastAPI) -> None:
    """Register the exception handlers."""
    handlers: list[tuple[type[Exception], ExceptionHandler]] = [
        (EcrituresError, _on_error),
        (OSError, _on_infrastructure),
        (DatabaseError, _on_infrastructure),
        (StarletteHTTPException, _on_http),
        (RequestValidationError, _on_invalid),
    ]
    for kind, handler in handlers:
        app.add_exception_handler(kind, handler)


async def _on_error(request: Request, error: Any) -> Response:  # noqa: ANN401 - Starlette's type
    status = status_of(error) or 500
    headers = {}
    if isinstance(error, UnauthorizedError):
        headers["www-authenticate"] = "Bearer"
    if isinstance(error, BusyError | TransientSourceError):
        wait = error.retry_after_seconds or INFRASTRUCTURE_RETRY_SECONDS
        headers["retry-after"] = str(math.ceil(wait))
    errors: list[FieldError] = [
        {"field": one["path"], "message": one["fr"], "messageEn": one["en"]}
        for one in getattr(error, "errors", ())
    ]
    failure = Failure(status, error.sentence, headers, errors, blockers_of(error))
    return render(request, failure)


async def _on_infrastructure(request: Request, error: Any) -> Response:  # noqa: ANN401 - Starlette's type
    """Answer that the disk or the database failed: nothing was done, and a retry is safe."""
    if is_unstorable(error):
        return render(request, Failure(REFUSED, _UNSTORABLE))
    if (failure := classify(error)) is None:
        raise error
    log.warning("the disk or the database failed", path=request.url.path, exc_info=error)
    sentence = failure.sentence
    unavailable = UnavailableError(
        sentence.code, sentence.fr, sentence.en, INFRASTRUCTURE_RETRY_SECONDS
    )
    return await _on_error(request, unavailable)


async def _on_http(request: Request, error: Any) -> Response:  # noqa: ANN401 - Starlette's type
    headers = dict(error.headers or {})
    if error.status_code == METHOD_NOT_ALLOWED:
        headers = {"allow": ", ".join(_methods_of(request))}
    sentence = (
        error.detail
        if isinstance(error.detail, Sentence)
        else HTTP_SENTENCES.get(error.status_code, _UNEXPECTED)
    )
    return render(request, Failure(error.status_code, sentence, headers=headers))


def _methods_of(request: Request) -> list[str]:
    """Return the methods of an address: several routes may share one, each with its own."""
    routes = request.app.router.routes
    found = []
    for method in METHODS:
        scope = {name: request.scope[name] for name in ("type", "path", "root_path", "headers")}
        asked = scope | {"method": method}
        if any(route.matches(asked)[0] is Match.FULL for route in routes):
            found.append(method)
    return found + ["HEAD"] * ("GET" in found)


async def _on_invalid(request: Request, error: Any) -> Response:  # noqa: ANN401 - Starlette's type
    return render(request, Failure(422, _INVALID, errors=field_errors(error.errors())))
