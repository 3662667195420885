"""The OpenAPI description: FastAPI's, with what FastAPI cannot know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from ecritures import __version__
from ecritures.api.http.app_state import SUBSCRIPTION_HEADER, is_loop
from ecritures.api.http.multipart import MEDIA_TYPE as MULTIPART
from ecritures.api.http.problems import Problem, problem_responses
from ecritures.api.http.refusal_examples import RefusalExamples
from ecritures.api.loop import history_openapi as loop_history
from ecritures.api.loop import lists_openapi as loop_lists
from ecritures.api.loop import openapi as loop
from ecritures.api.loop.json_openapi import IMPORT_JSON, JSON_RESPONSES
from ecritures.api.loop.tra_openapi import TRA_RESPONSES
from ecritures.api.v1.examples import EXAMPLES
from ecritures.api.v1.examples_of_requests import FORMS, REQUESTS
from ecritures.api.v1.new_import import BODY_SCHEMAS

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.routing import BaseRoute

_TITLE = "Ecritures"
"""Without an accent: generators of clients make names of it."""

_DESCRIPTION = """\
Confiez un fichier d'écritures (FEC) : il est vérifié, puis enregistré dans le dossier, en entier ou
pas du tout, une seule fois.

Deux faces : les routes compatibles avec l'API publique d'import de **Cegid Loop**, et celles du
produit sous `/v1`. Pour essayer : **Authorize**, puis `clé:secret` dans `x-apikey`.
"""

# Their names are English and plain letters, like those of the operations: generators of clients
# make modules of them.
_TAGS = [
    {
        "name": loop.TAG,
        "description": "Les routes de l'API publique d'import de Cegid Loop : déposer un fichier, "
        "demander son import, le suivre, lire ce que le dossier contient.",
    },
    {
        "name": "Imports",
        "description": "Demander un import, le suivre, lire ce qui a été trouvé, le reprendre.",
    },
    {"name": "Dossiers", "description": "Les dossiers du domaine, et leur balance."},
    {
        "name": "Ledger",
        "description": "Lire les écritures d'un dossier : les mêmes filtres partout, des pages"
        " d'une même révision, et des fichiers.",
    },
    {
        "name": "Models",
        "description": "Les modèles d'import : comment lire un fichier qui n'est pas un FEC.",
    },
    {"name": "Domains", "description": "Le domaine de la clé : ses choix pour les imports."},
    {
        "name": "People",
        "description": "Qui se connecte aux pages, avec quel rôle, dans quels dossiers.",
    },
    {"name": "Keys", "description": "Les clés d'API du domaine et leurs droits."},
    {
        "name": "Webhooks",
        "description": "Des adresses à qui le service dit ce qui arrive, par des envois signés.",
    },
    {"name": "Service", "description": "Les maintenances et les pannes du service."},
]

_SCHEMES = {
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "x-apikey",
        "description": "`clé:secret`, donné une fois par `ecritures key create`. Sous `/v1`, "
        "`Authorization: Bearer clé:secret` convient aussi.",
    },
    "subscriptionKey": {
        "type": "apiKey",
        "in": "header",
        "name": SUBSCRIPTION_HEADER,
        "description": "Clé d'abonnement ; facultative, sauf si l'exploitant en exige une.",
    },
}


def _text_header(description: str, **schema: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string", **schema}}


_HEADERS = {
    "request-id": _text_header("Numéro de la requête, dans le journal aussi.", format="uuid"),
    "x-request-id": _text_header("Le même, sans tirets.", pattern="^[0-9a-f]{32}$"),
    "Retry-After": {"description": "Secondes à attendre.", "schema": {"type": "integer"}},
    "Location": _text_header("Où suivre ou lire ce qui a été créé."),
    "Idempotency-Replayed": _text_header("`true` : réponse déjà donnée à cette clé."),
}

_LOOP_RESPONSES = loop.RESPONSES | loop_lists.RESPONSES | loop_history.RESPONSES
_LOOP_RESPONSES |= TRA_RESPONSES | JSON_RESPONSES
_BUSY = {"429", "503"}
_CREATED = {"201", "202"}


def install(app: FastAPI) -> None:
    """Replace FastAPI's description by the complete one, built once: of the routes there are now.

    The pages are added later, and are not part of it.
    """
    routes = list(app.routes)

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _describe(app, routes)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way


def _describe(app: FastAPI, routes: list[BaseRoute]) -> dict[str, Any]:
    address = app.state.ecritures.settings.public_url.rstrip("/")
    schema = get_openapi(
        title=_TITLE,
        version=__version__,
        summary="Des fichiers d'écritures comptables vers le grand livre d'un dossier.",
        description=_DESCRIPTION,
        routes=routes,
        tags=_TAGS,
        servers=[{"url": address or "/", "description": "Ce service"}],
        openapi_version="3.1.0",
    )
    components = schema.setdefault("components", {})
    components["securitySchemes"] = _SCHEMES
    components["headers"] = _HEADERS
    refusals = RefusalExamples()
    components["examples"] = refusals.components
    problem = TypeAdapter(Problem).json_schema(ref_template="#/components/schemas/{model}")
    components.setdefault("schemas", {}).update(
        {
            **BODY_SCHEMAS,
            **problem.pop("$defs", {}),
            "Problem": problem,
            loop.ENVELOPE_NAME: loop.ENVELOPE,
        }
    )
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            _complete(operation, method, path, refusals)
    return schema


def _complete(operation: dict[str, Any], method: str, path: str, refusals: RefusalExamples) -> None:
    """Add what every operation has: security, errors, headers, examples of its answers."""
    name, of_loop = operation["operationId"], is_loop(path)
    operation["security"] = [{"apiKey": []}]
    if of_loop:
        operation["security"].append({"apiKey": [], "subscriptionKey": []})
        operation["responses"] = {
            status: one.copy() for status, one in _LOOP_RESPONSES[name].items()
        }
    else:
        common = problem_responses(422, 429, 500, 503)
        operation["responses"] = {
            str(status): one for status, one in (common | operation["responses"]).items()
        } | operation["responses"]
    if name in REQUESTS:
        for media_type, content in operation["requestBody"]["content"].items():
            bodies = FORMS if media_type == MULTIPART else REQUESTS
            content["example"] = bodies[name]
    for status, response in operation["responses"].items():
        if status in EXAMPLES.get(name, {}):
            response["content"]["application/json"]["example"] = EXAMPLES[name][status]
        if status.startswith(("4", "5")):
            examples = {
                "examples": refusals.refer(name, status, operation["responses"], of_loop=of_loop)
            }
            response["content"] = {
                media_type: {"schema": content["schema"]} | examples
                for media_type, content in response["content"].items()
            }
        elif name == IMPORT_JSON["operation_id"]:  # refuses with 200, as the vendor does
            refused = refusals.refer(name, "400", operation["responses"], of_loop=of_loop)
            content = response["content"]["application/json"]
            response["content"] = {
                "application/json": content | {"examples": content["examples"] | refused}
            }
        response["headers"] = {
            header: {"$ref": f"#/components/headers/{header}"}
            for header in _headers_of(status, method, of_loop=of_loop)
        }


def _headers_of(status: str, method: str, *, of_loop: bool) -> list[str]:
    names = ["request-id", "x-request-id"]
    if status in _BUSY:
        names.append("Retry-After")
    if status in _CREATED and not of_loop:
        names.append("Location")
    if method == "post" and status.startswith("2"):
        names.append("Idempotency-Replayed")
    return names
