"""What the ledger of a dossier holds already, as columns: entries, fingerprints and totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import sqlalchemy as sa

from ecritures.database.tables import batch_spans, batches, entries, lines, totals
from ecritures.ledger.entry_frames import ranges_of
from ecritures.ledger.in_force import batches_in_force, removals_in_force
from ecritures.ledger.survey import TOTALS_KEY, add_up, months

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier

EXISTING_SCHEMA = {
    "batch_id": pl.Int32,
    "entry": pl.UInt32,
    "journal_id": pl.Int32,
    "entry_date": pl.Date,
    "key_hash": pl.Int64,
    "content_hash": pl.Int64,
    "full_hash": pl.Int64,
}
_RANGES_IN_QUERY_MAX = 200
"""Up to so many ranges of entries, the database itself picks their lines."""


def read_existing(  # noqa: PLR0913, PLR0917 - a snapshot, and bounds
    database: Database,
    connection: sa.Connection,
    dossier: Dossier,
    start: date | None,
    end: date | None,
    journals: Collection[int] | None = None,
) -> pl.DataFrame:
    """Return the entries in the ledger between two days, both included; None: no limit.

    Args:
        database: Of the connection.
        connection: A snapshot of it.
        dossier: Whose ledger.
        start: The first day.
        end: The last day.
        journals: Only of these; None: of all.

    Returns:
        Columns of `EXISTING_SCHEMA`, by batch and entry. Fingerprints are null for what was
        published before they were kept.
    """
    wanted = [row.id for row in connection.execute(_overlapping(dossier, start, end))]
    if not wanted:
        return pl.DataFrame(schema=EXISTING_SCHEMA)
    query = sa.select(*(entries.c[name] for name in EXISTING_SCHEMA)).where(
        entries.c.domain_id == dossier.domain_id, entries.c.batch_id.in_(wanted)
    )
    query = query.where(entries.c.entry_date >= start) if start else query
    query = query.where(entries.c.entry_date <= end) if end else query
    query = query.where(entries.c.journal_id.in_(journals)) if journals is not None else query
    found = database.read_frame(connection, query, EXISTING_SCHEMA).sort("batch_id", "entry")
    return without_removed(database, connection, dossier, found)


def without_removed(
    database: Database, connection: sa.Connection, dossier: Dossier, found: pl.DataFrame
) -> pl.DataFrame:
    """Return rows (`batch_id`, `entry`, …), by entry in each batch, less those of removed entries.

    Columns: `batch_id` as Int32, `entry` as UInt32, and any other.
    """
    return _without_removed(found, _read_removals(database, connection, dossier))


def read_balances(
    connection: sa.Connection, dossier: Dossier, revision: int | None = None
) -> dict[int, int]:
    """Return the balance of each account in cents, debit less credit, by its number."""
    in_force = batches_in_force(dossier.domain_id, dossier.id, revision)
    query = (
        sa.select(totals.c.account_id, sa.func.sum(totals.c.debit_cents - totals.c.credit_cents))
        .where(totals.c.domain_id == dossier.domain_id, totals.c.batch_id.in_(in_force))
        .group_by(totals.c.account_id)
    )
    return {account: int(cents) for account, cents in connection.execute(query)}


def totals_of_entries(
    database: Database, connection: sa.Connection, dossier: Dossier, removed: pl.DataFrame
) -> pl.DataFrame:
    """Return the totals of some entries, to be taken off the ledger: negative amounts and counts.

    Args:
        database: Of the connection.
        connection: A snapshot of it.
        dossier: Whose ledger.
        removed: Columns `batch_id`, `entry`.
    """
    parts = []
    for (batch_id,), some in removed.group_by("batch_id"):
        entry = some["entry"].sort()
        whole = _totals_if_whole(connection, dossier, int(str(batch_id)), entry.len())
        parts.append(
            whole
            if whole is not None
            else _totals_of_lines(database, connection, dossier, int(str(batch_id)), entry)
        )
    negative = (-pl.col(name) for name in ("debit_cents", "credit_cents", "lines"))
    return add_up(pl.concat(parts)).with_columns(negative)


def _overlapping(dossier: Dossier, start: date | None, end: date | None) -> sa.Select[tuple[int]]:
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


def _read_removals(database: Database, connection: sa.Connection, dossier: Dossier) -> pl.DataFrame:
    chosen = removals_in_force(dossier.domain_id, dossier.id).subquery()
    query = sa.select(chosen.c.target_batch_id, chosen.c.first_entry, chosen.c.last_entry)
    schema = {"batch_id": pl.Int32, "first_entry": pl.UInt32, "last_entry": pl.UInt32}
    return database.read_frame(connection, query, schema)


def _without_removed(found: pl.DataFrame, removals: pl.DataFrame) -> pl.DataFrame:
    if removals.is_empty() or found.is_empty():
        return found
    ranges = removals.sort("batch_id", "first_entry").with_columns(entry="first_entry")
    joined = found.join_asof(ranges, on="entry", by="batch_id", check_sortedness=False)
    is_gone = (pl.col("entry") <= pl.col("last_entry")).fill_null(value=False)
    return joined.filter(~is_gone).select(found.columns)


def _totals_if_whole(
    connection: sa.Connection, dossier: Dossier, batch_id: int, count: int
) -> pl.DataFrame | None:
    """Return what a batch adds, if so many entries are all of it."""
    mine = batches.c.domain_id == dossier.domain_id, batches.c.id == batch_id
    query = sa.select(batches.c.entries).where(*mine)
    if connection.execute(query).scalar_one() != count:
        return None
    names = (*TOTALS_KEY, "debit_cents", "credit_cents", "lines")
    added = sa.select(*(totals.c[name] for name in names)).where(
        totals.c.domain_id == dossier.domain_id,
        totals.c.batch_id == batch_id,
        totals.c.removed.is_(sa.false()),
    )
    rows = connection.execute(added).all()
    return pl.DataFrame(rows, schema=_TOTALS_SCHEMA, orient="row")


def _totals_of_lines(
    database: Database,
    connection: sa.Connection,
    dossier: Dossier,
    batch_id: int,
    entry: pl.Series,
) -> pl.DataFrame:
    of_line = sa.func.coalesce(lines.c.journal_id, entries.c.journal_id)
    day = sa.func.coalesce(lines.c.entry_date, entries.c.entry_date)
    query = (
        sa.select(
            lines.c.entry,
            lines.c.account_id,
            of_line,
            sa.func.coalesce(lines.c.siret, ""),
            day,
            lines.c.debit_cents,
            lines.c.credit_cents,
        )
        .join(
            entries,
            sa.and_(
                entries.c.domain_id == lines.c.domain_id,
                entries.c.batch_id == lines.c.batch_id,
                entries.c.entry == lines.c.entry,
            ),
        )
        .where(lines.c.domain_id == dossier.domain_id, lines.c.batch_id == batch_id)
    )
    ranges = ranges_of(entry)
    if ranges.height <= _RANGES_IN_QUERY_MAX:
        parts = [lines.c.entry.between(first, last) for first, last in ranges.iter_rows()]
        query = query.where(sa.or_(*parts))
    schema = {
        "entry": pl.UInt32,
        "account_id": pl.Int32,
        "journal_id": pl.Int32,
        "siret": pl.String,
        "day": pl.Date,
        "debit_cents": pl.Int64,
        "credit_cents": pl.Int64,
    }
    found = database.read_frame(connection, query, schema)
    found = found.filter(found["entry"].is_in(entry.implode()))
    one = pl.Series([1], dtype=pl.Int32).new_from_index(0, found.height)
    return add_up(
        found.with_columns(months(found["day"]).alias("month"), one.alias("lines")).select(
            _TOTALS_SCHEMA.keys()
        )
    )


_TOTALS_SCHEMA = {
    "account_id": pl.Int32,
    "journal_id": pl.Int32,
    "siret": pl.String,
    "month": pl.Int32,
    "debit_cents": pl.Int64,
    "credit_cents": pl.Int64,
    "lines": pl.Int32,
}
