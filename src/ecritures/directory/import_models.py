"""Import models of a domain, with their versions: documents, kept as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.errors import NotFoundError
from ecritures.database.tables import firms, import_model_versions, import_models
from ecritures.directory.firms import next_id

if TYPE_CHECKING:
    from datetime import datetime

    from ecritures.database import Database

NAME_CHARS_MAX = 100


@dataclass(frozen=True, slots=True)
class StoredModel:
    """One version of a model."""

    name: str
    version: int
    document: dict[str, Any]
    created_at: datetime


def save_model(
    connection: sa.Connection, domain_id: int, name: str, document: dict[str, Any], now: datetime
) -> StoredModel:
    """Store a document as the next version of a model; an identical document adds no version."""
    # Versions kept at the same moment wait here for each other: each has its own number.
    firm = sa.select(firms.c.domain_id).where(firms.c.domain_id == domain_id)
    connection.execute(firm.with_for_update(key_share=True))
    key = name.casefold()
    query = sa.select(import_models.c.id).where(
        import_models.c.domain_id == domain_id, import_models.c.name_key == key
    )
    model_id = connection.execute(query).scalar_one_or_none()
    if model_id is None:
        model_id = next_id(connection, domain_id)
        values = {"domain_id": domain_id, "name": name, "name_key": key, "created_at": now}
        connection.execute(import_models.insert().values(id=model_id, **values))
    latest = connection.execute(
        sa.select(import_model_versions)
        .where(
            import_model_versions.c.domain_id == domain_id,
            import_model_versions.c.model_id == model_id,
        )
        .order_by(import_model_versions.c.version.desc())
        .limit(1)
    ).one_or_none()
    if latest is not None and latest.document == document:
        return StoredModel(name, latest.version, document, latest.created_at)
    version = latest.version + 1 if latest is not None else 1
    connection.execute(
        import_model_versions.insert().values(
            domain_id=domain_id,
            model_id=model_id,
            version=version,
            document=document,
            created_at=now,
        )
    )
    return StoredModel(name, version, document, now)


def find_stored(
    database: Database, domain_id: int, name: str, version: int | None = None
) -> StoredModel:
    """Return a model by its name, without regard to case: one version of it, or the latest.

    Raises:
        NotFoundError: The domain has none.
    """
    if len(name) <= NAME_CHARS_MAX:
        query = _SELECT.where(
            import_models.c.domain_id == domain_id, import_models.c.name_key == name.casefold()
        ).order_by(import_model_versions.c.version.desc())
        if version is not None:
            query = query.where(import_model_versions.c.version == version)
        with database.read() as connection:
            row = connection.execute(query.limit(1)).one_or_none()
        if row is not None:
            return StoredModel(*row)
    raise NotFoundError(
        "model-unknown",
        f"Le modèle d'import {name} n'existe pas sur le domaine.",
        f"Import model {name} does not exist in the domain.",
    )


def list_stored(database: Database, domain_id: int, name: str | None = None) -> list[StoredModel]:
    """Return the latest version of each model of a domain, or every version of one."""
    query = _SELECT.where(import_models.c.domain_id == domain_id).order_by(
        import_models.c.name_key, import_model_versions.c.version
    )
    if name is not None:
        query = query.where(import_models.c.name_key == name.casefold())
    with database.read() as connection:
        found = [StoredModel(*row) for row in connection.execute(query)]
    return found if name is not None else list({one.name: one for one in found}.values())


_SELECT = sa.select(
    import_models.c.name,
    import_model_versions.c.version,
    import_model_versions.c.document,
    import_model_versions.c.created_at,
).join(
    import_model_versions,
    (import_model_versions.c.domain_id == import_models.c.domain_id)
    & (import_model_versions.c.model_id == import_models.c.id),
)
