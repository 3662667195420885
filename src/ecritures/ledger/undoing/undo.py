"""Take a batch back, or bring it back, at the next revision of its ledger.

An undo closes the span of its batch and brings back what the batch had removed: ranges of entries,
because its links no longer hold, and whole batches, because their spans, which ended when the batch
came in force by an event of its own, are opened again. A restore does the reverse. Both are refused
with everything that prevents them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from ecritures.core.errors import ConflictError
from ecritures.core.policies import ReverseStyle
from ecritures.database.tables import batch_spans, events, matchings
from ecritures.directory.dossiers import read_dossier
from ecritures.ledger.batch import BatchState, reversal_source
from ecritures.ledger.blockers import BlockedError, Blocker, BlockerKind, sentences
from ecritures.ledger.entry_frames import name_entries
from ecritures.ledger.events import Event, EventKind, next_revision, record_event
from ecritures.ledger.moves import Ledger, Part, move_of_restore, move_of_undo, read_batch
from ecritures.ledger.planning.plan import NO_REVERSED
from ecritures.ledger.undoing.obstacles import (
    closed_entries,
    definitive_entries,
    find_blockers,
    reversed_entries,
)
from ecritures.ledger.undoing.preview import Preview, preview_of
from ecritures.ledger.undoing.reversal import Reversal, post_reversal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from ecritures.database import Database
    from ecritures.ledger.moves import KnownBatch, Move


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for.

    Attributes:
        by: Who asks: a key, or the e-mail address of a person; None: an operator.
        force: Also when a later file counts on the entries.
        unmatch: Also when entries are matched by hand with those of other batches.
        reverse: Reverse the definitive entries.
        style: How reversal entries are written.
        reversal_batch_id: The number of the batch that would hold them.
    """

    by: str | None = None
    reason: str | None = None
    force: bool = False
    unmatch: bool = False
    reverse: bool = False
    style: ReverseStyle = ReverseStyle.EXCHANGE
    reversal_batch_id: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """What an undo or a restore did. `lifted`: what would have prevented it."""

    revision: int
    entries_removed: int
    entries_restored: int
    reversal_entries: int = 0
    lifted: tuple[Blocker, ...] = ()


def undo_batch(  # noqa: PLR0913, PLR0917 - a place in the database, and what is asked
    database: Database,
    connection: sa.Connection,
    domain_id: int,
    dossier_id: int,
    batch_id: int,
    wanted: Wanted,
    now: datetime,
) -> Moved:
    """Take a batch out of the ledger, in a transaction opened by `load`.

    Raises:
        ConflictError: It is not in the ledger.
        BlockedError: Something prevents it.
    """
    revision = next_revision(connection, domain_id, dossier_id)
    dossier = read_dossier(connection, domain_id, dossier_id)
    ledger = Ledger(database, connection, dossier, revision)
    batch = read_batch(ledger, batch_id)
    if batch.opened is None or _is_reversed(ledger, batch_id):
        raise already_undone()
    move = move_of_undo(ledger, batch)
    blockers, lifted = _split(find_blockers(ledger, move), wanted)
    # What comes back into a closed period cannot be posted again there.
    if wanted.reverse and all(closed_entries(ledger, one).is_empty() for one in move.coming_back):
        definitive = {BlockerKind.VALIDATED, BlockerKind.CLOSED}
        to_reverse = [one for one in blockers if one.kind in definitive]
        blockers = [one for one in blockers if one.kind not in definitive]
        if to_reverse and not blockers:
            return replace(_reverse(ledger, move, wanted, now), lifted=tuple(lifted))
    if blockers:
        fr, en = sentences(blockers)
        raise BlockedError(
            "undo-blocked", f"Annulation impossible : {fr}", f"The undo is refused: {en}", blockers
        )
    moved = _apply(ledger, move, Event(EventKind.UNDONE, wanted.by, wanted.reason, batch_id), now)
    return replace(moved, lifted=tuple(lifted))


def restore_batch(  # noqa: PLR0913, PLR0917 - a place in the database, and what is asked
    database: Database,
    connection: sa.Connection,
    domain_id: int,
    dossier_id: int,
    batch_id: int,
    wanted: Wanted,
    now: datetime,
) -> Moved:
    """Bring a batch that was undone back into the ledger.

    Raises:
        ConflictError: It was not undone.
        BlockedError: Something prevents it.
    """
    revision = next_revision(connection, domain_id, dossier_id)
    dossier = read_dossier(connection, domain_id, dossier_id)
    ledger = Ledger(database, connection, dossier, revision)
    batch = read_batch(ledger, batch_id)
    if _is_reversed(ledger, batch_id):
        blockers = [_already_reversed(ledger, batch)]
    else:
        move = _move_back(ledger, batch)
        blockers, lifted = _split(find_blockers(ledger, move), wanted)
    if blockers:
        fr, en = sentences(blockers)
        raise BlockedError(
            "restore-blocked",
            f"Rétablissement impossible : {fr}",
            f"The restore is refused: {en}",
            blockers,
        )
    event = Event(EventKind.RESTORED, wanted.by, wanted.reason, batch_id)
    return replace(_apply(ledger, move, event, now), lifted=tuple(lifted))


def preview(
    database: Database, connection: sa.Connection, domain_id: int, dossier_id: int, batch_id: int
) -> Preview:
    """Return what the undo of a batch, or its restore, would do now; nothing is changed.

    Raises:
        ConflictError: It was neither in the ledger nor undone.
    """
    dossier = read_dossier(connection, domain_id, dossier_id)
    ledger = Ledger(database, connection, dossier, dossier.ledger_revision)
    batch = read_batch(ledger, batch_id)
    if _is_reversed(ledger, batch_id):
        return Preview([_already_reversed(ledger, batch)])
    is_open = batch.opened is not None
    move = move_of_undo(ledger, batch) if is_open else _move_back(ledger, batch)
    return preview_of(ledger, move)


def already_undone() -> ConflictError:
    """The batch is not in the ledger any more."""
    return ConflictError(
        "already-undone",
        "Cet import est déjà annulé : ses écritures ne sont plus au grand livre.",
        "This import is undone already: its entries are no longer in the ledger.",
    )


def not_undone() -> ConflictError:
    """The batch was not undone."""
    return ConflictError(
        "not-undone",
        "Cet import n'est pas annulé : il n'y a rien à rétablir.",
        "This import is not undone: there is nothing to restore.",
    )


def _move_back(ledger: Ledger, batch: KnownBatch) -> Move:
    """Return what the restore of a batch moves.

    Raises:
        ConflictError: It was not undone.
    """
    if batch.opened is not None or not _was_undone(ledger, batch.id, batch.ended):
        raise not_undone()
    return move_of_restore(ledger, batch)


def _split(blockers: Iterable[Blocker], wanted: Wanted) -> tuple[list[Blocker], list[Blocker]]:
    """Return what prevents the act, and what would if it were not asked for all the same."""
    lifts = {
        BlockerKind.CONFIRMED_SINCE: wanted.force,
        BlockerKind.MATCHED_LATER: wanted.unmatch,
    }
    found = list(blockers)
    return (
        [one for one in found if not lifts.get(one.kind)],
        [one for one in found if lifts.get(one.kind)],
    )


def _reverse(ledger: Ledger, move: Move, wanted: Wanted, now: datetime) -> Moved:
    """Reverse the definitive entries of a batch, remove its drafts, post what it had replaced."""
    (own,) = move.leaving
    entry = own.entries["entry"]
    is_definitive = entry.is_in(definitive_entries(ledger, own).implode())
    back = [_placed(part.batch.id, part.entries["entry"]) for part in move.coming_back]
    reversal = Reversal(
        wanted.reversal_batch_id,
        reversal_source(move.batch.id),
        move.batch.id,
        _placed(move.batch.id, entry.filter(is_definitive)),
        _placed(move.batch.id, entry.filter(~is_definitive)),
        pl.concat([NO_REVERSED, *back]),
        wanted.style,
        wanted.by,
        wanted.reason,
        tuple(_unmatch(ledger, move)),
    )
    post_reversal(ledger, reversal, now)
    counts = reversal.drafts.height, reversal.back.height, reversal.definitive.height
    return Moved(ledger.revision, *counts)


def _placed(batch_id: int, entry: pl.Series) -> pl.DataFrame:
    frame = pl.DataFrame({"entry": entry}).select(batch_id=pl.lit(batch_id), entry="entry")
    return frame.cast(NO_REVERSED.schema)


def _apply(ledger: Ledger, move: Move, event: Event, now: datetime) -> Moved:
    """Close and open spans, and say so in an event."""
    span, of_dossier = batch_spans.c, ledger.of_dossier
    details: dict[str, Any] = {
        "closed": sorted(part.batch.id for part in move.leaving if part.is_whole),
        "opened": sorted(part.batch.id for part in move.arriving if part.is_whole),
        "unmatched": _unmatch(ledger, move),
    }
    if details["closed"]:
        mine = span.domain_id == ledger.dossier.domain_id, span.dossier_id == ledger.dossier.id
        closed = span.batch_id.in_(details["closed"]), span.to_revision.is_(None)
        ledger.connection.execute(
            batch_spans.update().where(*mine, *closed).values(to_revision=ledger.revision)
        )
    for batch_id in details["opened"]:
        row = {"batch_id": batch_id, "from_revision": ledger.revision}
        ledger.connection.execute(batch_spans.insert().values(**of_dossier, **row))
    removed = sum(part.count for part in move.leaving)
    restored = sum(part.count for part in move.arriving)
    details |= {"entriesRemoved": removed, "entriesRestored": restored}
    record_event(
        ledger.connection,
        ledger.dossier.domain_id,
        ledger.dossier.id,
        ledger.revision,
        replace(event, details=details),
        now,
    )
    return Moved(ledger.revision, removed, restored)


def _unmatch(ledger: Ledger, move: Move) -> list[int]:
    """End the matchings of what leaves with lines of other batches; return their numbers.

    Those between lines that leave together are kept: they hold again when the lines come back.
    """
    if found := move.broken_matchings():
        table = matchings.c
        mine = table.domain_id == ledger.dossier.domain_id, table.dossier_id == ledger.dossier.id
        ended = matchings.update().where(*mine, table.id.in_(found))
        ledger.connection.execute(ended.values(to_revision=ledger.revision))
    return found


def _was_undone(ledger: Ledger, batch_id: int, ended: int | None) -> bool:
    """Return whether the last span of a batch was ended by its own undo, not by a replacement."""
    table = events.c
    query = sa.select(table.batch_id).where(
        table.domain_id == ledger.dossier.domain_id,
        table.dossier_id == ledger.dossier.id,
        table.revision == ended,
        table.kind == str(EventKind.UNDONE),
    )
    return bool(ledger.connection.execute(query).scalar_one_or_none() == batch_id)


def _already_reversed(ledger: Ledger, batch: KnownBatch) -> Blocker:
    part = Part(ledger, batch)
    found = part.entries.filter(pl.col("entry").is_in(reversed_entries(ledger, part).implode()))
    if found.is_empty():  # only what it had reversed came back by a reversal
        found = part.entries
    return Blocker(BlockerKind.REVERSED, found.height, name_entries(ledger, [(batch.id, found)]))


def _is_reversed(ledger: Ledger, batch_id: int) -> bool:
    """Return whether the batch was undone by a reversal, which is definitive."""
    return ledger.state_of_source(reversal_source(batch_id)) == BatchState.PUBLISHED
