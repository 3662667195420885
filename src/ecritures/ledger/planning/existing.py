"""What the ledger of a dossier holds already, as columns: entries, fingerprints and totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import sqlalchemy as sa

from ecritures.database.tables import batch_spans, batches, entries, lines
from ecritures.ledger.entry_frames import DAY_OF_LINE, entry_of_lines, ranges_of
from ecritures.ledger.in_force import removals_in_force
from ecritures.ledger.totals import add_up, read_totals, totals_of_lines

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from ecritures.directory.dossiers import Dossier
    from ecritures.ledger.moves import Ledger

EXISTING_SCHEMA = {
    "batch_id": pl.Int32,
    "entry": pl.UInt32,
    "journal_id": pl.Int32,
    "entry_date": pl.Date,
    "key_hash": pl.Int64,
    "content_hash": pl.Int64,
    "full_hash": pl.Int64,
}
RANGES_IN_QUERY_MAX = 200
"""Up to so many ranges of entries, the database itself picks their lines."""


def read_existing(
    ledger: Ledger,
    start: date | None,
    end: date | None,
    journals: Collection[int] | None = None,
) -> pl.DataFrame:
    """Return the entries in the ledger between two days, both included; None: no limit.

    Args:
        ledger: At its present revision.
        start: The first day.
        end: The last day.
        journals: Only of these; None: of all.

    Returns:
        Columns of `EXISTING_SCHEMA`, by batch and entry. Fingerprints are null for what was
        published before they were kept.
    """
    overlapping = batches_of_days(ledger.dossier, start, end)
    wanted = [row.id for row in ledger.connection.execute(overlapping)]
    if not wanted:
        return pl.DataFrame(schema=EXISTING_SCHEMA)
    query = sa.select(*(entries.c[name] for name in EXISTING_SCHEMA)).where(
        entries.c.domain_id == ledger.dossier.domain_id, entries.c.batch_id.in_(wanted)
    )
    query = query.where(entries.c.entry_date >= start) if start else query
    query = query.where(entries.c.entry_date <= end) if end else query
    query = query.where(entries.c.journal_id.in_(journals)) if journals is not None else query
    found = ledger.read_frame(query, EXISTING_SCHEMA).sort("batch_id", "entry")
    return without_removed(ledger, found)


def without_removed(ledger: Ledger, found: pl.DataFrame) -> pl.DataFrame:
    """Return rows (`batch_id`, `entry`, …), by entry in each batch, less those of removed entries.

    Columns: `batch_id` as Int32, `entry` as UInt32, and any other.
    """
    chosen = removals_in_force(ledger.dossier.domain_id, ledger.dossier.id).subquery().c
    query = sa.select(chosen.target_batch_id, chosen.first_entry, chosen.last_entry)
    schema = {"batch_id": pl.Int32, "first_entry": pl.UInt32, "last_entry": pl.UInt32}
    removals = ledger.read_frame(query, schema)
    if removals.is_empty() or found.is_empty():
        return found
    ranges = removals.sort("batch_id", "first_entry").with_columns(entry="first_entry")
    joined = found.join_asof(ranges, on="entry", by="batch_id", check_sortedness=False)
    is_gone = (pl.col("entry") <= pl.col("last_entry")).fill_null(value=False)
    return joined.filter(~is_gone).select(found.columns)


def totals_of_entries(ledger: Ledger, chosen: pl.DataFrame) -> pl.DataFrame:
    """Return the totals of some entries: columns of `totals.TOTALS_SCHEMA`.

    Args:
        ledger: At its present revision.
        chosen: Columns `batch_id`, `entry`.
    """
    parts = []
    for (number,), some in chosen.group_by("batch_id"):
        batch_id, entry = int(str(number)), some["entry"].sort()
        whole = _totals_if_whole(ledger, batch_id, entry.len())
        parts.append(whole if whole is not None else _totals_of_lines(ledger, batch_id, entry))
    return add_up(pl.concat(parts))


def batches_of_days(dossier: Dossier, start: date | None, end: date | None) -> sa.Select[int]:
    """Select the numbers of the batches in force that may have days between two; None: no limit."""
    query = (
        sa.select(batches.c.id)
        .join(
            batch_spans,
            sa.and_(
                batch_spans.c.domain_id == batches.c.domain_id,
                batch_spans.c.dossier_id == batches.c.dossier_id,
                batch_spans.c.batch_id == batches.c.id,
            ),
        )
        .where(
            batches.c.domain_id == dossier.domain_id,
            batches.c.dossier_id == dossier.id,
            batch_spans.c.to_revision.is_(None),
        )
    )
    first, last = batches.c.first_date, batches.c.last_date  # null: published long ago
    query = query.where(sa.or_(last.is_(None), last >= start)) if start else query
    return query.where(sa.or_(first.is_(None), first <= end)) if end else query


def _totals_if_whole(ledger: Ledger, batch_id: int, count: int) -> pl.DataFrame | None:
    """Return what a batch adds, if so many entries are all of it."""
    domain_id = ledger.dossier.domain_id
    query = sa.select(batches.c.entries).where(
        batches.c.domain_id == domain_id, batches.c.id == batch_id
    )
    if ledger.connection.execute(query).scalar_one() != count:
        return None
    return read_totals(ledger, batch_id)


def _totals_of_lines(ledger: Ledger, batch_id: int, entry: pl.Series) -> pl.DataFrame:
    """Return the totals of some entries of a batch, read from their lines."""
    query = (
        sa.select(
            lines.c.entry,
            lines.c.account_id,
            lines.c.third_party_id,
            sa.func.coalesce(lines.c.journal_id, entries.c.journal_id),
            sa.func.coalesce(lines.c.siret, ""),
            DAY_OF_LINE,
            lines.c.debit_cents,
            lines.c.credit_cents,
        )
        .join(entries, entry_of_lines())
        .where(lines.c.domain_id == ledger.dossier.domain_id, lines.c.batch_id == batch_id)
    )
    ranges = ranges_of(entry)
    if ranges.height <= RANGES_IN_QUERY_MAX:
        parts = [lines.c.entry.between(first, last) for first, last in ranges.iter_rows()]
        query = query.where(sa.or_(*parts))
    schema = {
        "entry": pl.UInt32,
        "account_id": pl.Int32,
        "third_party_id": pl.Int32,
        "journal_id": pl.Int32,
        "siret": pl.String,
        "entry_date": pl.Date,
        "debit_cents": pl.Int64,
        "credit_cents": pl.Int64,
    }
    found = ledger.read_frame(query, schema)
    return totals_of_lines(found.filter(found["entry"].is_in(entry.implode())))
