"""Which entries are definitive: those of an act of validation, or validated by their own file.

An act covers what is in the ledger at its revision: an entry that comes later with an earlier date
is a draft (PCG art. 1031-3).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from ecritures.core.frames import constant
from ecritures.core.policies import FileValidation
from ecritures.database.tables import batch_spans, batches, validations
from ecritures.ledger.batch import read_details
from ecritures.ledger.entry_frames import (
    RANGE_SCHEMA,
    read_entries,
    validated_by_lines,
    within,
)
from ecritures.ledger.in_force import batches_in_force, removals_in_force

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import date

    from ecritures.directory.dossiers import Dossier
    from ecritures.ledger.moves import Ledger


@dataclass(frozen=True, slots=True)
class Act:
    """An act of validation. `journals`: their ids; None: all. `day`: that of the act."""

    revision: int
    through: date
    journals: frozenset[int] | None
    day: date


def read_acts(connection: sa.Connection, dossier: Dossier) -> list[Act]:
    """Return the acts of validation of a dossier, in order."""
    table = validations.c
    query = sa.select(table.revision, table.through, table.journals, table.at).where(
        table.domain_id == dossier.domain_id, table.dossier_id == dossier.id
    )
    return [
        Act(
            row.revision,
            row.through,
            None if row.journals is None else frozenset(row.journals),
            row.at.date(),
        )
        for row in connection.execute(query.order_by(table.revision))
    ]


BINDING_THROUGH = "bindingThrough"
"""In the details of a batch: the last entry that its validation dates make definitive."""


def is_binding(details: dict[str, Any] | None) -> bool:
    """Return whether the validation dates of a batch make its entries definitive here."""
    said = details or {}
    value = said.get("fileValidation") or (said.get("policies") or {}).get("fileValidation")
    return bool(value == FileValidation.BINDING)


class Validity:
    """Which entries are validated in the ledger of a dossier; what it reads is kept."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._removed: dict[int | None, dict[int, pl.DataFrame]] = {}

    @cached_property
    def acts(self) -> list[Act]:
        """Every act of validation."""
        return read_acts(self._ledger.connection, self._ledger.dossier)

    @cached_property
    def _spans(self) -> dict[int, list[tuple[int, int | None]]]:
        span, dossier = batch_spans.c, self._ledger.dossier
        query = sa.select(span.batch_id, span.from_revision, span.to_revision).where(
            span.domain_id == dossier.domain_id, span.dossier_id == dossier.id
        )
        found: dict[int, list[tuple[int, int | None]]] = {}
        for batch_id, start, end in self._ledger.connection.execute(query):
            found.setdefault(batch_id, []).append((start, end))
        return found

    def removed(self, batch_id: int, revision: int | None = None) -> pl.DataFrame:
        """Return the ranges of entries of a batch that others remove, now or at a revision."""
        if revision not in self._removed:
            one = self._ledger
            select = removals_in_force(one.dossier.domain_id, one.dossier.id, revision)
            removal = select.subquery().c
            query = sa.select(removal.target_batch_id, removal.first_entry, removal.last_entry)
            schema = {"target_batch_id": pl.Int64} | RANGE_SCHEMA
            found = one.database.read_frame(one.connection, query, schema)
            self._removed[revision] = {
                int(target): part.drop("target_batch_id")
                for (target,), part in found.group_by("target_batch_id")
            }
        return self._removed[revision].get(batch_id, pl.DataFrame(schema=RANGE_SCHEMA))

    def covering(self, batch_id: int) -> list[Act]:
        """Return the acts at whose revision a batch was in force."""
        if not self.acts:
            return []
        return [
            act
            for act in self.acts
            if any(
                start <= act.revision and (end is None or act.revision < end)
                for start, end in self._spans.get(batch_id, ())
            )
        ]

    def covers_all_through(self, batch_id: int) -> date | None:
        """Return a day up to which an act has validated every entry of a batch, if there is one."""
        days = [
            act.through
            for act in self.covering(batch_id)
            if act.journals is None and self.removed(batch_id, act.revision).is_empty()
        ]
        return max(days, default=None)

    def validated(
        self, batch_id: int, details: dict[str, Any] | None, entries: pl.DataFrame
    ) -> pl.Series:
        """Return which entries of a batch, as returned by `read_entries`, are validated."""
        found = pl.repeat(value=False, n=entries.height, dtype=pl.Boolean, eager=True)
        if is_binding(details):
            by_lines = validated_by_lines(self._ledger, batch_id)
            by_file = entries["validation_date"].is_not_null()
            by_file |= entries["entry"].is_in(by_lines.implode())
            last = (details or {}).get(BINDING_THROUGH)
            found |= by_file if last is None else by_file & (entries["entry"] <= last)
        for act in self.covering(batch_id):
            found |= self._covered(act, batch_id, entries)
        return found

    def days_of_acts(self, batch_id: int, entries: pl.DataFrame) -> pl.Series:
        """Return the day of the first act that covers each entry of a batch; null: none does.

        Args:
            batch_id: The batch.
            entries: By `entry`, an Int64; `journal_id`, `entry_date`.
        """
        days = constant(None, entries.height, pl.Date)
        for act in self.covering(batch_id):
            day = pl.Series([act.day]).new_from_index(0, entries.height)
            days = day.zip_with(days.is_null() & self._covered(act, batch_id, entries), days)
        return days

    def _covered(self, act: Act, batch_id: int, entries: pl.DataFrame) -> pl.Series:
        covered = entries["entry_date"] <= act.through
        if act.journals is not None:
            covered &= entries["journal_id"].is_in(sorted(act.journals))
        return covered & ~within(entries["entry"], self.removed(batch_id, act.revision))

    def validated_among(self, entries: pl.DataFrame) -> pl.DataFrame:
        """Return the validated ones of some entries; columns `batch_id`, `entry`, and others."""
        parts = [entries[:0]]
        for (number,), some in entries.group_by("batch_id"):
            batch_id = int(str(number))
            details = read_details(
                self._ledger.connection, self._ledger.dossier.domain_id, batch_id
            )
            if not self.covering(batch_id) and not is_binding(details):
                continue
            there = read_entries(self._ledger, batch_id)
            definitive = there["entry"].filter(self.validated(batch_id, details, there))
            known = some["entry"].cast(definitive.dtype).is_in(definitive.implode())
            parts.append(some.filter(known))
        return pl.concat(parts)

    def drafts(
        self, through: date, journals: Collection[int] | None = None
    ) -> Iterator[tuple[int, pl.DataFrame]]:
        """Yield the entries in the ledger that are not validated, batch by batch.

        Args:
            through: Those dated on this day or earlier.
            journals: Those of these journals; None: of all.
        """
        one, table = self._ledger, batches.c
        in_force = batches_in_force(one.dossier.domain_id, one.dossier.id)
        query = sa.select(table.id, table.details, table.first_date, table.last_date).where(
            table.domain_id == one.dossier.domain_id, table.id.in_(in_force)
        )
        for row in one.connection.execute(query.order_by(table.id)).all():
            after = self.covers_all_through(row.id)
            if (row.first_date and row.first_date > through) or (
                after and row.last_date and row.last_date <= after
            ):
                continue
            found = read_entries(one, row.id, after=after, through=through)
            gone = within(found["entry"], self.removed(row.id))
            if journals is not None:
                gone |= ~found["journal_id"].is_in(sorted(journals))
            gone |= self.validated(row.id, row.details, found)
            if not gone.all():
                yield row.id, found.filter(~gone)

    def undated(self) -> Iterator[pl.Series]:
        """Yield the days of the entries in the ledger without any date of validation, by batch.

        Neither their file nor an act gave them one: a FEC leaves them out.
        """
        one = self._ledger
        in_force = batches_in_force(one.dossier.domain_id, one.dossier.id)
        for batch_id in one.connection.scalars(in_force).all():
            found = read_entries(one, batch_id, undated=True)
            found = found.filter(
                ~within(found["entry"], self.removed(batch_id)),
                self.days_of_acts(batch_id, found).is_null(),
            )
            if found.height:
                by_lines = validated_by_lines(one, batch_id).implode()
                yield found["entry_date"].filter(~found["entry"].is_in(by_lines))
