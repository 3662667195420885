"""The model an import names: one of its domain, else one that comes with the product."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from typing_extensions import TypedDict

from ecritures.core.errors import NotFoundError
from ecritures.directory.import_models import find_stored, list_stored, save_model
from ecritures.formats.layouts.builtin import builtin_document, builtin_model, builtin_names
from ecritures.formats.layouts.loading import document_of, load_model, parse_document
from ecritures.formats.layouts.preview import check_samples, shown
from ecritures.rules.catalogue import describe

if TYPE_CHECKING:
    from datetime import datetime

    import sqlalchemy as sa

    from ecritures.core.sentences import Language
    from ecritures.database import Database
    from ecritures.directory.import_models import StoredModel
    from ecritures.formats.layouts.document import ImportModel
    from ecritures.formats.layouts.preview import Tried


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A model that was found by its name.

    Attributes:
        version: Its version in the domain; None for a built-in one.
    """

    name: str
    version: int | None
    model: ImportModel
    document: dict[str, Any]
    created_at: datetime | None = None


class TriedView(TypedDict):
    """What a model makes of a small file.

    `lines`: the canonical lines; `sources`: field → the columns it comes from; `texts`: for each
    line, the texts its values were made of.
    """

    lines: list[dict[str, Any]]
    texts: list[dict[str, Any]]
    sources: dict[str, str]
    anomalyCounts: dict[str, int]
    anomalies: list[dict[str, Any]]


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
            row | {"message": describe(SimpleNamespace(**row), language)[0]}
            for row in tried.anomalies.frame().iter_rows(named=True)
        ],
    }


def versions_of(database: Database, domain_id: int, name: str) -> list[StoredModel]:
    """Return the versions of a model; a built-in one has none.

    Raises:
        NotFoundError: There is no such model.
    """
    find_model(database, domain_id, name)
    return list_stored(database, domain_id, name)


def find_model(
    database: Database, domain_id: int, name: str, version: int | None = None
) -> NamedModel:
    """Return a model by its name, without regard to case.

    Raises:
        NotFoundError: There is none.
    """
    try:
        stored = find_stored(database, domain_id, name, version)
    except NotFoundError:
        built_in = builtin_model(name) if version is None else None
        if built_in is None:
            raise
        return NamedModel(built_in.name, None, built_in, builtin_document(name))
    return NamedModel(
        stored.name,
        stored.version,
        load_model(stored.document),
        stored.document,
        stored.created_at,
    )


def add_model(database: Database, domain_id: int, document: Any) -> StoredModel:  # noqa: ANN401 - any document
    """Check a document, run its samples, and keep it as the next version of its model.

    Raises:
        ModelRefusedError: It is no model, or a sample does not give what it should.
    """
    model = checked_model(document)
    with database.write() as connection:
        return record_model(connection, domain_id, model, database.clock.now())


def checked_model(document: Any) -> ImportModel:  # noqa: ANN401 - any document
    """Check a document and run its samples.

    Raises:
        ModelRefusedError: It is no model, or a sample does not give what it should.
    """
    if isinstance(document, str | bytes):
        document = parse_document(document)
    model = load_model(document)
    check_samples(model)
    return model


def record_model(
    connection: sa.Connection, domain_id: int, model: ImportModel, now: datetime
) -> StoredModel:
    """Keep a checked model as its next version, in a transaction of the caller's."""
    return save_model(connection, domain_id, model.name, document_of(model), now)


def list_models(database: Database, domain_id: int) -> list[NamedModel]:
    """Return the models of a domain, then the built-in ones that none of them hides."""
    stored = list_stored(database, domain_id)
    mine = [NamedModel(s.name, s.version, load_model(s.document), s.document) for s in stored]
    hidden = {one.name.casefold() for one in mine}
    return mine + [one for one in list_built_in() if one.name.casefold() not in hidden]


def list_built_in() -> list[NamedModel]:
    """Return the models that come with the product."""
    return [
        NamedModel(model.name, None, model, builtin_document(name))
        for name in builtin_names()
        if (model := builtin_model(name))
    ]
