"""From an exception to an answer, in one place for both faces."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
import structlog
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException

from ecritures.api.http.app_state import AppState, is_loop
from ecritures.api.http.problems import FieldError, field_errors, problem
from ecritures.api.loop.envelope import envelope
from ecritures.core.errors import (
    AbsentSourceError,
    BusyError,
    ConflictError,
    EcrituresError,
    ForbiddenError,
    NotFoundError,
    RefusedRequestError,
    TransientSourceError,
    UnauthorizedError,
    UnavailableError,
)
from ecritures.core.sentences import Sentence
from ecritures.imports.infrastructure_errors import classify

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.types import ExceptionHandler

_CONTENT_STATUSES: Mapping[type[EcrituresError], int] = {
    AbsentSourceError: 404,
    TransientSourceError: 503,
    NotFoundError: 404,
    ConflictError: 409,
    RefusedRequestError: 422,
}
"""What the vendor answers with its envelope and, by default, status 200."""

_STATUSES: Mapping[type[EcrituresError], int] = {
    AbsentSourceError: 404,
    TransientSourceError: 503,
    UnauthorizedError: 401,
    ForbiddenError: 403,
    UnavailableError: 503,
    BusyError: 429,
    **_CONTENT_STATUSES,
}

OUTSIDE_RETRY_SECONDS = 10

log = structlog.get_logger("ecritures.http")

_UNEXPECTED = Sentence(
    "internal-error",
    "Le service a rencontré une erreur imprévue ; elle est notée dans son journal.",
    "The service met an unexpected error; it is written in its log.",
)

_HTTP_SENTENCES: Mapping[int, Sentence] = {
    400: Sentence(
        "body-unreadable",
        "Le corps de la requête ne peut pas être lu.",
        "The request's body cannot be read.",
    ),
    404: Sentence(
        "route-unknown",
        "Cette adresse n'existe pas : /docs décrit celles du service.",
        "This address does not exist: /docs describes those of the service.",
    ),
    405: Sentence(
        "method-not-allowed",
        "Cette adresse n'accepte pas ce verbe HTTP.",
        "This address does not accept this HTTP verb.",
    ),
}

_INVALID = Sentence(
    "request-invalid",
    "La requête n'est pas valable : « errors » dit pourquoi, champ par champ.",
    "The request is not valid: “errors” tells why, field by field.",
)


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, before it takes the shape of a face."""

    status: int
    sentence: Sentence
    is_content: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    errors: Sequence[FieldError] = ()


def refusal(status: int, code: str, fr: str, en: str) -> HTTPException:
    """Return an exception that keeps its HTTP status on both faces."""
    return HTTPException(status, detail=Sentence(code, fr, en))


def render(request: Request, failure: Failure) -> Response:
    """Answer with a failure, in the shape of the face it happened on."""
    service: AppState = request.app.state.service
    if is_loop(request.url.path):
        status = service.settings.refusal_status if failure.is_content else failure.status
        response = envelope(service.instance_id, failure.sentence, status)
    else:
        response = problem(failure.status, failure.sentence, request.url.path, failure.errors)
    response.headers.update(failure.headers)
    return response


def render_unexpected(request: Request) -> Response:
    """Answer to an exception that nobody foresaw."""
    return render(request, Failure(500, _UNEXPECTED))


def install(app: FastAPI) -> None:
    """Give the application its handlers."""
    handlers: list[tuple[type[Exception], ExceptionHandler]] = [
        (EcrituresError, _on_error),
        (OSError, _on_outside),
        (sa.exc.SQLAlchemyError, _on_outside),
        (StarletteHTTPException, _on_http),
        (RequestValidationError, _on_invalid),
    ]
    for kind, handler in handlers:
        app.add_exception_handler(kind, handler)


async def _on_error(request: Request, error: Any) -> Response:  # noqa: ANN401 - Starlette's type
    status = next((code for kind, code in _STATUSES.items() if isinstance(error, kind)), 500)
    headers = {}
    if isinstance(error, UnauthorizedError):
        headers["www-authenticate"] = "Bearer"
    if isinstance(error, BusyError):
        headers["retry-after"] = str(math.ceil(error.retry_after_seconds))
    is_content = isinstance(error, tuple(_CONTENT_STATUSES))
    errors: list[FieldError] = [
        {"field": one["path"], "message": one["fr"], "messageEn": one["en"]}
        for one in getattr(error, "errors", ())
    ]
    return render(request, Failure(status, error.sentence, is_content, headers, errors))


async def _on_outside(request: Request, error: Any) -> Response:  # noqa: ANN401 - Starlette's type
    """Answer that the disk or the database fails: nothing was done, the same may be asked again."""
    if (outside := classify(error)) is None:
        raise error
    log.warning("the disk or the database failed", path=request.url.path, exc_info=error)
    sentence = outside.sentence
    told = UnavailableError(sentence.code, sentence.fr, sentence.en, OUTSIDE_RETRY_SECONDS)
    return await _on_error(request, told)


async def _on_http(request: Request, error: Any) -> Response:  # noqa: ANN401 - Starlette's type
    sentence = (
        error.detail
        if isinstance(error.detail, Sentence)
        else _HTTP_SENTENCES.get(error.status_code, _UNEXPECTED)
    )
    return render(request, Failure(error.status_code, sentence, headers=error.headers or {}))


async def _on_invalid(request: Request, error: Any) -> Response:  # noqa: ANN401 - Starlette's type
    return render(request, Failure(422, _INVALID, errors=field_errors(error.errors())))
