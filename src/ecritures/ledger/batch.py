"""A batch: entries that enter the ledger of a dossier together, at one moment or not at all.

Its creator gives it a number, an origin and a `source` of its own choosing; the ledger knows
nothing of imports. States: `loading`, then `published` or `dead`; a published batch never changes.
Long after it was withdrawn it is `purged`: its rows are deleted, and its header is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.errors import EcrituresError
from ecritures.database.tables import batch_links, batches
from ecritures.ledger.in_force import batches_in_force, removals_in_force, reversals_in_force

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from ecritures.database import Database


class Origin(StrEnum):
    """Why a batch exists."""

    IMPORT = "import"
    REPLACEMENT = "replacement"
    REVERSAL = "reversal"
    OPENING = "opening"


class BatchState(StrEnum):
    """How far a batch is."""

    LOADING = "loading"
    PUBLISHED = "published"
    DEAD = "dead"
    PURGED = "purged"  # withdrawn long ago: its rows are gone, or about to be


class DeadBatchError(EcrituresError):
    """The batch was abandoned: stop loading it."""

    def __init__(self) -> None:
        super().__init__(
            "batch-abandoned",
            "Ce chargement a été abandonné : rien n'est publié.",
            "This load was abandoned: nothing is published.",
        )


@dataclass(frozen=True, slots=True)
class NewBatch:
    """A batch to be loaded.

    Attributes:
        id: Drawn by `directory.firms.next_batch_id`.
        source: The name its creator gives it, unique in the firm.
        leased_until: If it is still loading by then, it is dead.
        content_sha256: The fingerprint of the file that the entries come from.
        details: What its creator says of it, for the history: the file, the policies…
        siret: The establishment of lines that name none; "": the main one.
    """

    domain_id: int
    dossier_id: int
    id: int
    origin: Origin
    source: str
    leased_until: datetime
    content_sha256: str | None = None
    details: Mapping[str, Any] | None = None
    siret: str = ""


def reversal_source(batch_id: int) -> str:
    """Return the name of the batch that reverses another."""
    return f"reversal/{batch_id}"


def replacement_source(batch_id: int) -> str:
    """Return the name of the batch that reverses what a replacement could not remove."""
    return f"reversal-by/{batch_id}"


def insert_batch(connection: sa.Connection, new: NewBatch) -> None:
    """Insert a batch, in the state `loading`."""
    connection.execute(
        batches.insert().values(
            domain_id=new.domain_id,
            id=new.id,
            dossier_id=new.dossier_id,
            origin=new.origin,
            source=new.source,
            state=BatchState.LOADING,
            leased_until=new.leased_until,
            content_sha256=new.content_sha256,
            details=new.details,
        )
    )


def require_loading(connection: sa.Connection, domain_id: int, batch_id: int) -> None:
    """Lock a batch that is loading, for the transaction that is about to insert rows.

    Raises:
        DeadBatchError: It was abandoned.
    """
    query = sa.select(batches.c.id).where(
        batches.c.domain_id == domain_id,
        batches.c.id == batch_id,
        batches.c.state == BatchState.LOADING,
    )
    if connection.execute(query.with_for_update(read=True)).one_or_none() is None:
        raise DeadBatchError


def source_in_force(
    connection: sa.Connection, domain_id: int, dossier_id: int, content_sha256: str
) -> str | None:
    """Return the source of the first batch of a content that is wholly in force in a dossier.

    One that has lost an entry since, its own or one that it counted on, does not count: its file
    may come again, and its entries are then looked for one by one.
    """
    whole = _whole_in_force(connection, domain_id, dossier_id, content_sha256)
    return whole[1] if whole else None


def batch_in_force(
    connection: sa.Connection, domain_id: int, dossier_id: int, content_sha256: str
) -> int | None:
    """Return the number of the batch whose source is that of `source_in_force`."""
    whole = _whole_in_force(connection, domain_id, dossier_id, content_sha256)
    return whole[0] if whole else None


def _whole_in_force(
    connection: sa.Connection, domain_id: int, dossier_id: int, content_sha256: str
) -> tuple[int, str] | None:
    for number, source in sources_in_force(connection, domain_id, dossier_id, content_sha256):
        if not _has_lost_entries(connection, domain_id, dossier_id, number):
            return number, source
    return None


def sources_in_force(
    connection: sa.Connection, domain_id: int, dossier_id: int, content_sha256: str
) -> list[tuple[int, str]]:
    """Return the numbers and sources of the batches of a content in force, even if only in part."""
    query = sa.select(batches.c.id, batches.c.source).where(
        batches.c.domain_id == domain_id,
        batches.c.dossier_id == dossier_id,
        batches.c.content_sha256 == content_sha256,
        batches.c.id.in_(batches_in_force(domain_id, dossier_id)),
    )
    return [(row.id, row.source) for row in connection.execute(query.order_by(batches.c.id))]


def _has_lost_entries(
    connection: sa.Connection, domain_id: int, dossier_id: int, batch_id: int
) -> bool:
    """Return whether an entry that a batch posted, or counted on, is in the ledger no more."""
    removal = removals_in_force(domain_id, dossier_id).subquery().c
    reversal = reversals_in_force(domain_id, dossier_id).subquery().c
    counted = batch_links.alias().c
    within = counted.target_batch_id == removal.target_batch_id
    within &= counted.first_entry <= removal.last_entry
    within &= counted.last_entry >= removal.first_entry
    reversed_ = counted.target_batch_id == reversal.batch_id
    reversed_ &= reversal.entry.between(counted.first_entry, counted.last_entry)
    is_gone = sa.or_(
        counted.target_batch_id.not_in(batches_in_force(domain_id, dossier_id)),
        sa.exists().where(within),
        sa.exists().where(reversed_),
    )
    lost = (
        sa.exists().where(removal.target_batch_id == batch_id),
        sa.exists().where(reversal.batch_id == batch_id),
        sa.exists().where(
            counted.domain_id == domain_id,
            counted.batch_id == batch_id,
            counted.kind == "confirms",
            is_gone,
        ),
    )
    return bool(connection.execute(sa.select(sa.or_(*lost))).scalar_one())


def list_loading(database: Database) -> list[tuple[int, str]]:
    """Return the firm and the source of every batch that is loading."""
    query = sa.select(batches.c.domain_id, batches.c.source)
    with database.read() as connection:
        found = connection.execute(query.where(batches.c.state == BatchState.LOADING))
        return [(row.domain_id, row.source) for row in found]


def abandon_batches(connection: sa.Connection, domain_id: int, sources: Collection[str]) -> None:
    """Close batches that are still loading to further rows; `sweep` removes them.

    A batch that a transaction is loading at this moment is left for another time: its process may
    be frozen.
    """
    if sources:
        free = sa.select(batches.c.id).where(
            batches.c.domain_id == domain_id,
            batches.c.source.in_(sources),
            batches.c.state == BatchState.LOADING,
        )
        connection.execute(
            batches.update()
            .where(
                batches.c.domain_id == domain_id,
                batches.c.id.in_(free.with_for_update(skip_locked=True)),
            )
            .values(state=BatchState.DEAD)
        )


def read_details(connection: sa.Connection, domain_id: int, batch_id: int) -> dict[str, Any] | None:
    """Return what the creator of a batch says of it."""
    query = sa.select(batches.c.details).where(
        batches.c.domain_id == domain_id, batches.c.id == batch_id
    )
    found: dict[str, Any] | None = connection.execute(query).scalar_one()
    return found
