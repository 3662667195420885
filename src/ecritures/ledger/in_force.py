"""Which batches and entries are in the ledger of a dossier, now or at a past revision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database.tables import batch_links, batch_spans, entry_links

if TYPE_CHECKING:
    from ecritures.directory.dossiers import Dossier

REMOVING = ("removes", "changes")
"""The kinds of links that take entries out of the ledger."""


def batches_in_force(
    domain_id: int, dossier_id: int, revision: int | None = None, *, since: int | None = None
) -> sa.Select[int]:
    """Select the ids of the batches in force; `revision`: at that one, else now.

    With `since`, only those that came in force after that revision.
    """
    span = batch_spans.c
    query = sa.select(span.batch_id).where(
        span.domain_id == domain_id, span.dossier_id == dossier_id
    )
    if since is not None:
        query = query.where(span.from_revision > since)
    if revision is None:
        return query.where(span.to_revision.is_(None))
    ended = sa.or_(span.to_revision.is_(None), span.to_revision > revision)
    return query.where(span.from_revision <= revision, ended)


def removals_in_force(
    domain_id: int, dossier_id: int, revision: int | None = None
) -> sa.Select[Any]:
    """Select the ranges of entries that batches in force remove.

    Columns `target_batch_id`, `first_entry`, `last_entry`, `batch_id` (what removes them), `kind`,
    `entry`.
    """
    link = batch_links.c
    return sa.select(
        link.target_batch_id,
        link.first_entry,
        link.last_entry,
        link.batch_id,
        link.kind,
        link.entry,
    ).where(
        link.domain_id == domain_id,
        link.kind.in_(REMOVING),
        link.batch_id.in_(batches_in_force(domain_id, dossier_id, revision)),
    )


def reversals_in_force(domain_id: int, dossier_id: int) -> sa.Select[tuple[int, int]]:
    """Select the entries that a reversal cancels: columns `batch_id`, `entry`."""
    link = entry_links.c
    return sa.select(
        link.target_batch_id.label("batch_id"), link.target_entry.label("entry")
    ).where(link.domain_id == domain_id, link.batch_id.in_(batches_in_force(domain_id, dossier_id)))


def reversing_in_force(domain_id: int, dossier_id: int) -> sa.Select[tuple[int, int]]:
    """Select the entries that reverse another: columns `batch_id`, `entry`."""
    link = entry_links.c
    return sa.select(link.batch_id, link.entry).where(
        link.domain_id == domain_id, link.batch_id.in_(batches_in_force(domain_id, dossier_id))
    )


def is_removed(
    dossier: Dossier,
    batch_id: sa.ColumnElement[int],
    entry: sa.ColumnElement[int],
    revision: int | None = None,
) -> sa.ColumnElement[bool]:
    """Return whether a batch in force removes an entry: for queries about few entries.

    For many, read `removals_in_force` once: joining ranges is slow in both databases.
    """
    link = batch_links.c
    return sa.exists().where(
        link.domain_id == dossier.domain_id,
        link.target_batch_id == batch_id,
        link.first_entry <= entry,
        link.last_entry >= entry,
        link.kind.in_(REMOVING),
        link.batch_id.in_(batches_in_force(dossier.domain_id, dossier.id, revision)),
    )
