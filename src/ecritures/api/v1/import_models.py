"""Import models, on the product's own API."""

import re
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from ecritures.api.http.app_state import (
    AdministeringCaller,
    AuthenticatedRoute,
    CurrentState,
    ImportingCaller,
    ReadingCaller,
)
from ecritures.api.http.idempotency import IdempotencyKey, identify, respond
from ecritures.api.http.problems import problem_responses
from ecritures.app.actions import import_models as actions
from ecritures.app.views.import_models import (
    ModelDocument,
    ModelView,
    TriedView,
    VersionView,
    model_document,
    model_view,
    version_view,
)
from ecritures.core.sentences import Language
from ecritures.imports.submission.import_models import (
    checked_model,
    find_model,
    list_models,
    versions_of,
)

router = APIRouter(prefix="/v1/models", tags=["Models"], route_class=AuthenticatedRoute)

ModelName = Annotated[str, Path(description="Nom du modèle, sans égard à la casse.")]
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
CONTENT_CHARS_MAX = 500_000


def _storable(document: dict[str, Any]) -> dict[str, Any]:
    waiting: list[Any] = [document]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and _UNSTORABLE.search(one):
            raise PydanticCustomError("string_unreadable", "contains a character that is not text")
    return document


Document = Annotated[dict[str, Any], AfterValidator(_storable)]


class NewModel(BaseModel):
    """A model to store."""

    model_config = ConfigDict(extra="forbid")

    document: Document = Field(description="Le modèle (schéma : import-model.schema.json).")


class Trial(BaseModel):
    """A model and a small file to try it on."""

    model_config = ConfigDict(extra="forbid")

    model: str | None = Field(
        None,
        max_length=100,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="Un modèle par son nom…",
    )
    document: Document | None = Field(None, description="… ou le modèle lui-même.")
    content: str = Field(max_length=CONTENT_CHARS_MAX, description="Le texte du fichier.")


@router.get(
    "",
    operation_id="listModels",
    summary="Lister les modèles",
    responses=problem_responses(401, 403),
)
def list_all(state: CurrentState, caller: ReadingCaller) -> list[ModelView]:
    """List the models of the domain, then the built-in ones."""
    return [model_view(one) for one in list_models(state.database, caller.domain_id)]


@router.post(
    "",
    status_code=201,
    operation_id="addModel",
    summary="Enregistrer un modèle",
    description="Ses exemples sont essayés d'abord. Un modèle de ce nom gagne une version.",
    response_model=ModelDocument,
    responses=problem_responses(400, 401, 403, 409, 413, 422),
)
def add(
    state: CurrentState, caller: AdministeringCaller, wanted: NewModel, key: IdempotencyKey = None
) -> Response:
    """Store a model: a new one, or the next version of one."""
    idempotent = identify(state.settings, caller, key, router.prefix, wanted.model_dump_json())
    check = partial(state.deps.preview, checked_model)
    answer = actions.add_model(state.database, caller.domain_id, wanted.document, idempotent, check)
    name = quote(answer.view["name"], safe="")
    return respond(answer, 201, f"{router.prefix}/{name}/versions/{answer.view['version']}")


@router.post(
    "/try",
    operation_id="tryModel",
    summary="Essayer un modèle",
    description="Rien n'est enregistré : les lignes obtenues, les anomalies, et d'où vient "
    "chaque valeur.",
    response_model=TriedView,
    responses=problem_responses(400, 401, 403, 404, 409, 413, 422),
)
def try_out(
    state: CurrentState,
    caller: ImportingCaller,
    wanted: Trial,
    lang: Annotated[Language, Query(description="Langue des phrases.")] = "fr",
    key: IdempotencyKey = None,
) -> Response:
    """Read a small file with a model."""
    content = (f"{router.prefix}/try", lang, wanted.model_dump_json())
    idempotent = identify(state.settings, caller, key, *content)
    trial = actions.Trial(wanted.content, wanted.model, wanted.document)
    return respond(actions.try_import_model(state.deps, caller.domain_id, trial, lang, idempotent))


@router.get(
    "/{name}",
    operation_id="getModel",
    summary="Lire un modèle",
    responses=problem_responses(401, 403, 404, 422),
)
def get_latest(state: CurrentState, caller: ReadingCaller, name: ModelName) -> ModelDocument:
    """Return the latest version of a model."""
    return model_document(find_model(state.database, caller.domain_id, name))


@router.get(
    "/{name}/versions",
    operation_id="listModelVersions",
    summary="Lister les versions d'un modèle",
    responses=problem_responses(401, 403, 404, 422),
)
def list_versions(state: CurrentState, caller: ReadingCaller, name: ModelName) -> list[VersionView]:
    """List the versions of a model; a built-in one has none."""
    return [version_view(one) for one in versions_of(state.database, caller.domain_id, name)]


@router.get(
    "/{name}/versions/{version}",
    operation_id="getModelVersion",
    summary="Lire une version d'un modèle",
    responses=problem_responses(401, 403, 404, 422),
)
def get_version(
    state: CurrentState,
    caller: ReadingCaller,
    name: ModelName,
    version: Annotated[int, Path(ge=1, le=2**31 - 1, description="Numéro de version.")],
) -> ModelDocument:
    """Return one version of a model."""
    return model_document(find_model(state.database, caller.domain_id, name, version))
