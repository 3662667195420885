"""The totals of a batch by month: by account, and by third party where lines have one.

In columns, they are one table: `third_party_id` is null for lines without a third party. In the
database, `totals` has every line, and `third_party_totals` again those that have one, so that the
trial balance reads few rows; `third_party_years` has these by year, for balances of whole years.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import sqlalchemy as sa

from ecritures.database.tables import third_party_totals, third_party_years, totals

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from ecritures.ledger.moves import Ledger

_BY_ACCOUNT = ("account_id", "journal_id", "siret", "month")
TOTALS_KEY = ("account_id", "third_party_id", "journal_id", "siret", "month")
_BY_YEAR = (*TOTALS_KEY[:-1], "year")
SUMS = ("debit_cents", "credit_cents", "lines")
TOTALS_SCHEMA = {
    "account_id": pl.Int32,
    "third_party_id": pl.Int32,
    "journal_id": pl.Int32,
    "siret": pl.String,
    "month": pl.Int32,
    "debit_cents": pl.Int64,
    "credit_cents": pl.Int64,
    "lines": pl.Int32,
}
TABLES = (totals, third_party_totals, third_party_years)
NO_TOTALS = pl.DataFrame(schema=TOTALS_SCHEMA)


def month_of(day: date) -> int:
    """Return the month of a day, as totals name it: year × 100 + month."""
    return day.year * 100 + day.month


def period_of(table: sa.Table) -> sa.ColumnElement[int]:
    """Return the column that says the month, or the year, of a table of totals."""
    return table.c.year if table is third_party_years else table.c.month


def overlapping(
    table: sa.Table, start: date | None, end: date | None
) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on rows of totals whose period overlaps some days; None: no limit."""
    by_year = table is third_party_years
    first, last = (
        None if day is None else day.year if by_year else month_of(day) for day in (start, end)
    )
    return between(period_of(table), first, last)


def between(
    period: sa.ColumnElement[int], first: int | None, last: int | None
) -> list[sa.ColumnElement[bool]]:
    """Return the conditions on a period; None: no limit."""
    found = [] if first is None else [period >= first]
    return found if last is None else [*found, period <= last]


def totals_of_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Return debit, credit and number of lines: columns of `TOTALS_SCHEMA`.

    Args:
        lines: `account_id`, `third_party_id`, `journal_id`, `siret`, `entry_date`, `debit_cents`,
            `credit_cents`.
    """
    day = pl.col("entry_date")
    month = day.dt.year() * 100 + day.dt.month().cast(pl.Int32)
    counted = lines.lazy().select(
        *TOTALS_KEY[:-1], "debit_cents", "credit_cents", month=month, lines=_ONE
    )
    return _summed(counted, TOTALS_KEY)


def add_up(found: pl.DataFrame) -> pl.DataFrame:
    """Add up totals that have the same key."""
    return _summed(found.lazy(), TOTALS_KEY)


def negated(found: pl.DataFrame) -> pl.DataFrame:
    """Return totals of what leaves the ledger: negative amounts and counts."""
    return found.with_columns(-pl.col(name) for name in SUMS)


def rows_by_table(found: pl.DataFrame) -> list[tuple[sa.Table, pl.DataFrame]]:
    """Return the rows of each table, from columns of `TOTALS_SCHEMA`."""
    of_third_parties = found.filter(pl.col("third_party_id").is_not_null())
    by_year = of_third_parties.lazy().with_columns(year=pl.col("month") // 100)
    return [
        (totals, _summed(found.lazy(), _BY_ACCOUNT)),
        (third_party_totals, of_third_parties),
        (third_party_years, _summed(by_year, _BY_YEAR)),
    ]


def rows_of_totals(
    added: pl.DataFrame, removed: pl.DataFrame | None
) -> list[tuple[sa.Table, pl.DataFrame]]:
    """Return the rows of all tables, for a batch.

    Args:
        added: What it adds: columns of `TOTALS_SCHEMA`.
        removed: What it removes, negative.
    """
    return [
        (table, frame.with_columns(removed=pl.lit(is_removed)))
        for found, is_removed in ((added, False), (removed, True))
        if found is not None
        for table, frame in rows_by_table(found)
        if frame.height
    ]


def read_totals(ledger: Ledger, batch_id: int) -> pl.DataFrame:
    """Return what a batch adds: columns of `TOTALS_SCHEMA`."""
    both = []
    for table in (totals, third_party_totals):
        names = [name for name in TOTALS_SCHEMA if name in table.c]
        query = sa.select(*(table.c[name] for name in names)).where(
            table.c.domain_id == ledger.dossier.domain_id,
            table.c.batch_id == batch_id,
            table.c.removed.is_(sa.false()),
        )
        rows = ledger.connection.execute(query).all()
        schema = {name: TOTALS_SCHEMA[name] for name in names}
        both.append(pl.DataFrame(rows, schema=schema, orient="row"))
    of_accounts, of_third_parties = both
    nobody = pl.lit(None, pl.Int32).alias("third_party_id")
    parts = [
        of_accounts.with_columns(nobody),
        negated(of_third_parties).with_columns(nobody),
        of_third_parties,
    ]
    found = add_up(pl.concat([part.select(TOTALS_SCHEMA.keys()) for part in parts]))
    return found.filter(pl.col("lines") != 0)


def totals_of_batches(ledger: Ledger, batch_ids: Collection[int]) -> pl.DataFrame:
    """Return what batches in force add to the ledger, less what they remove from it, by account."""
    table, schema = totals.c, {name: TOTALS_SCHEMA[name] for name in (*_BY_ACCOUNT, *SUMS)}
    query = sa.select(*(table[name] for name in schema)).where(
        table.domain_id == ledger.dossier.domain_id, table.batch_id.in_(batch_ids)
    )
    return ledger.read_frame(query, schema)


def _summed(found: pl.LazyFrame, key: tuple[str, ...]) -> pl.DataFrame:
    sums = (pl.col(name).sum() for name in SUMS)
    return found.group_by(key).agg(sums).sort(key).collect(engine="in-memory")


_ONE = pl.lit(1, dtype=pl.Int32)
