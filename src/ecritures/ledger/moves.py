"""What leaves the ledger and what comes back when a batch is undone or restored."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from ecritures.database.tables import (
    batch_links,
    batch_spans,
    batches,
    entries,
    entry_links,
    events,
    lines,
    matching_lines,
    matchings,
)
from ecritures.ledger.batch import replacement_source
from ecritures.ledger.entry_frames import (
    RANGE_SCHEMA,
    ranges_of,
    read_entries,
    within,
)
from ecritures.ledger.in_force import REMOVING, batches_in_force

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier


@dataclass(frozen=True)
class Ledger:
    """The ledger of a dossier at the revision that a transaction has taken."""

    database: Database
    connection: sa.Connection
    dossier: Dossier
    revision: int

    @property
    def of_dossier(self) -> dict[str, int]:
        """The first columns of its rows."""
        return {"domain_id": self.dossier.domain_id, "dossier_id": self.dossier.id}

    def read_frame(
        self, query: sa.Select[Any], schema: Mapping[str, pl.DataType | type[pl.DataType]]
    ) -> pl.DataFrame:
        """Read many rows as columns (see `Database.read_frame`)."""
        return self.database.read_frame(self.connection, query, schema)

    def state_of_source(self, source: str) -> str | None:
        """Return the state of the batch that has a name; None: there is none."""
        query = sa.select(batches.c.state).where(
            batches.c.domain_id == self.dossier.domain_id, batches.c.source == source
        )
        return self.connection.execute(query).scalar_one_or_none()


@dataclass(frozen=True)
class KnownBatch:
    """A published batch.

    Attributes:
        entries: How many it adds.
        opened: From which revision it is in force; None: it is not.
        ended: At which revision its last span ended; None: it never did.
    """

    id: int
    state: str
    content_sha256: str | None
    details: dict[str, Any] | None
    entries: int
    opened: int | None
    ended: int | None


def read_batch(ledger: Ledger, batch_id: int) -> KnownBatch:
    """Return a published batch of the dossier, and whether it is in force."""
    table, span, entry = batches.c, batch_spans.c, entries.c
    row = ledger.connection.execute(
        sa.select(table.id, table.state, table.content_sha256, table.details, table.entries).where(
            table.domain_id == ledger.dossier.domain_id, table.id == batch_id
        )
    ).one()
    found = row._asdict()
    if found["entries"] is None:  # of a batch published before they were counted
        counted = sa.select(sa.func.count()).where(
            entry.domain_id == ledger.dossier.domain_id, entry.batch_id == batch_id
        )
        found["entries"] = ledger.connection.execute(counted).scalar_one()
    spans = ledger.connection.execute(
        sa.select(span.from_revision, span.to_revision).where(
            span.domain_id == ledger.dossier.domain_id,
            span.dossier_id == ledger.dossier.id,
            span.batch_id == batch_id,
        )
    ).all()
    opened = max((start for start, end in spans if end is None), default=None)
    ended = max((end for _, end in spans if end is not None), default=None)
    return KnownBatch(**found, opened=opened, ended=ended)


@dataclass(frozen=True)
class Part:
    """A batch, or ranges of its entries (`first_entry`, `last_entry`), that leave or come back."""

    ledger: Ledger
    batch: KnownBatch
    ranges: pl.DataFrame | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is the batch itself whose span ends or begins."""
        return self.ranges is None

    @cached_property
    def count(self) -> int:
        """How many entries."""
        if self.ranges is None:
            return self.batch.entries
        return int((self.ranges["last_entry"] - self.ranges["first_entry"] + 1).sum())

    @cached_property
    def entries(self) -> pl.DataFrame:
        """The entries, as returned by `read_entries`."""
        one = self.ledger
        found = read_entries(one, self.batch.id)
        return found if self.ranges is None else found.filter(self.holds(found["entry"]))

    def holds(self, entry: pl.Series) -> pl.Series:
        """Return which entries of its batch, in rising order, are among its own."""
        if self.ranges is None:
            return pl.repeat(value=True, n=entry.len(), dtype=pl.Boolean, eager=True)
        return within(entry, self.ranges)

    def matched(self, move: Move) -> pl.DataFrame:
        """Return `matching_id` and `entry` of lines matched by hand with lines that stay."""
        mine, table = matching_lines.c, matchings.c
        other = matching_lines.alias().c
        domain_id = self.ledger.dossier.domain_id
        stays = sa.exists().where(
            other.domain_id == domain_id,
            other.dossier_id == mine.dossier_id,
            other.matching_id == mine.matching_id,
            other.matched,
            other.batch_id.not_in([part.batch.id for part in move.leaving]),
        )
        query = (
            sa.select(mine.matching_id, lines.c.entry)
            .join_from(
                matching_lines,
                lines,
                sa.and_(
                    lines.c.domain_id == mine.domain_id,
                    lines.c.batch_id == mine.batch_id,
                    lines.c.line == mine.line,
                ),
            )
            .join(
                matchings,
                sa.and_(
                    table.domain_id == mine.domain_id,
                    table.dossier_id == mine.dossier_id,
                    table.id == mine.matching_id,
                ),
            )
            .where(
                mine.domain_id == domain_id,
                mine.dossier_id == self.ledger.dossier.id,
                mine.batch_id == self.batch.id,
                mine.matched,
                table.to_revision.is_(None),
                stays,
            )
            .order_by(lines.c.entry)
        )
        schema = {"matching_id": pl.Int64, "entry": pl.Int64}
        rows = self.ledger.connection.execute(query).all()
        found = pl.DataFrame(rows, schema=schema, orient="row")
        return found.filter(self.holds(found["entry"]))


@dataclass(frozen=True)
class Move:
    """What an undo or a restore does.

    Attributes:
        batch: The batch it is about.
        since: The revision at which what comes back had left.
        leaving: What leaves the ledger.
        arriving: What comes back.
        reversed: What the batch had reversed: posted again, it comes back too.
        is_restore: Whether it is a restore.
    """

    batch: KnownBatch
    since: int
    leaving: list[Part] = field(default_factory=list)
    arriving: list[Part] = field(default_factory=list)
    reversed: list[Part] = field(default_factory=list)
    is_restore: bool = False

    @property
    def coming_back(self) -> list[Part]:
        """All that comes back."""
        return [*self.arriving, *self.reversed]

    def broken_matchings(self) -> list[int]:
        """Return the numbers of the matchings of what leaves with lines that stay."""
        return sorted({one for part in self.leaving for one in part.matched(self)["matching_id"]})


def move_of_undo(ledger: Ledger, batch: KnownBatch) -> Move:
    """Return what an undo of a batch in force does."""
    since = _own_opening(ledger, batch)
    ended = _batches_of(ledger, batch_spans.c.to_revision == since, batch.id)
    back = [Part(ledger, one) for one in ended if one.opened is None]
    back += _removed_by(ledger, batch.id)
    return Move(batch, since, [Part(ledger, batch)], back, _reversed_by(ledger, batch.id))


def move_of_restore(ledger: Ledger, batch: KnownBatch) -> Move:
    """Return what a restore of a batch that was undone does."""
    since = batch.ended or 0
    opened = _batches_of(ledger, batch_spans.c.from_revision == since, batch.id)
    away = [Part(ledger, one) for one in opened] + _removed_by(ledger, batch.id)
    return Move(batch, since, away, [Part(ledger, batch)], is_restore=True)


def _own_opening(ledger: Ledger, batch: KnownBatch) -> int:
    """Return the last revision at which a batch came in force by an event of its own.

    One that came back because its replacement was undone replaced nothing at that revision.
    """
    span, event = batch_spans.c, events.c
    query = (
        sa.select(sa.func.max(span.from_revision))
        .join(
            events,
            sa.and_(
                event.domain_id == span.domain_id,
                event.dossier_id == span.dossier_id,
                event.revision == span.from_revision,
                event.batch_id == span.batch_id,
            ),
        )
        .where(
            span.domain_id == ledger.dossier.domain_id,
            span.dossier_id == ledger.dossier.id,
            span.batch_id == batch.id,
        )
    )
    return ledger.connection.execute(query).scalar() or 0


def _batches_of(ledger: Ledger, which: sa.ColumnElement[bool], but: int) -> list[KnownBatch]:
    """Return the batches, but one, that have a span of a kind."""
    span = batch_spans.c
    query = sa.select(span.batch_id).where(
        span.domain_id == ledger.dossier.domain_id,
        span.dossier_id == ledger.dossier.id,
        span.batch_id != but,
        which,
    )
    found = ledger.connection.execute(query.order_by(span.batch_id)).scalars().all()
    return [read_batch(ledger, batch_id) for batch_id in found]


def _removed_by(ledger: Ledger, batch_id: int) -> list[Part]:
    """Return the entries of other batches that a batch removes."""
    link = batch_links.c
    query = sa.select(link.target_batch_id, link.first_entry, link.last_entry).where(
        link.domain_id == ledger.dossier.domain_id,
        link.batch_id == batch_id,
        link.kind.in_(REMOVING),
    )
    schema = {"target_batch_id": pl.Int64} | RANGE_SCHEMA
    ranges = ledger.database.read_frame(ledger.connection, query, schema)
    return [
        Part(ledger, read_batch(ledger, int(target)), found.drop("target_batch_id"))
        for (target,), found in sorted(ranges.group_by("target_batch_id"))
    ]


def _reversed_by(ledger: Ledger, batch_id: int) -> list[Part]:
    """Return the entries of other batches that were reversed because a batch replaced them."""
    link, dossier = entry_links.c, ledger.dossier
    reversal = sa.select(batches.c.id).where(
        batches.c.domain_id == dossier.domain_id,
        batches.c.source == replacement_source(batch_id),
        batches.c.id.in_(batches_in_force(dossier.domain_id, dossier.id)),
    )
    query = sa.select(link.target_batch_id, link.target_entry).where(
        link.domain_id == dossier.domain_id, link.batch_id.in_(reversal)
    )
    schema = {"target_batch_id": pl.Int64, "target_entry": pl.Int64}
    found = ledger.read_frame(query, schema).sort("target_batch_id", "target_entry")
    return [
        Part(ledger, read_batch(ledger, int(str(target))), ranges_of(some["target_entry"]))
        for (target,), some in found.group_by("target_batch_id", maintain_order=True)
    ]
