"""Compare the rows of a batch with the digests of its blocks, its header, totals, fingerprints."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from ecritures.core.policies import MissingNumbers
from ecritures.database.tables import (
    batch_blocks,
    batch_links,
    entries,
    line_sections,
    lines,
)
from ecritures.ledger.attachments import NO_DOCUMENTS, read_documents
from ecritures.ledger.entry_frames import within
from ecritures.ledger.in_force import REMOVING
from ecritures.ledger.proof.breaks import UNREADABLE, broken
from ecritures.ledger.rows import content_digest, digest_of_rows
from ecritures.ledger.sections import SECTION_SCHEMA
from ecritures.ledger.stored import (
    ENTRY_SCHEMA,
    HASH_SCHEMA,
    LINE_SCHEMA,
    read_rows,
    sums_of_lines,
    whole_lines,
    with_fingerprints,
)
from ecritures.ledger.totals import (
    NO_TOTALS,
    add_up,
    negated,
    rows_by_table,
    totals_of_lines,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ecritures.database import Database
    from ecritures.ledger.proof.breaks import Break

NAMED_AMONG_MAX = 1000
"""To name an entry, so many that seem changed are read again with all their lines."""
_RANGES = {"remover": pl.Int32, "first_entry": pl.UInt32, "last_entry": pl.UInt32}


@dataclass
class Removals:
    """What batches remove of those verified so far.

    Attributes:
        totals: Batch that removes → totals of what it removes, to be added up.
        unknown: Batches whose lines cannot be added up: they are gone, or older than digests.
    """

    totals: dict[int, list[pl.DataFrame]] = field(default_factory=dict)
    unknown: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Snapshot:
    """A connection that sees one moment, and what goes on as it is read.

    Attributes:
        full: Whether to look for the entry that was changed.
        progress: Called with the number of lines of each block.
    """

    database: Database
    connection: sa.Connection
    domain_id: int
    full: bool
    progress: Callable[[int], None]

    def of_batch(self, table: sa.Table, batch_id: int) -> tuple[sa.ColumnElement[bool], ...]:
        """Select the rows of a batch."""
        return table.c.domain_id == self.domain_id, table.c.batch_id == batch_id


class BatchRows:
    """The rows of a published batch.

    Args:
        snapshot: Where to read them.
        header: Its row of `batches`.
        revision: At which it was published.
        removals: Of all batches; what others remove of this one is added.
    """

    def __init__(
        self, snapshot: Snapshot, header: Mapping[str, Any], revision: int, removals: Removals
    ) -> None:
        self._snapshot, self._header, self._revision = snapshot, header, revision
        self._batch: int = header["id"]
        self._removals = removals
        self._added: list[pl.DataFrame] = []
        self._entries = 0
        self._days: list[Any] = []
        self._days_of_entries: list[Any] = []
        self._open = _NO_ENTRIES  # entries that more lines may belong to
        self._sums = _NO_SUMS
        self._attached = NO_DOCUMENTS

    def breaks(self) -> Iterator[Break]:
        """Yield where they are not what they were, the first first."""
        table = batch_blocks.c
        query = sa.select(batch_blocks).where(*self._snapshot.of_batch(batch_blocks, self._batch))
        blocks = [
            dict(row)
            for row in self._snapshot.connection.execute(query.order_by(table.block)).mappings()
        ]
        numbered = [block["block"] for block in blocks] == list(range(len(blocks)))
        if content_digest(blocks) != self._header["content_digest"] or not numbered:
            yield self._broken("blocks-changed")
        removers = self._read_removers()
        place = self._snapshot.connection, self._snapshot.domain_id
        self._attached = read_documents(*place, self._batch)
        last = {"line": -1, "entry": -1}
        for block in blocks:
            yield from self._block(block, last, removers)
        if self._has_more(last):
            yield self._broken("rows-added")
        if self._open.height:
            first = self._open.sort("entry").row(0, named=True)
            yield self._broken("fingerprint-differs", first["block"], first["entry"])
        yield from self._sums_differ()

    def _block(
        self, block: dict[str, Any], last: dict[str, int], removers: pl.DataFrame
    ) -> Iterator[Break]:
        number = block["block"]
        lines_read = last["line"] + 1, block["last_line"]
        entries_read = last["entry"] + 1, block["last_entry"]
        try:
            stored = self._read(lines, LINE_SCHEMA | {"day": pl.Date}, *lines_read)
            sections = self._read(line_sections, SECTION_SCHEMA, *lines_read)
            found = self._read(entries, ENTRY_SCHEMA | HASH_SCHEMA, *entries_read)
        except UNREADABLE:
            yield self._broken("rows-changed", number)
            return
        line_rows = stored.drop("day")
        last["line"] = block["last_line"]
        last["entry"] = block["last_entry"] or last["entry"]
        self._snapshot.progress(line_rows.height)
        begun = found.select(*ENTRY_SCHEMA)
        is_same = digest_of_rows(begun, line_rows, sections) == block["digest"]
        is_same &= _places(begun, line_rows) == tuple(block[name] for name in _PLACES)
        entry_rows = pl.concat([self._open, found.with_columns(block=pl.lit(number, pl.Int32))])
        whole = whole_lines(line_rows, entry_rows)
        is_same &= (stored["day"] == whole["entry_date"]).fill_null(value=False).all()
        sums = sums_of_lines(whole, sections, self._attached)
        if not is_same:
            entry = self._changed_entry(whole, entry_rows, sums) if self._snapshot.full else None
            yield self._broken("rows-changed", number, entry)
        if whole["journal_id"].null_count():
            orphan = whole.filter(pl.col("journal_id").is_null())["entry"][0]
            yield self._broken("line-without-entry", number, orphan)
        self._entries += begun.height
        for days, frame in ((self._days, whole), (self._days_of_entries, begun)):
            days += [frame["entry_date"].min(), frame["entry_date"].max()]
        self._added.append(totals_of_lines(whole))
        self._remove(whole, removers)
        self._match(sums, entry_rows)

    def _match(self, sums: pl.DataFrame, entry_rows: pl.DataFrame) -> None:
        """Keep the entries that are not complete yet: the others have their fingerprints."""
        sums = pl.concat([self._sums, sums])
        if self._sums.height:
            sums = sums.group_by("entry").agg(pl.col("content", "full").sum())
        self._open = entry_rows.filter(self._differs(entry_rows, sums))
        self._sums = sums.join(self._open, on="entry", how="semi")

    def _differs(self, entry_rows: pl.DataFrame, sums: pl.DataFrame) -> pl.Series:
        made = with_fingerprints(entry_rows, sums)
        same = [made[name].eq_missing(entry_rows[name]) for name in HASH_SCHEMA]
        policies = (self._header["details"] or {}).get("policies") or {}
        if policies.get("missingNumbers") == MissingNumbers.ASSIGN:
            same[0] |= entry_rows["key_hash"].is_null()  # its number was given here
        return ~(same[0] & same[1] & same[2])

    def _changed_entry(
        self, whole: pl.DataFrame, entry_rows: pl.DataFrame, sums: pl.DataFrame
    ) -> int | None:
        """Return the first entry that is not as its fingerprints say; None: all are."""
        orphans = whole.filter(pl.col("journal_id").is_null())["entry"]
        sums = pl.concat([self._sums, sums])
        sums = sums.group_by("entry").agg(pl.col("content", "full").sum())
        seeming = entry_rows.filter(self._differs(entry_rows, sums)).head(NAMED_AMONG_MAX)
        found = [int(str(orphans.min()))] if orphans.len() else []
        if seeming.height:
            of_batch = self._snapshot.of_batch(lines, self._batch)
            theirs = lines.c.entry.in_(seeming["entry"].to_list())
            again = read_rows(*self._place, lines, LINE_SCHEMA, *of_batch, theirs)
            split = self._sections_of(seeming["entry"].to_list())
            whole = whole_lines(again, seeming)
            differs = self._differs(seeming, sums_of_lines(whole, split, self._attached))
            found += seeming.filter(differs)["entry"].to_list()
        return min(found, default=None)

    def _sections_of(self, entry: list[int]) -> pl.DataFrame:
        theirs = line_sections.c.entry.in_(entry)
        of_batch = self._snapshot.of_batch(line_sections, self._batch)
        return read_rows(*self._place, line_sections, SECTION_SCHEMA, *of_batch, theirs)

    def _remove(self, whole: pl.DataFrame, removers: pl.DataFrame) -> None:
        """Add up what other batches remove of these lines."""
        if removers.is_empty():
            return
        first, last = whole["entry"].min(), whole["entry"].max()
        near = removers.filter((pl.col("first_entry") <= last) & (pl.col("last_entry") >= first))
        number = whole["entry"].unique().sort()
        for (remover,), ranges in near.group_by("remover"):
            gone = number.filter(within(number, ranges)).to_frame()
            removed = totals_of_lines(whole.join(gone, on="entry", how="semi"))
            self._removals.totals.setdefault(int(str(remover)), []).append(removed)

    def _sums_differ(self) -> Iterator[Break]:
        added = add_up(pl.concat([NO_TOTALS, *self._added]))
        expected = {
            "entries": self._entries,
            "lines": added["lines"].sum(),
            "debit_cents": added["debit_cents"].sum(),
            "credit_cents": added["credit_cents"].sum(),
        }
        for name, value in expected.items():
            if self._header[name] != value:
                yield self._broken("header-differs", what=name)
        # Once the days of the first lines of entries: those of an entry may have several.
        spans = [_span(self._days), _span(self._days_of_entries)]
        for place, name in enumerate(("first_date", "last_date")):
            if self._header[name] not in {span[place] for span in spans}:
                yield self._broken("header-differs", what=name)
        if not self._has_totals(added, removed=False):
            yield self._broken("totals-differ")
        yield from self._removed_totals_differ()

    def _removed_totals_differ(self) -> Iterator[Break]:
        link = batch_links.c
        of_batch = self._snapshot.of_batch(batch_links, self._batch)
        query = sa.select(link.target_batch_id).where(*of_batch, link.kind.in_(REMOVING)).distinct()
        targets = set(self._snapshot.connection.execute(query).scalars())
        if targets & self._removals.unknown:
            return
        parts = self._removals.totals.pop(self._batch, [])
        removed = negated(add_up(pl.concat([NO_TOTALS, *parts])))
        if not self._has_totals(removed, removed=True):
            yield self._broken("removed-totals-differ")

    def _has_totals(self, expected: pl.DataFrame, *, removed: bool) -> bool:
        """Return whether the tables of totals have what is expected of this batch."""
        for table, rows in rows_by_table(expected):
            query = sa.select(*(table.c[name] for name in rows.columns)).where(
                *self._snapshot.of_batch(table, self._batch), table.c.removed.is_(removed)
            )
            found = self._snapshot.connection.execute(query).all()
            held = pl.DataFrame(found, schema=rows.schema, orient="row")
            if not held.sort(rows.columns).equals(rows.sort(rows.columns)):
                return False
        return True

    def _read_removers(self) -> pl.DataFrame:
        link = batch_links.c
        query = sa.select(link.batch_id, link.first_entry, link.last_entry).where(
            link.domain_id == self._snapshot.domain_id,
            link.target_batch_id == self._batch,
            link.kind.in_(REMOVING),
        )
        return self._snapshot.database.read_frame(self._snapshot.connection, query, _RANGES)

    def _read(
        self, table: sa.Table, schema: dict[str, Any], first: int, last: int | None
    ) -> pl.DataFrame:
        if last is None:
            return pl.DataFrame(schema=schema)
        number = table.c[next(iter(schema))]
        of_batch = self._snapshot.of_batch(table, self._batch)
        return read_rows(*self._place, table, schema, *of_batch, number.between(first, last))

    def _has_more(self, last: Mapping[str, int]) -> bool:
        for table, name in ((lines, "line"), (entries, "entry"), (line_sections, "line")):
            of_batch = self._snapshot.of_batch(table, self._batch)
            more = sa.select(table.c[name]).where(*of_batch, table.c[name] > last[name]).limit(1)
            if self._snapshot.connection.execute(more).first() is not None:
                return True
        return False

    def _broken(
        self,
        code: str,
        block: int | None = None,
        entry: int | None = None,
        what: str | None = None,
    ) -> Break:
        place = {"batch": self._batch, "block": block, "entry": entry}
        return broken(code, self._revision, what=what, **place)

    @property
    def _place(self) -> tuple[Database, sa.Connection]:
        return self._snapshot.database, self._snapshot.connection


_PLACES = ("first_line", "last_line", "first_entry", "last_entry")


def _places(begun: pl.DataFrame, line_rows: pl.DataFrame) -> tuple[int | None, ...]:
    return (
        line_rows["line"].min(),
        line_rows["line"].max(),
        begun["entry"].min(),
        begun["entry"].max(),
    )  # type: ignore[return-value]


def _span(days: list[Any]) -> tuple[Any, Any]:
    known = [day for day in days if day is not None]
    return min(known, default=None), max(known, default=None)


_NO_ENTRIES = pl.DataFrame(schema=ENTRY_SCHEMA | HASH_SCHEMA | {"block": pl.Int32})
_NO_SUMS = pl.DataFrame(schema={"entry": pl.UInt32, "content": pl.UInt64, "full": pl.UInt64})
