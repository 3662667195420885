"""The model named by an import: one of its domain, otherwise a built-in one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecritures.core.errors import NotFoundError
from ecritures.directory.import_models import find_stored, list_stored, save_model
from ecritures.formats.layouts.builtin import builtin_document, builtin_model, builtin_names
from ecritures.formats.layouts.loading import document_of, load_model, parse_document
from ecritures.formats.layouts.preview import check_samples

if TYPE_CHECKING:
    from datetime import datetime

    import sqlalchemy as sa

    from ecritures.database import Database
    from ecritures.directory.import_models import StoredModel
    from ecritures.formats.layouts.document import ImportModel


BUILT_IN_VERSION = 0
"""What an import keeps as the version of a built-in model, so that one of the domain that is added
later under the same name does not take its place."""


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

    @property
    def called(self) -> str:
        """What people know it by."""
        return self.model.title or self.name


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

    Args:
        database: Of the domain.
        domain_id: Its number.
        name: Of the model.
        version: One of the domain's versions, or `BUILT_IN_VERSION`; None: the domain's latest,
            else the built-in one.

    Raises:
        NotFoundError: There is none.
    """
    try:
        stored = find_stored(database, domain_id, name, version)
    except NotFoundError:
        built_in = builtin_model(name) if version in {None, BUILT_IN_VERSION} else None
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


def checked_model(document: Any) -> ImportModel:  # noqa: ANN401 - any document
    """Check a document and run its samples.

    Raises:
        ModelRefusedError: It is not a valid model, or a sample does not give what it should.
    """
    if isinstance(document, str | bytes):
        document = parse_document(document)
    model = load_model(document)
    check_samples(model)
    return model


def record_model(
    connection: sa.Connection, domain_id: int, model: ImportModel, now: datetime
) -> StoredModel:
    """Store a checked model as its next version, in the caller's transaction."""
    return save_model(connection, domain_id, model.name, document_of(model), now)


def list_models(database: Database, domain_id: int) -> list[NamedModel]:
    """Return the models of a domain, then the built-in ones with other names."""
    stored = list_stored(database, domain_id)
    mine = [NamedModel(s.name, s.version, load_model(s.document), s.document) for s in stored]
    hidden = {one.name.casefold() for one in mine}
    return mine + [one for one in list_built_in() if one.name.casefold() not in hidden]


def list_built_in() -> list[NamedModel]:
    """Return the built-in models."""
    return [
        NamedModel(model.name, None, model, builtin_document(name))
        for name in builtin_names()
        if (model := builtin_model(name))
    ]
