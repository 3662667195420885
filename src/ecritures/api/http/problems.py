"""Problems as in RFC 9457, with a stable code and in both languages."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NotRequired

from fastapi.responses import JSONResponse
from typing_extensions import TypedDict

from ecritures.app.views.undo import BlockerView  # noqa: TC001 - Pydantic reads it

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ecritures.core.sentences import Sentence

PROBLEM_TYPE = "application/problem+json"


class FieldError(TypedDict):
    """An error in one field of a request."""

    field: str
    message: str
    messageEn: str


class Problem(TypedDict):
    """The body of every refusal of `/v1`. Programs rely on `code`; sentences may change."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    detailEn: str
    instance: str
    errors: NotRequired[list[FieldError]]
    message: NotRequired[str]
    blockers: NotRequired[list[BlockerView]]


_TITLES: Mapping[int, str] = {
    400: "Requête illisible",
    401: "Clé refusée",
    403: "Accès interdit",
    404: "Introuvable",
    405: "Verbe refusé",
    409: "Conflit",
    410: "Plus conservé",
    413: "Requête trop grande",
    415: "Type de contenu refusé",
    422: "Requête refusée",
    429: "Trop de requêtes",
    500: "Erreur imprévue",
    503: "Indisponible pour l'instant",
}

_FIELD_SENTENCES: Mapping[str, str] = {
    "missing": "Ce champ manque.",
    "extra_forbidden": "Ce champ n'est pas connu.",
    "json_invalid": "Le corps n'est pas du JSON.",
    "string_type": "Ce champ doit être un texte.",
    "string_too_short": "Ce champ est vide.",
    "bool_type": "Ce champ doit être true ou false.",
    "list_type": "Ce champ doit être une liste.",
    "parameter_unknown": "Ce paramètre n'est pas connu.",
    "parameter_twice": "Ce paramètre est donné plusieurs fois.",
    "string_unreadable": "Ce champ contient un caractère qui n'est pas du texte.",
    "string_unicode": "Ce champ contient un caractère qui n'est pas du texte.",
    "scope_empty": "Donnez fiscalYear, from et to, ou journals.",
    "scope_twice": "Donnez fiscalYear, ou from et to, pas les deux.",
    "model_and_format": "Donnez un modèle ou un format, pas les deux.",
    "unit_without_model": "unit ne sert qu'avec un modèle.",
    "verdict_twice": "duplicates et un autre champ donnent le même choix : gardez-en un.",
}


def title(status: int) -> str:
    """Return the title of an HTTP status, in French for those that the service uses."""
    return _TITLES.get(status) or HTTPStatus(status).phrase


def problem(
    status: int,
    sentence: Sentence,
    instance: str,
    errors: Sequence[FieldError] = (),
    blockers: Sequence[BlockerView] = (),
) -> JSONResponse:
    """Render a problem; with `blockers`, also as the command line says it: with `message`."""
    body = problem_body(status, sentence, instance)
    if blockers:
        body |= {"message": sentence.fr, "blockers": list(blockers)}
    if errors:
        body["errors"] = list(errors)
    return JSONResponse(body, status, media_type=PROBLEM_TYPE)


def problem_body(status: int, sentence: Sentence, instance: str) -> Problem:
    """Return a problem as JSON."""
    return {
        "type": "about:blank",
        "title": title(status),
        "status": status,
        "code": sentence.code,
        "detail": sentence.fr,
        "detailEn": sentence.en,
        "instance": instance,
    }


def field_errors(errors: Iterable[Mapping[str, Any]]) -> list[FieldError]:
    """Return FastAPI's errors without the input, which may contain a credential."""
    return [
        {
            "field": ".".join(str(part) for part in error["loc"]),
            "message": _FIELD_SENTENCES.get(error["type"], "Ce champ n'est pas valable."),
            "messageEn": error["msg"].removeprefix("Value error, "),
        }
        for error in errors
    ]


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI entries of the errors that a route may answer with."""
    return {
        status: {
            "description": title(status),
            "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }
