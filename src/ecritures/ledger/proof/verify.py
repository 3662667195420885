"""Prove a ledger: recompute its digests, its chain and every table that follows from them.

All queries see the same moment, and nobody waits for them. Rows are read block by block, so that
memory does not grow with the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database.tables import batches, dossiers, events
from ecritures.ledger import totals_summaries
from ecritures.ledger.batch import BatchState
from ecritures.ledger.events import (
    EventKind,
    describe_batch,
    describe_matching,
    event_digest,
    head_of,
)
from ecritures.ledger.proof.batch_rows import BatchRows, Removals, Snapshot
from ecritures.ledger.proof.breaks import UNREADABLE, broken
from ecritures.ledger.proof.replay import PUBLISHING, Replay
from ecritures.ledger.proof.state import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ecritures.database import Database
    from ecritures.ledger.proof.breaks import Break

EVENTS_AT_ONCE = 500


@dataclass
class Verdict:
    """What the verification of a ledger found.

    Attributes:
        revision: Of the ledger.
        head: The digest of the last event.
        events: How many were verified.
        lines: How many lines were read and verified.
        first_break: The first place that was changed; None: none was.
        purged: Batches whose rows are no longer kept: their events alone are verified.
        without_digests: Batches that were published before digests existed.
    """

    revision: int
    head: str | None
    events: int = 0
    lines: int = 0
    first_break: Break | None = None
    purged: list[int] = field(default_factory=list)
    without_digests: list[int] = field(default_factory=list)


def verify_ledger(  # noqa: PLR0913 - a dossier, and what is asked
    database: Database,
    domain_id: int,
    dossier_id: int,
    *,
    full: bool = False,
    expected_head: str | None = None,
    progress: Callable[[int], None] = lambda _lines: None,
) -> Verdict:
    """Verify the ledger of a dossier up to the first break.

    Args:
        database: Sees the firm.
        domain_id: The firm.
        dossier_id: The dossier.
        full: Whether to look for the entry that was changed.
        expected_head: The digest of an event, kept elsewhere: the ledger must still have it.
        progress: Called with the number of lines of each block; an exception stops the
            verification.
    """
    with database.read_long() as connection:
        database.prefer_indexes(connection)
        mine = dossiers.c.domain_id == domain_id, dossiers.c.id == dossier_id
        revision = connection.execute(sa.select(dossiers.c.ledger_revision).where(*mine))
        head = head_of(connection, domain_id, dossier_id)
        verdict = Verdict(revision.scalar_one(), head.digest)

        def count(lines: int) -> None:
            verdict.lines += lines
            progress(lines)

        snapshot = Snapshot(database, connection, domain_id, full, count)
        verification = _Verification(snapshot, dossier_id, verdict, expected_head)
        verdict.first_break = verification.first_break()
    return verdict


class _UnreadableEventError(Exception):
    """An event has a value that is not of its type."""


class _Verification:
    """One pass over a ledger."""

    def __init__(
        self, snapshot: Snapshot, dossier_id: int, verdict: Verdict, expected_head: str | None
    ) -> None:
        self._snapshot, self._dossier_id, self._verdict = snapshot, dossier_id, verdict
        self._expected_head = expected_head
        self._revision = 0  # the event that is being verified; 0: none
        self._replay, self._removals = Replay(), Removals()
        self._described: dict[int, dict[str, Any] | None] = {}
        self._state = State(snapshot.connection, snapshot.domain_id, dossier_id, self._replay)

    def first_break(self) -> Break | None:
        """Return the first place where the ledger was changed; None: none was."""
        try:
            return next(self._breaks(), None)
        except _UnreadableEventError:
            return broken("event-changed", self._revision)
        except UNREADABLE:  # SQLite keeps any text in a column of dates, of numbers or of JSON
            return broken("value-unreadable", self._revision or None)

    def _breaks(self) -> Iterator[Break]:
        digests: set[str | None] = set()
        previous: str | None = None
        last = 0
        for event in self._events():
            if event["revision"] != last + 1:
                yield broken("event-missing", last + 1)
            last = self._revision = event["revision"]
            yield from self._event(event, previous)
            previous = event["digest"]
            digests.add(previous)
            self._verdict.events += 1
        self._revision = 0
        if last != self._verdict.revision:
            yield broken("revision-differs", last, what=self._verdict.revision)
        if self._expected_head is not None and self._expected_head not in digests:
            yield broken("head-unknown", last)
        yield from self._state.breaks(self._headers)
        connection, domain_id = self._snapshot.connection, self._snapshot.domain_id
        if totals_summaries.differs(connection, domain_id, self._dossier_id):
            yield broken("summary-differs", None)

    def _events(self) -> Iterator[dict[str, Any]]:
        last, at_once = 0, EVENTS_AT_ONCE
        while True:
            try:
                found = self._read_events(last, at_once)
            except UNREADABLE:
                if at_once == 1:
                    self._revision = last + 1
                    raise _UnreadableEventError from None
                at_once = 1  # up to the one that cannot be read
                continue
            yield from found
            if len(found) < at_once:
                return
            last = found[-1]["revision"]

    def _read_events(self, after: int, at_once: int) -> list[dict[str, Any]]:
        query = sa.select(*(column for column in events.c if column.name not in _OWNER)).where(
            events.c.domain_id == self._snapshot.domain_id,
            events.c.dossier_id == self._dossier_id,
            events.c.revision > after,
        )
        ordered = query.order_by(events.c.revision).limit(at_once)
        return [dict(row) for row in self._snapshot.connection.execute(ordered).mappings()]

    def _event(self, event: dict[str, Any], previous: str | None) -> Iterator[Break]:
        revision, batch = event["revision"], event["batch_id"]
        if batch is not None and batch not in self._headers:
            yield broken("batch-missing", revision, batch=batch)
            return
        yield from self._digest(event, previous)
        self._replay.apply(event)
        if said := (event["details"] or {}).get("codes"):
            yield from self._state.codes_changed(revision, said)
        if event["kind"] in PUBLISHING:
            yield from self._rows(batch, revision)

    def _digest(self, event: dict[str, Any], previous: str | None) -> Iterator[Break]:
        revision, batch = event["revision"], event["batch_id"]
        if event["digest"] is None:
            is_old = previous is None and event["previous_digest"] is None
            if not is_old or event["kind"] != EventKind.PUBLISHED:
                yield broken("event-without-digest", revision)
            return
        if event["previous_digest"] != previous:
            yield broken("chain-broken", revision)
        row = {name: value for name, value in event.items() if name != "digest"}
        place = self._snapshot.connection, self._snapshot.domain_id
        matching = describe_matching(*place, self._dossier_id, row)
        if event_digest(row, self._describe(batch), matching) != event["digest"]:
            yield broken("event-changed", revision, batch=batch)

    def _describe(self, batch: int | None) -> dict[str, Any] | None:
        if batch is not None and batch not in self._described:
            place = self._snapshot.connection, self._snapshot.domain_id
            self._described[batch] = describe_batch(*place, batch)
        return None if batch is None else self._described[batch]

    def _rows(self, batch: int, revision: int) -> Iterator[Break]:
        header = self._headers[batch]
        if header["content_digest"] is None:
            self._removals.unknown.add(batch)
            self._verdict.without_digests.append(batch)
        elif header["state"] == BatchState.PURGED:
            self._removals.unknown.add(batch)
            self._verdict.purged.append(batch)
        else:
            yield from BatchRows(self._snapshot, header, revision, self._removals).breaks()

    @cached_property
    def _headers(self) -> dict[int, dict[str, Any]]:
        """Return the published batches of the dossier, by number."""
        query = sa.select(batches).where(
            batches.c.domain_id == self._snapshot.domain_id,
            batches.c.dossier_id == self._dossier_id,
            batches.c.state.in_([BatchState.PUBLISHED, BatchState.PURGED]),
        )
        rows = self._snapshot.connection.execute(query).mappings()
        return {row["id"]: dict(row) for row in rows}


_OWNER = {"domain_id", "dossier_id"}
