"""Import models, on the product's own face."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Response
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection
from typing_extensions import TypedDict

from ecritures.api.http.app_state import AppState, AuthenticatedRoute, TheCaller, TheState
from ecritures.api.http.idempotency import IdempotencyKey, answer, asked_of, respond
from ecritures.api.http.problems import problem_responses
from ecritures.app.idempotency import Answer, answer_once
from ecritures.app.views.imports import instant_text
from ecritures.core.sentences import Language
from ecritures.directory.import_models import StoredModel
from ecritures.directory.keys import Caller
from ecritures.formats.layouts.loading import load_model
from ecritures.formats.layouts.preview import try_model
from ecritures.imports.import_models import (
    TriedView,
    checked_model,
    find_model,
    list_models,
    record_model,
    tried_view,
    versions_of,
)

router = APIRouter(prefix="/v1/models", tags=["Modèles"], route_class=AuthenticatedRoute)

ModelName = Annotated[str, InPath(description="Nom du modèle, sans égard à la casse.")]
CONTENT_CHARS_MAX = 500_000


class ModelView(TypedDict):
    """A model, as listed. `version` is null for one that comes with the product."""

    name: str
    title: str
    version: int | None
    builtIn: bool


class ModelDocument(ModelView):
    """A model with its document."""

    document: dict[str, Any]
    createdAt: str | None


class VersionView(TypedDict):
    """A version of a model."""

    version: int
    createdAt: str


class NewModel(BaseModel):
    """A model to keep."""

    model_config = ConfigDict(extra="forbid")

    document: dict[str, Any] = Field(description="Le modèle (schéma : import-model.schema.json).")


class Trial(BaseModel):
    """A model and a small file to try it on."""

    model_config = ConfigDict(extra="forbid")

    model: str | None = Field(None, max_length=100, description="Un modèle par son nom…")
    document: dict[str, Any] | None = Field(None, description="… ou le modèle lui-même.")
    content: str = Field(max_length=CONTENT_CHARS_MAX, description="Le texte du fichier.")


@router.get("", summary="Lister les modèles", responses=problem_responses(401))
def list_all(service: TheState, caller: TheCaller) -> list[ModelView]:
    """List the models of the domain, then those that come with the product."""
    found = list_models(service.database, caller.domain_id)
    return [_view(one.name, one.model.title, one.version) for one in found]


@router.post(
    "",
    status_code=201,
    summary="Enregistrer un modèle",
    description="Ses exemples sont essayés d'abord. Un modèle de ce nom gagne une version.",
    response_model=ModelDocument,
    responses=problem_responses(400, 401, 409, 413, 422),
)
def add(
    service: TheState, caller: TheCaller, wanted: NewModel, key: IdempotencyKey = None
) -> Response:
    """Keep a model: a new one, or the next version of one."""

    def prepare() -> Callable[[Connection], Answer]:
        model = checked_model(wanted.document)
        now = service.database.clock.now()

        def write(connection: Connection) -> Answer:
            kept = record_model(connection, caller.domain_id, model, now)
            location = f"{router.prefix}/{quote(kept.name, safe='')}/versions/{kept.version}"
            return answer(201, location, _kept_view(kept))

        return write

    asked = asked_of(service, caller, key, router.prefix, wanted.model_dump_json())
    return respond(answer_once(service.database, asked, prepare))


@router.post(
    "/try",
    summary="Essayer un modèle",
    description="Rien n'est enregistré : les lignes obtenues, les anomalies, et d'où vient "
    "chaque valeur.",
    response_model=TriedView,
    responses=problem_responses(400, 401, 404, 409, 413, 422),
)
def try_out(
    service: TheState,
    caller: TheCaller,
    wanted: Trial,
    lang: Annotated[Language, Query(description="Langue des phrases.")] = "fr",
    key: IdempotencyKey = None,
) -> Response:
    """Read a small file by a model."""
    asked = asked_of(service, caller, key, f"{router.prefix}/try", lang, wanted.model_dump_json())

    def prepare() -> Callable[[Connection], Answer]:
        given = answer(200, None, _tried(service, caller, wanted, lang))
        return lambda _: given

    return respond(answer_once(service.database, asked, prepare))


def _tried(service: AppState, caller: Caller, wanted: Trial, lang: Language) -> TriedView:
    if wanted.document is not None:
        model = load_model(wanted.document)
    else:
        model = find_model(service.database, caller.domain_id, wanted.model or "").model
    with TemporaryDirectory(prefix="ecritures-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(wanted.content.encode(errors="replace"))
        return tried_view(try_model(model, path), lang)


@router.get("/{name}", summary="Lire un modèle", responses=problem_responses(401, 404, 422))
def get_latest(service: TheState, caller: TheCaller, name: ModelName) -> ModelDocument:
    """Return the latest version of a model."""
    return _document(service, caller, name, None)


@router.get(
    "/{name}/versions",
    summary="Lister les versions d'un modèle",
    responses=problem_responses(401, 404, 422),
)
def list_versions(service: TheState, caller: TheCaller, name: ModelName) -> list[VersionView]:
    """List the versions of a model; a built-in one has none."""
    found = versions_of(service.database, caller.domain_id, name)
    return [{"version": one.version, "createdAt": instant_text(one.created_at)} for one in found]


@router.get(
    "/{name}/versions/{version}",
    summary="Lire une version d'un modèle",
    responses=problem_responses(401, 404, 422),
)
def get_version(
    service: TheState,
    caller: TheCaller,
    name: ModelName,
    version: Annotated[int, InPath(ge=1, le=2**31 - 1, description="Numéro de version.")],
) -> ModelDocument:
    """Return one version of a model."""
    return _document(service, caller, name, version)


def _document(
    service: TheState, caller: TheCaller, name: str, version: int | None
) -> ModelDocument:
    found = find_model(service.database, caller.domain_id, name, version)
    created = found.created_at
    return {
        **_view(found.name, found.model.title, found.version),
        "document": found.document,
        "createdAt": instant_text(created) if created else None,
    }


def _kept_view(kept: StoredModel) -> ModelDocument:
    return {
        **_view(kept.name, str(kept.document.get("title", "")), kept.version),
        "document": kept.document,
        "createdAt": instant_text(kept.created_at),
    }


def _view(name: str, title: str, version: int | None) -> ModelView:
    return {"name": name, "title": title, "version": version, "builtIn": version is None}
