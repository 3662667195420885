"""The numbers that are missing among those of an export, and why each is missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import polars as pl
import sqlalchemy as sa

from ecritures.database.tables import batch_spans, batches, entries, events
from ecritures.exports.entry_keys import is_common, split_numbers
from ecritures.ledger.batch import BatchState
from ecritures.ledger.entry_frames import within
from ecritures.ledger.events import EventKind
from ecritures.ledger.stored import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.exports.entry_keys import EntryKeys
    from ecritures.exports.wanted import Period
    from ecritures.ledger.fiscal_years.definitive import Validity
    from ecritures.ledger.moves import Ledger

GAPS_MAX = 1000
ROWS_AT_ONCE = 15_000
_HEAD_SCHEMA = {
    "entry": pl.UInt32,
    "journal_id": pl.Int32,
    "number": pl.String,
    "entry_date": pl.Date,
}


class Cause(StrEnum):
    """Why a number is not in the file."""

    UNDONE = "undone"  # its import was undone
    REPLACED = "replaced"  # by a later import
    DRAFT = "draft"  # left out: no date of validation
    OTHER_PERIOD = "other-period"
    ABSENT = "absent"  # the ledger never had it


@dataclass
class Gap:
    """Numbers that follow each other and are not in the file.

    Attributes:
        journal: Its code; "" where one sequence numbers all journals.
        prefix: What the numbers begin with.
        causes: How many numbers are missing for each reason.
    """

    journal: str
    prefix: str
    first: int
    last: int
    causes: dict[Cause, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many numbers are missing."""
        return self.last - self.first + 1

    @property
    def shown(self) -> str:
        """The numbers: `4`, or `4..12`."""
        first, last = f"{self.prefix}{self.first}", f"{self.prefix}{self.last}"
        return first if first == last else f"{first}..{last}"


@dataclass
class Sequence:
    """What is said of the numbers of an export.

    Attributes:
        gaps: The first thousand.
        gap_count: How many there are.
        shared: How many numbers several entries have.
    """

    gaps: list[Gap] = field(default_factory=list)
    gap_count: int = 0
    shared: int = 0


def find_sequence(ledger: Ledger, keys: EntryKeys, period: Period, validity: Validity) -> Sequence:
    """Find the gaps in the numbers of an export, from its lowest number to its highest.

    Args:
        ledger: Where to look for the entries that are missing.
        keys: Of the entries that are exported.
        period: Of the export.
        validity: Knows which entries were removed.
    """
    numbers = keys.numbers()
    if numbers.is_empty():
        return Sequence()
    by_prefix = _scopes(keys, common=True)
    common = is_common(numbers, by_prefix)
    scopes = by_prefix if common else _scopes(keys, common=False)
    shared, count, wide = 0, 0, list[pl.DataFrame]()
    members: dict[int, list[int]] = {}
    for series, scope in scopes.items():
        members.setdefault(scope, []).append(series)
    for scope, series_of in members.items():  # one after the other: there may be millions
        given = numbers["number"].filter(numbers["series"].is_in(series_of)).sort()
        step = given.diff()
        shared += given.filter(step == 0).n_unique()
        ends = (step > 1).fill_null(value=False).arg_true()
        count += ends.len()
        last, first = given.gather(ends) - 1, given.gather(ends - 1) + 1
        here = pl.DataFrame({"first": first, "last": last}).head(GAPS_MAX)
        wide.append(here.select(pl.lit(scope, pl.UInt32).alias("scope"), "first", "last"))
    found = pl.concat(wide).head(GAPS_MAX)
    named = {number: key for key, number in keys.series.items()}
    gaps = []
    for scope, first, last in found.iter_rows():
        journal, prefix = named[scope]
        code = "" if common else keys.journals.get(journal, ("", ""))[0]
        gaps.append(Gap(code, prefix, first, last))
    if gaps:
        _explain(gaps, found, _Missing(ledger, keys, scopes, period, validity))
    return Sequence(gaps, count, shared)


def _scopes(keys: EntryKeys, *, common: bool) -> dict[int, int]:
    """Return the sequence that each series belongs to: that of all journals, or its own."""
    if not common:
        return {number: number for number in keys.series.values()}
    first: dict[str, int] = {}
    for (_, prefix), number in keys.series.items():
        first.setdefault(prefix, number)
    return {number: first[prefix] for (_, prefix), number in keys.series.items()}


def _explain(gaps: list[Gap], found: pl.DataFrame, missing: _Missing) -> None:
    """Count the reasons for which the numbers of each gap are missing, each number once."""
    starts = found.with_row_index("gap").sort("scope", "first").with_columns(number="first")
    known: list[pl.DataFrame] = []
    for rows in missing.entries():
        joined = rows.sort("number").join_asof(
            starts.sort("number"), on="number", by="scope", check_sortedness=False
        )
        known.append(joined.filter(pl.col("number") <= pl.col("last")))
    if known:
        each = pl.concat(known).sort("order").unique(["gap", "number"], keep="first")
        counts = each.group_by("gap", "cause").agg(count=pl.len())
        for gap, cause, count in counts.sort("gap", "cause").iter_rows():
            gaps[gap].causes[Cause(cause)] = count
    for one in gaps:
        if absent := one.count - sum(one.causes.values()):
            one.causes[Cause.ABSENT] = absent


class _Missing:
    """The entries of a dossier that an export does not give back, with the reason."""

    def __init__(
        self,
        ledger: Ledger,
        keys: EntryKeys,
        scopes: dict[int, int],
        period: Period,
        validity: Validity,
    ) -> None:
        self._ledger, self._period, self._validity = ledger, period, validity
        series = [(*key, scopes[number]) for key, number in keys.series.items()]
        schema = {"journal_id": pl.Int32, "prefix": pl.String, "scope": pl.UInt32}
        self._series = pl.DataFrame(series, schema=schema, orient="row")

    def entries(self) -> Iterator[pl.DataFrame]:
        """Yield `scope`, `number`, `cause` and its `order`: what prevails comes first."""
        for batch_id, in_force, how in self._batches():
            for rows in self._rows(batch_id):
                cause = self._cause(batch_id, rows, in_force=in_force, how=how)
                split = split_numbers(rows.with_columns(cause).drop_nulls("cause"))
                here = split.join(self._series, on=("journal_id", "prefix"))
                yield here.with_columns(
                    pl.col("cause").replace_strict(_ORDER, return_dtype=pl.Int8).alias("order")
                ).select("scope", "number", "cause", "order")

    def _cause(self, batch_id: int, rows: pl.DataFrame, *, in_force: bool, how: Cause) -> pl.Series:
        """Say why each entry is not in the file; null: it is gone, and not of the period."""
        start, end = self._period.start, self._period.end
        outside = pl.lit(value=False)
        outside = outside if start is None else outside | (pl.col("entry_date") < start)
        outside = outside if end is None else outside | (pl.col("entry_date") > end)
        gone = pl.lit(value=True)
        if in_force:
            gone = pl.lit(within(rows["entry"].cast(pl.Int64), self._validity.removed(batch_id)))
        said = (
            pl.when(gone & outside)
            .then(None)
            .when(gone)
            .then(pl.lit(str(Cause.REPLACED if in_force else how)))
            .when(outside)
            .then(pl.lit(str(Cause.OTHER_PERIOD)))
            .otherwise(pl.lit(str(Cause.DRAFT)))
        )
        return rows.select(said.alias("cause")).to_series()

    def _batches(self) -> list[tuple[int, bool, Cause]]:
        """Return each published batch, whether it is in force, and how it ended."""
        dossier, span, event = self._ledger.dossier, batch_spans.c, events.c
        query = (
            sa.select(batches.c.id, span.to_revision, event.kind)
            .join(
                batch_spans,
                sa.and_(
                    span.domain_id == batches.c.domain_id,
                    span.dossier_id == batches.c.dossier_id,
                    span.batch_id == batches.c.id,
                ),
            )
            .join(
                events,
                sa.and_(
                    event.domain_id == span.domain_id,
                    event.dossier_id == span.dossier_id,
                    event.revision == span.to_revision,
                ),
                isouter=True,
            )
            .where(
                batches.c.domain_id == dossier.domain_id,
                batches.c.dossier_id == dossier.id,
                batches.c.state == BatchState.PUBLISHED,
            )
            .order_by(batches.c.id, span.from_revision)
        )
        found: dict[int, tuple[bool, Cause]] = {}
        for batch_id, ended, kind in self._ledger.connection.execute(query):
            how = Cause.UNDONE if kind == EventKind.UNDONE else Cause.REPLACED
            found[batch_id] = ended is None, how
        return [(batch_id, *how) for batch_id, how in found.items()]

    def _rows(self, batch_id: int) -> Iterator[pl.DataFrame]:
        entry, domain_id = entries.c, self._ledger.dossier.domain_id
        mine = entry.domain_id == domain_id, entry.batch_id == batch_id
        last = self._ledger.connection.execute(sa.select(sa.func.max(entry.entry)).where(*mine))
        for first in range(1, (last.scalar() or 0) + 1, ROWS_AT_ONCE):
            here = entry.entry.between(first, first + ROWS_AT_ONCE - 1)
            place = self._ledger.database, self._ledger.connection, entries, _HEAD_SCHEMA
            rows = read_rows(*place, *mine, here)
            yield rows.with_columns(pl.col("number").fill_null(""))


_ORDER = {
    str(cause): place
    for place, cause in enumerate(
        (Cause.DRAFT, Cause.REPLACED, Cause.UNDONE, Cause.OTHER_PERIOD, Cause.ABSENT)
    )
}
