"""Import models as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import TypedDict

from ecritures.app.views.instants import instant_or_none, instant_text
from ecritures.core.anomalies import Anomaly
from ecritures.formats.layouts.preview import shown
from ecritures.rules.catalogue import describe

if TYPE_CHECKING:
    from ecritures.core.sentences import Language
    from ecritures.directory.import_models import StoredModel
    from ecritures.formats.layouts.preview import Tried
    from ecritures.imports.submission.import_models import NamedModel


class ModelView(TypedDict):
    """An import model, as listed. `version` is null for a built-in model."""

    name: str
    title: str
    version: int | None
    builtIn: bool


class ModelDocument(ModelView):
    """An import model with its document."""

    document: dict[str, Any]
    createdAt: str | None


class VersionView(TypedDict):
    """A version of an import model."""

    version: int
    createdAt: str


class TriedView(TypedDict):
    """What an import model makes of a small file.

    `lines`: the canonical lines; `sources`: field → the columns it comes from; `texts`: for each
    line, the texts its values were made from.
    """

    lines: list[dict[str, Any]]
    texts: list[dict[str, Any]]
    sources: dict[str, str]
    anomalyCounts: dict[str, int]
    anomalies: list[dict[str, Any]]


def model_view(found: NamedModel) -> ModelView:
    """Return a model as JSON, without its document."""
    return _view(found.name, found.model.title, found.version)


def model_document(found: NamedModel) -> ModelDocument:
    """Return a model as JSON, with its document."""
    return {
        **model_view(found),
        "document": found.document,
        "createdAt": instant_or_none(found.created_at),
    }


def stored_model_document(stored: StoredModel) -> ModelDocument:
    """Return a model that has just been stored as JSON, with its document."""
    return {
        **_view(stored.name, str(stored.document.get("title", "")), stored.version),
        "document": stored.document,
        "createdAt": instant_text(stored.created_at),
    }


def version_view(stored: StoredModel) -> VersionView:
    """Return a version of a model as JSON."""
    return {"version": stored.version, "createdAt": instant_text(stored.created_at)}


def tried_view(tried: Tried, language: Language) -> TriedView:
    """Return a trial as JSON."""
    return {
        "lines": [
            {name: shown(value) for name, value in row.items()}
            for row in tried.lines.iter_rows(named=True)
        ],
        "texts": list(tried.texts.iter_rows(named=True)),
        "sources": tried.names,
        "anomalyCounts": dict(tried.anomalies.counts),
        "anomalies": [
            row | {"message": describe(Anomaly(**row), language)[0]}
            for row in tried.anomalies.frame().iter_rows(named=True)
        ],
    }


def _view(name: str, title: str, version: int | None) -> ModelView:
    return {"name": name, "title": title, "version": version, "builtIn": version is None}
