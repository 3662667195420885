"""The ledger of a dossier at one revision, for reads that see nothing of what comes after."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from ecritures.core.errors import GoneError, RefusedRequestError
from ecritures.core.opening_journals import is_opening_journal
from ecritures.database.tables import batch_spans, batches, codes, events
from ecritures.directory.dossiers import read_dossier
from ecritures.ledger.batch import BatchState
from ecritures.ledger.codes import CodeKind, read_names
from ecritures.ledger.events import EventKind
from ecritures.ledger.in_force import batches_in_force, read_removals
from ecritures.ledger.lettering.lettered import find_by_hand
from ecritures.ledger.moves import Ledger
from ecritures.ledger.read.line_columns import written_out
from ecritures.ledger.totals_summaries import numbers_of_totals

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier
    from ecritures.ledger.in_force import Removals

Names = dict[int, tuple[str, str]]
"""Codes and labels, by the numbers of their kind."""


class BatchInForce(NamedTuple):
    """A batch in force."""

    id: int
    origin: str
    source: str


@dataclass(frozen=True)
class Snapshot(Ledger):
    """The ledger of a dossier at a revision, in a transaction that sees one moment."""

    @cached_property
    def batches(self) -> tuple[int, ...]:
        """The numbers of the batches in force, in their order: there may be thousands."""
        query = batches_in_force(*self._place).order_by(batch_spans.c.batch_id)
        return tuple(self.connection.execute(query).scalars().all())

    def batches_with(
        self, imports: Collection[str], start: date | None = None, end: date | None = None
    ) -> list[int]:
        """Return the numbers of what `select_batches` selects, in their order."""
        if not imports and start is None and end is None:
            return list(self.batches)
        query = self.select_batches(imports, start, end).order_by(batches.c.id)
        return list(self.connection.execute(query).scalars().all())

    def select_batches(
        self, imports: Collection[str], start: date | None = None, end: date | None = None
    ) -> sa.Select[int]:
        """Select the numbers of the batches of some imports that may have entries of some days.

        Args:
            imports: The ledger names their batches `import/attempt`; none given: all.
            start: The first day; None: no limit.
            end: The last day; None: no limit.
        """
        one, which = batches.c, []
        if start is not None:
            which.append(sa.or_(one.last_date.is_(None), one.last_date >= start))
        if end is not None:
            which.append(sa.or_(one.first_date.is_(None), one.first_date <= end))
        if imports:
            names = (one.source.startswith(f"{name}/", autoescape=True) for name in imports)
            which.append(sa.or_(one.source.in_(imports), *names))
        if not which:
            return batches_in_force(*self._place)
        return sa.select(one.id).where(*self._are_in_force(), *which)

    def describe(self, numbers: Collection[int]) -> dict[int, BatchInForce]:
        """Return what some batches are, by number."""
        one = batches.c
        query = sa.select(one.id, one.origin, one.source).where(
            one.domain_id == self.dossier.domain_id, one.id.in_(written_out(numbers))
        )
        return {row.id: BatchInForce(*row) for row in self.connection.execute(query)}

    def has_purged(self) -> bool:
        """Return whether lines of a batch in force are no longer kept."""
        one = batches.c
        since = sa.select(events.c.revision).where(
            events.c.domain_id == self.dossier.domain_id,
            events.c.dossier_id == self.dossier.id,
            events.c.revision > self.revision,
            events.c.kind == EventKind.PURGED,
        )
        if self.connection.execute(since.limit(1)).first() is None:
            return False
        query = sa.select(one.id).where(*self._are_in_force(), one.state == BatchState.PURGED)
        return self.connection.execute(query.limit(1)).first() is not None

    def _are_in_force(self) -> tuple[sa.ColumnElement[bool], ...]:
        in_force = batches.c.id.in_(batches_in_force(*self._place))
        return batches.c.domain_id == self.dossier.domain_id, in_force

    @cached_property
    def numbers_of_totals(self) -> tuple[int, ...]:
        """The numbers under which the tables of totals have all that is in force."""
        return tuple(self.connection.execute(numbers_of_totals(*self._place)).scalars())

    @cached_property
    def removals(self) -> Removals:
        """What batches in force remove from others."""
        return read_removals(self.connection, self.dossier, lambda: self.batches)

    @cached_property
    def by_hand(self) -> sa.Subquery | None:
        """The lines that are matched by hand; None: there are none."""
        return find_by_hand(self.connection, self.dossier, self.revision)

    def names(self, kind: CodeKind) -> Names:
        """Return the codes and the labels of a kind, by number."""
        if kind not in self._names:
            self._names[kind] = read_names(self.connection, self.dossier, kind)
        return self._names[kind]

    def names_of(self, kind: CodeKind, numbers: Collection[int]) -> Names:
        """Return the codes and the labels of some numbers of a kind: for few of many."""
        if kind in self._names:
            return self._names[kind]
        query = sa.select(codes.c.id, codes.c.code, codes.c.label).where(
            codes.c.domain_id == self.dossier.domain_id,
            codes.c.dossier_id == self.dossier.id,
            codes.c.kind == kind,
            codes.c.id.in_(numbers),
        )
        return {row.id: (row.code, row.label) for row in self.connection.execute(query)}

    @cached_property
    def opening_journals(self) -> tuple[int, ...]:
        """The numbers of the journals of openings (à-nouveaux)."""
        named = self.names(CodeKind.JOURNAL)
        return tuple(number for number, named_ in named.items() if is_opening_journal(*named_))

    @property
    def _place(self) -> tuple[int, int, int]:
        return self.dossier.domain_id, self.dossier.id, self.revision

    @cached_property
    def _names(self) -> dict[CodeKind, Names]:
        return {}


@contextmanager
def open_snapshot(
    database: Database, dossier: Dossier, revision: int | None = None
) -> Iterator[Snapshot]:
    """Open the ledger of a dossier at a revision; None: the present one.

    Raises:
        RefusedRequestError: There has been no such revision yet.
        GoneError: Lines that were in the ledger then are no longer kept.
    """
    own = database.for_domain(dossier.domain_id)
    with own.read_long() as connection:
        fresh = read_dossier(connection, dossier.domain_id, dossier.id)
        present = fresh.ledger_revision
        chosen = present if revision is None else revision
        if chosen > present:
            raise RefusedRequestError(
                "revision-unknown",
                f"Le grand livre de {fresh.code} est à la révision {present} : il n'a pas encore"
                f" de révision {chosen}.",
                f"The ledger of {fresh.code} is at revision {present}: there is no revision"
                f" {chosen} yet.",
            )
        snapshot = Snapshot(own, connection, fresh, chosen)
        if chosen < present and snapshot.has_purged():  # only what has left is ever purged
            raise GoneError(
                "revision-purged",
                f"La révision {chosen} du grand livre de {fresh.code} n'est plus lisible : des"
                " lignes qu'elle contenait, retirées depuis, ne sont plus conservées. Reprenez à"
                " la révision actuelle.",
                f"Revision {chosen} of the ledger of {fresh.code} can no longer be read: lines that"
                " it held were withdrawn since, and are no longer kept. Start again at the present"
                " revision.",
            )
        yield snapshot
