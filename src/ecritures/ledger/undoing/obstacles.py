"""Everything that prevents entries from leaving the ledger, or from coming back to it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import polars as pl
import sqlalchemy as sa

from ecritures.database.tables import batch_links, batch_spans, batches, entry_links, events
from ecritures.ledger.batch import BatchState
from ecritures.ledger.blockers import Blocker, BlockerKind
from ecritures.ledger.entry_frames import (
    days_of_lines,
    in_state,
    name_entries,
    read_entries,
    within,
)
from ecritures.ledger.events import EventKind
from ecritures.ledger.fiscal_years.definitive import Validity, is_binding
from ecritures.ledger.fiscal_years.standing import DayState, has_closed_days
from ecritures.ledger.in_force import REMOVING, batches_in_force
from ecritures.ledger.openings.opening_years import year_of
from ecritures.ledger.openings.openings import opening_journals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from ecritures.ledger.moves import KnownBatch, Ledger, Move, Part

_SAME = ("key_hash", "content_hash", "number", "entry_date", "journal_id")
"""Columns that are equal in an entry and in the same entry imported again."""

Found = tuple[BlockerKind, "Part", pl.Series]
"""Why, and which entries of which part."""


def find_blockers(ledger: Ledger, move: Move) -> list[Blocker]:
    """Return what prevents a move, each kind once, with the first hundred entries of each."""
    parts: defaultdict[BlockerKind, list[tuple[Part, pl.Series]]] = defaultdict(list)
    for kind, part, found in _each(ledger, move):
        if not found.is_empty():
            parts[kind].append((part, found))
    purged = [part for part in move.coming_back if part.batch.state == BatchState.PURGED]
    blockers = [
        Blocker(
            kind,
            sum(entry.len() for _, entry in found),
            name_entries(
                ledger,
                (
                    (part.batch.id, part.entries.filter(pl.col("entry").is_in(entry.implode())))
                    for part, entry in found
                ),
            ),
        )
        for kind, found in parts.items()
    ]
    if purged:
        at = max(purged_at(ledger, part.batch.id) for part in purged)
        count = sum(part.count for part in purged)
        blockers.append(Blocker(BlockerKind.PURGED, count, at=at))
    order = list(BlockerKind)
    return sorted(blockers, key=lambda one: order.index(one.kind))


def definitive_entries(ledger: Ledger, part: Part) -> pl.Series:
    """Return the entries of a part that are validated, or dated in a closed period."""
    found = pl.concat([_validated(ledger, part), closed_entries(ledger, part)], rechunk=True)
    return found.unique().sort()


def closed_entries(ledger: Ledger, part: Part) -> pl.Series:
    """Return the entries of a part that are dated in a closed period."""
    closed = [entry for kind, _, entry in _days(ledger, part) if kind is BlockerKind.CLOSED]
    return pl.concat([pl.Series(dtype=pl.Int64), *closed])


def purged_at(ledger: Ledger, batch_id: int) -> datetime:
    """Return when the rows of a batch were purged."""
    table = events.c
    query = sa.select(table.at).where(
        table.domain_id == ledger.dossier.domain_id,
        table.dossier_id == ledger.dossier.id,
        table.kind == str(EventKind.PURGED),
        table.batch_id == batch_id,
    )
    at: datetime = ledger.connection.execute(query).scalar_one()
    return at


def _each(ledger: Ledger, move: Move) -> Iterator[Found]:
    for part in move.leaving:
        yield from _removed_since(ledger, move, part)
        # What a restore takes out again had left already: only files that came since count.
        since = move.since if move.is_restore else None
        confirmed = _linked(ledger, part, ("confirms",), move.batch, since)
        yield BlockerKind.CONFIRMED_SINCE, part, confirmed
        yield BlockerKind.MATCHED_LATER, part, part.matched(move)["entry"].unique()
        yield BlockerKind.REVERSED, part, reversed_entries(ledger, part)
        yield BlockerKind.VALIDATED, part, _validated(ledger, part)
        yield from _days(ledger, part)
    for part in move.reversed:
        yield BlockerKind.VALIDATED, part, part.entries["entry"]
    for part in move.coming_back:
        if part.batch.state == BatchState.PURGED:
            continue
        yield BlockerKind.WOULD_DUPLICATE, part, _imported_again(ledger, move, part)
        yield from _days(ledger, part)


def _removed_since(ledger: Ledger, move: Move, part: Part) -> Iterator[Found]:
    """Find what is not in the ledger any more, though it should be."""
    kind = BlockerKind.MOVED_SINCE if move.is_restore else BlockerKind.REPLACED_SINCE
    if part.batch.opened is None:
        purged = part.batch.state == BatchState.PURGED
        gone = pl.Series([0] * part.count) if purged else part.entries["entry"]
        yield kind, part, gone
    else:
        yield kind, part, _linked(ledger, part, REMOVING, move.batch)


def _linked(
    ledger: Ledger,
    part: Part,
    kinds: tuple[str, ...],
    by_others_than: KnownBatch,
    since: int | None = None,
) -> pl.Series:
    """Return the entries that other batches in force have links of some kinds to.

    Args:
        ledger: As above.
        part: The entries.
        kinds: Of the links.
        by_others_than: A batch that does not count.
        since: Only batches that came in force after this revision; None: all.
    """
    link, dossier = batch_links.c, ledger.dossier
    query = sa.select(link.first_entry, link.last_entry).where(
        link.domain_id == dossier.domain_id,
        link.target_batch_id == part.batch.id,
        link.kind.in_(kinds),
        link.batch_id != by_others_than.id,
        link.batch_id.in_(batches_in_force(dossier.domain_id, dossier.id, since=since)),
    )
    ranges = pl.DataFrame(
        ledger.connection.execute(query).all(),
        schema={"first_entry": pl.Int64, "last_entry": pl.Int64},
        orient="row",
    )
    if ranges.is_empty():
        return pl.Series(dtype=pl.Int64)
    return part.entries["entry"].filter(within(part.entries["entry"], ranges))


def reversed_entries(ledger: Ledger, part: Part) -> pl.Series:
    """Return the entries that have a reversal."""
    link, dossier = entry_links.c, ledger.dossier
    query = sa.select(link.target_entry).where(
        link.domain_id == dossier.domain_id,
        link.target_batch_id == part.batch.id,
        link.batch_id.in_(batches_in_force(dossier.domain_id, dossier.id)),
    )
    rows = ledger.connection.execute(query.order_by(link.target_entry)).all()
    found = pl.DataFrame(rows, schema={"entry": pl.Int64}, orient="row")["entry"].unique().sort()
    return found.filter(part.holds(found))


def _validated(ledger: Ledger, part: Part) -> pl.Series:
    validity = Validity(ledger)
    if not is_binding(part.batch.details) and not validity.covering(part.batch.id):
        return pl.Series(dtype=pl.Int64)
    found = validity.validated(part.batch.id, part.batch.details, part.entries)
    return part.entries["entry"].filter(found)


def _days(ledger: Ledger, part: Part) -> Iterator[Found]:
    """Find entries with a line on a day that is not open."""
    if not has_closed_days(ledger.dossier):
        return
    of_lines = days_of_lines(ledger, part.batch.id)
    of_lines = of_lines.sort("entry")
    days = pl.concat(
        [
            part.entries.select("entry", "entry_date"),
            of_lines.filter(part.holds(of_lines["entry"])),
        ]
    )
    for state, kind in (
        (DayState.LOCKED, BlockerKind.LOCKED),
        (DayState.CLOSED, BlockerKind.CLOSED),
    ):
        yield kind, part, in_state(days, ledger.dossier, state)


def _imported_again(ledger: Ledger, move: Move, part: Part) -> pl.Series:
    """Return the entries that came again by batches opened since, and openings of the same years.

    What was taken out of those batches meanwhile does not count.
    """
    moving = [one.batch.id for one in (*move.leaving, *move.coming_back)]
    later = _opened_since(ledger, move.since, moving)
    if part.is_whole and part.batch.content_sha256 in {sha256 for _, sha256 in later if sha256}:
        return part.entries["entry"]
    found, validity = [pl.Series(dtype=pl.Int64)], Validity(ledger)
    for batch_id, _ in later:
        held = read_entries(ledger, batch_id)
        held = held.filter(~within(held["entry"], validity.removed(batch_id)))
        found.append(part.entries.join(held, on=_SAME)["entry"])
        found.append(_opened_twice(ledger, part.entries, held))
    return pl.concat(found).unique().sort()


def _opened_twice(ledger: Ledger, entries: pl.DataFrame, held: pl.DataFrame) -> pl.Series:
    """Return the opening entries of years for which others were posted."""
    is_opening = pl.col("journal_id").is_in(opening_journals(ledger))
    years = {year_of(ledger.dossier, day) for day in held.filter(is_opening)["entry_date"].unique()}
    openings = entries.filter(is_opening)
    days = [day for day in openings["entry_date"].unique() if year_of(ledger.dossier, day) in years]
    return openings.filter(pl.col("entry_date").is_in(days))["entry"]


def _opened_since(ledger: Ledger, since: int, but: Iterable[int]) -> list[tuple[int, str | None]]:
    """Return the batches in force that were opened after a revision, with their contents."""
    span, dossier = batch_spans.c, ledger.dossier
    query = (
        sa.select(batches.c.id, batches.c.content_sha256)
        .join(
            batch_spans,
            sa.and_(span.domain_id == batches.c.domain_id, span.batch_id == batches.c.id),
        )
        .where(
            span.domain_id == dossier.domain_id,
            span.dossier_id == dossier.id,
            span.to_revision.is_(None),
            span.from_revision > since,
            span.batch_id.not_in(list(but)),
            sa.or_(batches.c.entries.is_(None), batches.c.entries > 0),
        )
    )
    return [(row.id, row.content_sha256) for row in ledger.connection.execute(query)]
