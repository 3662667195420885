"""The OpenAPI description: FastAPI's, with what FastAPI cannot know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from ecritures import __version__
from ecritures.api.http.app_state import is_loop
from ecritures.api.http.problems import Problem

if TYPE_CHECKING:
    from fastapi import FastAPI

_DESCRIPTION = """\
Confiez un fichier d'écritures (FEC) : il est vérifié, puis enregistré dans le dossier, en entier ou
pas du tout, une seule fois.

Deux faces : les routes compatibles avec l'API publique d'import de **Cegid Loop**, et celles du
produit sous `/v1`. Pour essayer : **Authorize**, puis `clé:secret` dans `x-apikey`.
"""

_SCHEMES = {
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "x-apikey",
        "description": "`clé:secret`, donné une fois par `ecritures key create`.",
    },
    "bearer": {"type": "http", "scheme": "bearer", "description": "`clé:secret`"},
}


def install(app: FastAPI) -> None:
    """Replace FastAPI's description by the complete one, built once."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _describe(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way


def _describe(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title="Écritures",
        version=__version__,
        summary="Des fichiers d'écritures comptables vers le grand livre d'un dossier.",
        description=_DESCRIPTION,
        routes=app.routes,
        openapi_version="3.1.0",
    )
    components = schema.setdefault("components", {})
    components["securitySchemes"] = _SCHEMES
    problem = TypeAdapter(Problem).json_schema(ref_template="#/components/schemas/{model}")
    components.setdefault("schemas", {}).update({**problem.pop("$defs", {}), "Problem": problem})
    for path, item in schema["paths"].items():
        for operation in item.values():
            operation["security"] = [{"apiKey": []}, *([] if is_loop(path) else [{"bearer": []}])]
    return schema
