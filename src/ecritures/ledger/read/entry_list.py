"""Entries of a ledger with their lines."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from ecritures.core.errors import NotFoundError
from ecritures.database.paging import Key, Page, is_beyond, make_page
from ecritures.database.tables import entries, lines
from ecritures.ledger.read.attached import documents_of_entries
from ecritures.ledger.read.conditions import Conditions
from ecritures.ledger.read.filters import Filter
from ecritures.ledger.read.line_rows import FIRST_WINDOW_LINES, columns_of, whole_lines_of
from ecritures.ledger.read.sections import read_splits
from ecritures.ledger.read.windows import windows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from ecritures.ledger.read.attached import Document
    from ecritures.ledger.read.line_rows import Line
    from ecritures.ledger.read.sections import Split
    from ecritures.ledger.read.snapshot import BatchInForce, Snapshot

ENTRY_KEY = (entries.c.entry_date, entries.c.batch_id, entries.c.entry)
"""The order of entries."""
BATCHES_AT_ONCE = 50
"""Of how many batches lines are read together."""
ENTRIES_AT_ONCE = 1000
"""Of how many entries lines are read together."""


class EntryPlace(NamedTuple):
    """Where an entry is in the order of entries."""

    day: date
    batch_id: int
    entry: int


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """An entry: what its first line says, and all its lines.

    Attributes:
        batch: What it came in.
        splits: Of its lines, by batch and line, over analytic sections.
        documents: What is attached to it.
    """

    place: EntryPlace
    batch: BatchInForce
    lines: tuple[Line, ...]
    splits: Mapping[tuple[int, int], tuple[Split, ...]]
    documents: tuple[Document, ...]

    @property
    def first(self) -> Line:
        """Its first line."""
        return self.lines[0]

    @property
    def debit_cents(self) -> int:
        """The debits of its lines."""
        return sum(one.debit_cents for one in self.lines)

    @property
    def credit_cents(self) -> int:
        """The credits of its lines."""
        return sum(one.credit_cents for one in self.lines)


def page_entries(conditions: Conditions, limit: int, after: Key | None = None) -> Page[ReadEntry]:
    """Return a page of entries, by date, batch and entry: each whole.

    Args:
        conditions: Which: see `Filter`.
        limit: How many.
        after: The place of the last entry of the page before.
    """
    found: list[EntryPlace] = []
    for days in _windows(conditions, after):
        query = _places(conditions.within(*days)).order_by(*ENTRY_KEY)
        query = query.limit(limit + 1 - len(found))
        if after is not None:
            query = query.where(entries.c.entry_date >= after[0], is_beyond(ENTRY_KEY, after))
        found += [EntryPlace(*row) for row in conditions.snapshot.connection.execute(query)]
        if len(found) > limit:
            break
    page = make_page(found, limit, tuple)
    return Page(read_entries(conditions.snapshot, page.items), page.next_key)


def stream_entries(conditions: Conditions) -> Iterator[ReadEntry]:
    """Yield entries by date, batch and entry, in bounded memory."""
    after: Key | None = None
    while True:
        page = page_entries(conditions, ENTRIES_AT_ONCE, after)
        yield from page.items
        after = page.next_key
        if after is None:
            return


def get_entry(snapshot: Snapshot, batch_id: int, entry: int) -> ReadEntry:
    """Return an entry by its batch and its number there.

    Raises:
        NotFoundError: It is not in the ledger at this revision.
    """
    conditions = Conditions(snapshot, Filter())
    if batch_id in conditions.batches:
        query = _places(conditions, [batch_id]).where(entries.c.entry == entry)
        places = [EntryPlace(*row) for row in snapshot.connection.execute(query)]
        if found := read_entries(snapshot, places):
            return found[0]
    raise NotFoundError(
        "entry-unknown",
        f"L'écriture {batch_id}-{entry} n'est pas dans le grand livre de"
        f" {snapshot.dossier.code} à la révision {snapshot.revision}.",
        f"Entry {batch_id}-{entry} is not in the ledger of {snapshot.dossier.code} at revision"
        f" {snapshot.revision}.",
    )


def read_entries(snapshot: Snapshot, places: Sequence[EntryPlace]) -> list[ReadEntry]:
    """Return entries with their lines, in the order of their places."""
    by_batch: dict[int, list[int]] = {}
    for one in places:
        by_batch.setdefault(one.batch_id, []).append(one.entry)
    conditions = Conditions(snapshot, Filter())
    held: dict[tuple[int, int], list[Line]] = {}
    chosen = list(by_batch.items())
    for first in range(0, len(chosen), BATCHES_AT_ONCE):
        those = (
            sa.and_(lines.c.batch_id == batch_id, lines.c.entry.in_(numbers))
            for batch_id, numbers in chosen[first : first + BATCHES_AT_ONCE]
        )
        query = (
            sa.select(*columns_of(conditions))
            .select_from(conditions.from_lines())
            .where(lines.c.domain_id == snapshot.dossier.domain_id, sa.or_(*those))
            .order_by(lines.c.batch_id, lines.c.line)
        )
        for line in whole_lines_of(snapshot, snapshot.connection.execute(query).all()):
            held.setdefault((line.batch_id, line.entry), []).append(line)
    there = snapshot.describe(by_batch)
    splits = read_splits(snapshot, chain.from_iterable(held.values()))
    documents = documents_of_entries(snapshot, [(one.batch_id, one.entry) for one in places])
    return [
        ReadEntry(
            one,
            there[one.batch_id],
            tuple(held[one.batch_id, one.entry]),
            splits,
            tuple(documents.get((one.batch_id, one.entry), ())),
        )
        for one in places
    ]


def _places(conditions: Conditions, batches: Iterable[int] | None = None) -> sa.Select[Any]:
    return sa.select(*ENTRY_KEY).where(*conditions.of_entries(batches))


def _windows(
    conditions: Conditions, after: Key | None
) -> Iterable[tuple[date | None, date | None]]:
    if conditions.wanted.numbers or conditions.begin_with_lines:
        return [(None, None)]
    # A line may have another date than its entry: months of any line are those of entries, too.
    days = Filter(start=conditions.wanted.start, end=conditions.wanted.end)
    day = after[0] if after is not None else None
    return windows(Conditions(conditions.snapshot, days), day, FIRST_WINDOW_LINES)
