"""Which batches and entries are in the ledger of a dossier, now or at a past revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database.tables import batch_links, batch_spans, batches, entry_links

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from ecritures.directory.dossiers import Dossier

REMOVING = ("removes", "changes")
"""The kinds of links that take entries out of the ledger."""
# Written as in the index of these links, not bound: else it would not serve.
_IS_REMOVING = batch_links.c.kind != sa.literal("confirms", literal_execute=True)


def batches_in_force(
    domain_id: int,
    dossier_id: int,
    revision: int | None = None,
    *,
    since: sa.ColumnElement[int] | int | None = None,
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


@dataclass(frozen=True, slots=True)
class Removals:
    """The entries that batches in force remove from others, as conditions of queries.

    Each entry is looked up by the range before it: there may be a hundred thousand ranges, and
    joining them is slow in both databases.

    Attributes:
        removers: Batch that loses entries → the batches in force that remove them.
        overlaid: Those of them that batches no longer in force have ranges in as well.
    """

    domain_id: int
    removers: Mapping[int, Collection[int]]
    overlaid: Collection[int]

    def left_in(self, table: sa.FromClause, among: Iterable[int]) -> list[sa.ColumnElement[bool]]:
        """Return what rows meet whose entry is left in the ledger; nothing: all of them do.

        Args:
            table: `entries`, `lines`, or another with `batch_id` and `entry`.
            among: The batches of the rows.
        """
        reduced = self.removers.keys() & set(among)
        if not reduced:
            return []
        batch_id, entry = table.c.batch_id, table.c.entry
        stays: list[sa.ColumnElement[bool]] = [batch_id.not_in(sorted(reduced))]
        if plain := sorted(reduced.difference(self.overlaid)):
            end = self._end_of_range(batch_id, entry)
            stays.append(sa.and_(batch_id.in_(plain), end < entry))
        if overlaid := sorted(reduced.intersection(self.overlaid)):
            remover = batches.alias("remover")
            chosen = sorted({one for target in overlaid for one in self.removers[target]})
            by_one = batch_links.c.batch_id == remover.c.id
            removed = (
                sa.select(remover.c.id)
                .where(
                    remover.c.domain_id == self.domain_id,
                    remover.c.id.in_(chosen),
                    self._end_of_range(batch_id, entry, by_one) >= entry,
                )
                .correlate_except(remover)
                .exists()
            )
            stays.append(sa.and_(batch_id.in_(overlaid), ~removed))
        return [sa.or_(*stays)]

    def _end_of_range(
        self,
        batch_id: sa.ColumnElement[int],
        entry: sa.ColumnElement[int],
        *chosen: sa.ColumnElement[bool],
    ) -> sa.ColumnElement[int]:
        """Return where the last range ends that begins before an entry, or with it; else 0."""
        link = batch_links.c
        found = (
            sa.select(link.last_entry)
            .where(
                link.domain_id == self.domain_id,
                link.target_batch_id == batch_id,
                link.first_entry <= entry,
                _IS_REMOVING,
                *chosen,
            )
            .order_by(link.first_entry.desc())
            .limit(1)
            .correlate_except(batch_links)
        )
        return sa.func.coalesce(found.scalar_subquery(), 0)


def read_removals(
    connection: sa.Connection, dossier: Dossier, in_force: Callable[[], Collection[int]]
) -> Removals:
    """Return the entries that the batches in force remove from others.

    Args:
        connection: To the database.
        dossier: The dossier.
        in_force: Returns the numbers of its batches in force; called only if it must be.
    """
    link = batch_links.c
    any_ = sa.select(link.batch_id).where(link.domain_id == dossier.domain_id, _IS_REMOVING)
    if connection.execute(any_.limit(1)).first() is None:  # by the index of removals
        return Removals(dossier.domain_id, {}, ())
    mine = batches.c.domain_id == dossier.domain_id, batches.c.dossier_id == dossier.id
    pairs = (
        sa.select(link.target_batch_id, link.batch_id)
        .where(
            link.domain_id == dossier.domain_id,
            link.batch_id.in_(sa.select(batches.c.id).where(*mine)),
            _IS_REMOVING,
        )
        .distinct()
    )
    removers: dict[int, list[int]] = {}
    others: set[int] = set()
    rows = connection.execute(pairs).all()
    standing = set(in_force()) if rows else set()
    for target, batch_id in rows:
        if batch_id in standing:
            removers.setdefault(target, []).append(batch_id)
        else:
            others.add(target)
    return Removals(dossier.domain_id, removers, others)
