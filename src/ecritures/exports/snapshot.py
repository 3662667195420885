"""The entries of a period, copied from one revision of a ledger to files beside it.

Everything is read once, in the order of the tables, in one transaction that sees one moment: who
imports meanwhile changes nothing in it, and waits for nothing. Afterwards the rows are given back
in the order of the export, a bounded number at a time, as often as needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl
import sqlalchemy as sa

from ecritures.core.frames import constant
from ecritures.core.prefetch import prefetch
from ecritures.database.tables import batch_blocks, batches, entries, line_sections, lines
from ecritures.directory.dossiers import read_dossier
from ecritures.exports.attached_files import read_documents
from ecritures.exports.chunks import ChunkFolder, in_order
from ecritures.exports.entry_keys import EntryKeys
from ecritures.exports.number_gaps import ROWS_AT_ONCE, find_sequence
from ecritures.ledger.codes import CodeKind, read_names
from ecritures.ledger.entry_frames import within
from ecritures.ledger.events import head_of
from ecritures.ledger.fiscal_years.definitive import Validity
from ecritures.ledger.in_force import batches_in_force
from ecritures.ledger.lettering.lettered import read_by_hand
from ecritures.ledger.moves import Ledger
from ecritures.ledger.sections import SECTION_SCHEMA, with_splits
from ecritures.ledger.stored import ENTRY_SCHEMA, LINE_SCHEMA, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier
    from ecritures.exports.chunks import Chunk, Ranks
    from ecritures.exports.number_gaps import Sequence
    from ecritures.exports.wanted import Period
    from ecritures.ledger.events import Head

LEFT_OUT_NAMED_MAX = 1000
Names = dict[int, tuple[str, str]]
"""The code and the label of each number."""


@dataclass
class LeftOut:
    """The entries that no date of validation is known of.

    Attributes:
        names: Of the first thousand: journal, number, date.
    """

    count: int = 0
    names: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Snapshot:
    """What an export gives back.

    Attributes:
        dossier: As it was.
        head: Of the chain of events.
        journals: By their numbers.
        accounts: The same.
        third_parties: The same.
        by_hand: As returned by `lettered.read_by_hand`.
        drafts: Entries without any date of validation: part of the export, or left out.
        with_drafts: Which of the two.
        sequence: What is said of the numbers of the entries.
        entries: How many are exported.
        documents: What is attached to them: see `documents.read_documents`.
    """

    dossier: Dossier
    period: Period
    head: Head
    journals: Names
    accounts: Names
    third_parties: Names
    by_hand: pl.DataFrame
    drafts: LeftOut
    with_drafts: bool
    sequence: Sequence
    entries: int
    documents: pl.DataFrame
    _ranks: Ranks
    _entry_chunks: list[Chunk]
    _line_chunks: list[Chunk]

    @property
    def left_out(self) -> int:
        """How many entries are not exported."""
        return 0 if self.with_drafts else self.drafts.count

    @property
    def provisional(self) -> bool:
        """Whether entries without any date of validation are part of it."""
        return self.with_drafts and self.drafts.count > 0

    def entry_rows(self) -> Iterator[pl.DataFrame]:
        """Yield the entries by `rank`: columns of `stored.ENTRY_SCHEMA`, and `valid`, a day."""
        return in_order(self._entry_chunks, self._ranks, ())

    def line_rows(self) -> Iterator[pl.DataFrame]:
        """Yield the lines by `rank` of their entry; columns of `stored.LINE_SCHEMA`, or some.

        Where some are split: the column `splits` of canonical lines.
        """
        return in_order(self._line_chunks, self._ranks, ("line",))

    def extra_texts(self) -> Iterator[pl.Series]:
        """Yield the distinct texts of the column `extra`, part by part."""
        for chunk in self._line_chunks:
            columns = pl.read_ipc_schema(chunk.path)
            if "extra" in columns:
                texts = pl.read_ipc(chunk.path, columns=["extra"])["extra"]
                yield texts.drop_nulls().unique()


def take_snapshot(
    database: Database, dossier: Dossier, period: Period, folder: Path, *, with_drafts: bool
) -> Snapshot:
    """Copy the entries of a period, as they are now.

    Args:
        database: The firm's.
        dossier: Whose ledger.
        period: Of the entries' dates.
        folder: An empty folder: it takes some sixty bytes a line.
        with_drafts: Whether entries without any date of validation are exported.
    """
    with database.read_long() as connection:
        database.prefer_indexes(connection)
        return snapshot_of(database, connection, dossier, period, folder, with_drafts=with_drafts)


def snapshot_of(  # noqa: PLR0913 - as above, in a transaction
    database: Database,
    connection: sa.Connection,
    dossier: Dossier,
    period: Period,
    folder: Path,
    *,
    with_drafts: bool,
) -> Snapshot:
    """Copy the entries of a period in a transaction; see `take_snapshot`."""
    now = read_dossier(connection, dossier.domain_id, dossier.id)
    ledger = Ledger(database, connection, now, now.ledger_revision)
    journals, accounts, third_parties = (
        read_names(connection, now, kind)
        for kind in (CodeKind.JOURNAL, CodeKind.ACCOUNT, CodeKind.THIRD_PARTY)
    )
    copier = _Copier(ledger, period, ChunkFolder(folder), EntryKeys(journals), with_drafts)
    last_entries = copier.copy()
    keys, place = copier.keys, copier.folder.placed
    sequence, count = find_sequence(ledger, keys, period, copier.validity), keys.count
    documents = read_documents(ledger, keys.parts)
    ranks = keys.ranks(last_entries)
    return Snapshot(
        dossier=now,
        period=period,
        head=head_of(connection, now.domain_id, now.id),
        journals=journals,
        accounts=accounts,
        third_parties=third_parties,
        by_hand=read_by_hand(ledger),
        drafts=copier.drafts,
        with_drafts=with_drafts,
        sequence=sequence,
        entries=count,
        documents=documents,
        _ranks=ranks,
        _entry_chunks=place(copier.entry_chunks, ranks),
        _line_chunks=place(copier.line_chunks, ranks),
    )


class _Copier:
    """Copies the batches in force, one after the other."""

    def __init__(
        self,
        ledger: Ledger,
        period: Period,
        folder: ChunkFolder,
        keys: EntryKeys,
        with_drafts: bool,  # noqa: FBT001 - of the caller
    ) -> None:
        self._ledger, self._period, self._with_drafts = ledger, period, with_drafts
        self._sections = read_names(ledger.connection, ledger.dossier, CodeKind.SECTION)
        self.validity = Validity(ledger)
        self.folder, self.keys = folder, keys
        self.drafts = LeftOut()
        self.entry_chunks: list[Chunk] = []
        self.line_chunks: list[Chunk] = []

    def copy(self) -> dict[int, int]:
        """Copy every batch; return the highest number of the entries of each that is exported."""
        last_entries = {}
        for batch_id in self._overlapping():
            last_entry, last_line, first_line = self._size(batch_id)
            if not last_entry:
                continue
            self._entries(batch_id, last_entry)
            if batch_id in self.keys.parts:
                self._lines(batch_id, last_entry, first_line, last_line)
                self._judge(batch_id)
                last_entries[batch_id] = last_entry
        return {batch_id: last_entries[batch_id] for batch_id in self.keys.parts}

    def _overlapping(self) -> list[int]:
        dossier, period = self._ledger.dossier, self._period
        table = batches.c
        query = sa.select(table.id).where(
            table.domain_id == dossier.domain_id,
            table.dossier_id == dossier.id,
            table.id.in_(batches_in_force(dossier.domain_id, dossier.id)),
        )
        first, last = table.first_date, table.last_date  # null: published long ago
        if period.start is not None:
            query = query.where(sa.or_(last.is_(None), last >= period.start))
        if period.end is not None:
            query = query.where(sa.or_(first.is_(None), first <= period.end))
        return list(self._ledger.connection.execute(query.order_by(table.id)).scalars())

    def _size(self, batch_id: int) -> tuple[int, int, int]:
        """Return the last entry, the last line and the first line of a batch."""
        block, entry, line = batch_blocks.c, entries.c, lines.c
        of_blocks = (
            sa.func.max(block.last_entry), sa.func.max(block.last_line),
            sa.func.min(block.first_line),
        )  # fmt: skip
        query = sa.select(*of_blocks).where(*self._of(batch_blocks, batch_id))
        found = tuple(self._ledger.connection.execute(query).one())
        if found[1] is None:  # published before there were blocks
            rows = sa.select(sa.func.max(entry.entry)).where(*self._of(entries, batch_id))
            ends = sa.select(sa.func.max(line.line), sa.func.min(line.line))
            ends = ends.where(*self._of(lines, batch_id))
            one = self._ledger.connection.execute
            found = (one(rows).scalar(), *one(ends).one())
        return found[0] or 0, found[1] or 0, found[2] or 0

    def _of(self, table: sa.Table, batch_id: int) -> tuple[sa.ColumnElement[bool], ...]:
        return table.c.domain_id == self._ledger.dossier.domain_id, table.c.batch_id == batch_id

    def _entries(self, batch_id: int, last: int) -> None:
        """Copy the entries of a batch that are in the ledger and in the period."""
        table, period = entries.c, self._period
        which = list(self._of(entries, batch_id))
        which += [table.entry_date >= period.start] if period.start is not None else []
        which += [table.entry_date <= period.end] if period.end is not None else []
        removed = self.validity.removed(batch_id)
        for rows in self._read(entries, ENTRY_SCHEMA, which, range(1, last + 1)):
            found = rows.with_columns(pl.col("number").fill_null(""))
            if removed.height:
                found = found.filter(~within(found["entry"].cast(pl.Int64), removed))
            if found.is_empty():
                continue
            numbered = found.with_columns(pl.col("entry").cast(pl.Int64))
            acts = self.validity.days_of_acts(batch_id, numbered)
            found = found.with_columns(pl.coalesce("validation_date", acts).alias("valid"))
            self.entry_chunks.append(self.folder.write(found, batch_id))
            self.keys.add(batch_id, found)

    def _lines(self, batch_id: int, last_entry: int, first: int, last: int) -> None:
        """Copy the lines of those entries; place the entries whose lines say their own dates."""
        chosen = constant(value=False, rows=last_entry + 1, dtype=pl.Boolean)
        for part in self.keys.parts[batch_id]:
            chosen = chosen.scatter(part["entry"], values=True)
        days = constant(None, last_entry + 1, pl.Date)
        says_days = False
        which = self._of(lines, batch_id)
        for rows in self._read(lines, LINE_SCHEMA, which, range(first, last + 1)):
            mine = chosen.gather(rows["entry"])
            kept = rows if mine.all() else rows.filter(mine)
            if kept.is_empty():
                continue
            dated = kept.filter(pl.col("validation_date").is_not_null())
            if dated.height:
                says_days = True
                each = dated.group_by("entry").agg(pl.col("validation_date").min())
                known = days.gather(each["entry"])
                earliest = each.select(pl.min_horizontal("validation_date", known)).to_series()
                days = days.scatter(each["entry"], earliest)
            kept = self._with_splits(batch_id, kept)
            filled = [one.name for one in kept if one.null_count() < kept.height]
            self.line_chunks.append(self.folder.write(kept.select(filled), batch_id))
        if says_days:
            self.keys.validate(batch_id, days)

    def _with_splits(self, batch_id: int, rows: pl.DataFrame) -> pl.DataFrame:
        if not self._sections:
            return rows
        here = line_sections.c.line.between(int(rows["line"][0]), int(rows["line"][-1]))
        place = self._ledger.database, self._ledger.connection, line_sections, SECTION_SCHEMA
        held = read_rows(*place, *self._of(line_sections, batch_id), here)
        return with_splits(rows, held, self._sections) if held.height else rows

    def _read(
        self,
        table: sa.Table,
        schema: Mapping[str, type[pl.DataType]],
        which: Iterable[sa.ColumnElement[bool]],
        numbers: range,
    ) -> Iterator[pl.DataFrame]:
        """Yield rows by their number, which is the first column of the schema."""
        number = table.c[next(iter(schema))]

        def read() -> Iterator[pl.DataFrame]:
            for first in numbers[::ROWS_AT_ONCE]:
                last = min(first + ROWS_AT_ONCE, numbers.stop) - 1
                place = self._ledger.database, self._ledger.connection, table, schema
                yield read_rows(*place, *which, number.between(first, last))

        return prefetch(read())

    def _judge(self, batch_id: int) -> None:
        """Count the drafts of a batch, and leave them out where they are not wanted."""
        drafts = self.keys.drafts(batch_id)
        if drafts.is_empty():
            return
        self.drafts.count += drafts.len()
        for chunk in self.entry_chunks:
            room = LEFT_OUT_NAMED_MAX - len(self.drafts.names)
            if room > 0 and chunk.batch_id == batch_id:
                rows = self.folder.read(chunk)
                found = rows.filter(rows["entry"].is_in(drafts.implode())).head(room)
                named = found.select("journal_id", "number", "entry_date").iter_rows()
                self.drafts.names += [
                    (self.keys.journals.get(journal, ("", ""))[0], number, day.isoformat())
                    for journal, number, day in named
                ]
        if not self._with_drafts:
            self.keys.leave_drafts_out(batch_id)
