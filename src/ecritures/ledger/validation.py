"""Which entries are definitive: those of an act of validation, or validated by their own file.

An act covers what is in the ledger at its revision: an entry that comes later with an earlier date
is a draft (PCG art. 1031-3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from ecritures.core.policies import FileValidation
from ecritures.database.tables import batch_spans, validations
from ecritures.ledger.entry_frames import RANGE_SCHEMA, within
from ecritures.ledger.in_force import removals_in_force

if TYPE_CHECKING:
    from datetime import date

    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier


@dataclass(frozen=True, slots=True)
class Act:
    """An act of validation. `journals`: their ids; None: all."""

    revision: int
    through: date
    journals: frozenset[int] | None


def read_acts(connection: sa.Connection, dossier: Dossier) -> list[Act]:
    """Return the acts of validation of a dossier, in order."""
    table = validations.c
    query = sa.select(table.revision, table.through, table.journals).where(
        table.domain_id == dossier.domain_id, table.dossier_id == dossier.id
    )
    return [
        Act(row.revision, row.through, None if row.journals is None else frozenset(row.journals))
        for row in connection.execute(query.order_by(table.revision))
    ]


def is_binding(details: dict[str, Any] | None) -> bool:
    """Tell whether the validation dates of a batch make its entries definitive here."""
    said = details or {}
    value = said.get("fileValidation") or (said.get("policies") or {}).get("fileValidation")
    return bool(value == FileValidation.BINDING)


def acts_covering(
    connection: sa.Connection, dossier: Dossier, acts: list[Act], batch_id: int
) -> list[Act]:
    """Return the acts at whose revision a batch was in force."""
    span = batch_spans.c
    query = sa.select(span.from_revision, span.to_revision).where(
        span.domain_id == dossier.domain_id,
        span.dossier_id == dossier.id,
        span.batch_id == batch_id,
    )
    spans = connection.execute(query).all() if acts else []
    return [
        act
        for act in acts
        if any(
            start <= act.revision and (end is None or act.revision < end) for start, end in spans
        )
    ]


def validated(  # noqa: PLR0913, PLR0917 - a batch in its ledger, and the acts there
    database: Database,
    connection: sa.Connection,
    dossier: Dossier,
    batch_id: int,
    details: dict[str, Any] | None,
    covering: list[Act],
    entries: pl.DataFrame,
) -> pl.Series:
    """Tell which entries of a batch are validated.

    Args:
        database: That of the connection.
        connection: The transaction.
        dossier: Whose batch it is.
        batch_id: The batch.
        details: Its own.
        covering: As returned by `acts_covering`.
        entries: Of the batch, as returned by `read_entries`.
    """
    binding = is_binding(details)
    found = entries["validation_date"].is_not_null() & pl.Series([binding])
    for act in covering:
        covered = entries["entry_date"] <= act.through
        if act.journals is not None:
            covered &= entries["journal_id"].is_in(sorted(act.journals))
        removed = read_ranges(database, connection, dossier, batch_id, act.revision)
        found |= covered & ~within(entries["entry"], removed)
    return found


def read_ranges(
    database: Database,
    connection: sa.Connection,
    dossier: Dossier,
    batch_id: int,
    revision: int | None = None,
) -> pl.DataFrame:
    """Return the ranges of entries of a batch that others remove, now or at a revision."""
    removals = removals_in_force(dossier.domain_id, dossier.id, revision).subquery().c
    query = sa.select(removals.first_entry, removals.last_entry)
    query = query.where(removals.target_batch_id == batch_id)
    return database.read_frame(connection, query, RANGE_SCHEMA)
