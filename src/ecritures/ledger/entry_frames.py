"""The entries of a batch as columns, for acts that must look at each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import sqlalchemy as sa

from ecritures.database.tables import entries, lines
from ecritures.ledger.blockers import ENTRIES_NAMED_MAX, EntryName
from ecritures.ledger.codes import CodeKind, read_names
from ecritures.ledger.fiscal_years.standing import DayState, state_of_day

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from ecritures.directory.dossiers import Dossier
    from ecritures.ledger.moves import Ledger

ENTRY_SCHEMA = {
    "entry": pl.Int64,
    "journal_id": pl.Int64,
    "number": pl.String,
    "entry_date": pl.Date,
    "validation_date": pl.Date,
    "key_hash": pl.Int64,
    "content_hash": pl.Int64,
}
RANGE_SCHEMA = {"first_entry": pl.Int64, "last_entry": pl.Int64}
DAY_OF_LINE = sa.func.coalesce(lines.c.entry_date, entries.c.entry_date)
"""The date of a line, in a query that joins its entry."""


def entry_of_lines() -> sa.ColumnElement[bool]:
    """Join a line to its entry."""
    return sa.and_(
        entries.c.domain_id == lines.c.domain_id,
        entries.c.batch_id == lines.c.batch_id,
        entries.c.entry == lines.c.entry,
    )


def read_entries(
    ledger: Ledger,
    batch_id: int,
    *,
    after: date | None = None,
    through: date | None = None,
    undated: bool = False,
) -> pl.DataFrame:
    """Return the entries of a batch, with the columns of `ENTRY_SCHEMA`.

    Args:
        ledger: That of the batch.
        batch_id: The batch.
        after: Only those dated later.
        through: Only those dated on this day or earlier.
        undated: Only those without a validation date of their own.
    """
    table = entries.c
    query = sa.select(*(table[name] for name in ENTRY_SCHEMA)).where(
        table.domain_id == ledger.dossier.domain_id, table.batch_id == batch_id
    )
    query = query if after is None else query.where(table.entry_date > after)
    query = query if through is None else query.where(table.entry_date <= through)
    query = query.where(table.validation_date.is_(None)) if undated else query
    frame = ledger.read_frame(query.order_by(table.entry), ENTRY_SCHEMA)
    return frame.with_columns(pl.col("number").fill_null(""))


def days_of_lines(ledger: Ledger, batch_id: int) -> pl.DataFrame:
    """Return `entry` and `entry_date` of the lines that have a date other than their entry's."""
    line = lines.c
    query = sa.select(line.entry, line.entry_date).where(
        line.domain_id == ledger.dossier.domain_id,
        line.batch_id == batch_id,
        line.entry_date.is_not(None),
    )
    schema = {"entry": pl.Int64, "entry_date": pl.Date}
    return ledger.read_frame(query, schema)


def validated_by_lines(ledger: Ledger, batch_id: int) -> pl.Series:
    """Return the entries of a batch whose validation date stands in their lines.

    So it does where the lines differ in their label or their document.
    """
    line = lines.c
    query = sa.select(line.entry).where(
        line.domain_id == ledger.dossier.domain_id,
        line.batch_id == batch_id,
        line.validation_date.is_not(None),
    )
    return ledger.read_frame(query.distinct(), {"entry": pl.Int64})["entry"]


def in_state(days: pl.DataFrame, dossier: Dossier, state: DayState) -> pl.Series:
    """Return the entries with a day in a state, each once; `days`: `entry` and `entry_date`."""
    wanted = [
        day for day in days["entry_date"].unique() if day and state_of_day(dossier, day) is state
    ]
    return days.filter(pl.col("entry_date").is_in(wanted))["entry"].unique()


def within(entry: pl.Series, ranges: pl.DataFrame) -> pl.Series:
    """Return which numbers, in rising order, are in a range from `first_entry` to `last_entry`."""
    if ranges.is_empty():
        return pl.repeat(value=False, n=entry.len(), dtype=pl.Boolean, eager=True)
    before = ranges.sort("first_entry").with_columns(pl.col("last_entry").cum_max())
    # The furthest end among the ranges that begin at or before the number.
    found = pl.DataFrame({"entry": entry}).join_asof(
        before, left_on="entry", right_on="first_entry", strategy="backward"
    )
    return found.select(
        (pl.col("entry") <= pl.col("last_entry")).fill_null(value=False)
    ).to_series()


def ranges_of(entry: pl.Series) -> pl.DataFrame:
    """Return numbers in rising order as ranges."""
    frame = pl.DataFrame({"entry": entry.cast(pl.Int64)})
    run = (pl.col("entry").diff().fill_null(1) != 1).cum_sum().alias("run")
    return (
        frame.group_by(run, maintain_order=True)
        .agg(first_entry=pl.col("entry").first(), last_entry=pl.col("entry").last())
        .drop("run")
    )


def name_entries(
    ledger: Ledger, found: Iterable[tuple[int, pl.DataFrame]]
) -> tuple[EntryName, ...]:
    """Return the names of the first hundred entries, given by batch."""
    journals = read_journals(ledger)
    named: list[EntryName] = []
    for batch_id, frame in found:
        first = frame.head(ENTRIES_NAMED_MAX - len(named))
        columns = first.select("entry", "journal_id", "number", "entry_date")
        named += [
            EntryName(batch_id, entry, journals.get(journal, ""), number, day)
            for entry, journal, number, day in columns.iter_rows()
        ]
    return tuple(named)


def read_journals(ledger: Ledger) -> dict[int, str]:
    """Return the codes of the journals of a dossier, by id."""
    names = read_names(ledger.connection, ledger.dossier, CodeKind.JOURNAL)
    return {number: code for number, (code, _) in names.items()}
