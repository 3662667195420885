"""The openings that a file brings, compared with the closing of the year before.

From the totals by month of the ledger as the import would leave it: a fiscal year that does not
begin on the first day of a month, or follows one that does not end on the last, is not compared.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from ecritures.database.tables import totals
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.in_force import batches_in_force
from ecritures.ledger.opening_years import year_of
from ecritures.ledger.openings import carried
from ecritures.ledger.totals import month_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from ecritures.directory.dossiers import Dossier
    from ecritures.ledger.codes import CodeTable
    from ecritures.ledger.moves import Ledger

ACCOUNTS_NAMED_MAX = 100
_SCHEMA = {
    "account_id": pl.Int32,
    "journal_id": pl.Int32,
    "month": pl.Int32,
    "cents": pl.Int64,
}


def compare_openings(
    ledger: Ledger, codes: CodeTable, file: pl.DataFrame, changes: Sequence[pl.DataFrame]
) -> list[dict[str, Any]]:
    """Compare each opening that a file brings with the closing before it.

    Args:
        ledger: At its present revision.
        codes: Its codes, those of the file included.
        file: The entries of the file: `journal_id`, `entry_date`.
        changes: Totals that the import adds to the ledger; negative where it removes.

    Returns:
        For each fiscal year whose opening differs: `fiscalYear` (its first day), `accounts` (the
        first hundred: `account`, `closingCents`, `openingCents`) and `count`.
    """
    journals = codes.openings()
    days = file.filter(file["journal_id"].is_in(journals))["entry_date"].unique()
    if days.is_empty():
        return []
    dossier, after = ledger.dossier, _after(ledger, changes)
    is_opening = after["journal_id"].is_in(journals)
    names = codes.by_id(CodeKind.ACCOUNT)
    found = []
    for start, end in sorted({year_of(dossier, day) for day in days}):
        inside = after["month"].is_between(month_of(start), month_of(end))
        openings = after.filter(inside & is_opening)
        first = month_of(start) if dossier.fiscal_years else _first_month(openings)
        before = _before(dossier, after, is_opening, first)
        if before.is_empty() or not _is_comparable(dossier, start):
            continue
        closed, opened = carried(_sums(before, names)), carried(_sums(openings, names))
        differing = [
            {
                "account": account,
                "closingCents": closed.get(account, 0),
                "openingCents": opened.get(account, 0),
            }
            for account in sorted(closed | opened)
            if closed.get(account, 0) != opened.get(account, 0)
        ]
        if differing:
            found.append(
                {
                    "fiscalYear": start.isoformat(),
                    "accounts": differing[:ACCOUNTS_NAMED_MAX],
                    "count": len(differing),
                }
            )
    return found


def _after(ledger: Ledger, changes: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the totals of the ledger with the changes of the import."""
    dossier, table = ledger.dossier, totals.c
    query = (
        sa.select(
            table.account_id,
            table.journal_id,
            table.month,
            sa.cast(sa.func.sum(table.debit_cents - table.credit_cents), sa.BigInteger),
        )
        .where(
            table.domain_id == dossier.domain_id,
            table.batch_id.in_(batches_in_force(dossier.domain_id, dossier.id)),
        )
        .group_by(table.account_id, table.journal_id, table.month)
    )
    parts = [ledger.read_frame(query, _SCHEMA)]
    for change in changes:
        columns = [pl.col(name) for name in ("account_id", "journal_id", "month")]
        cents = (pl.col("debit_cents") - pl.col("credit_cents")).alias("cents")
        parts.append(
            change.select(
                one.cast(dtype)
                for one, dtype in zip([*columns, cents], _SCHEMA.values(), strict=True)
            )
        )
    return pl.concat(parts)


def _before(
    dossier: Dossier, after: pl.DataFrame, is_opening: pl.Series, first: int
) -> pl.DataFrame:
    """Return the totals that make the closing before a month: from the last opening before it."""
    earlier = after["month"] < first
    opened = after.filter(earlier & is_opening)["month"].max()
    if not isinstance(opened, int):
        return after.filter(earlier)
    starts = [
        month_of(year.start)
        for year in dossier.fiscal_years
        if month_of(year.start) <= opened <= month_of(year.end)
    ]
    return after.filter(earlier & (after["month"] >= min([opened, *starts])))


def _is_comparable(dossier: Dossier, start: date) -> bool:
    """Tell whether whole months lie before a year."""
    return start.day == 1 or not any(
        (year.end + timedelta(days=1)).day != 1 for year in dossier.fiscal_years if year.end < start
    )


def _first_month(openings: pl.DataFrame) -> int:
    month = openings["month"].min()
    return month if isinstance(month, int) else 0


def _sums(rows: pl.DataFrame, names: dict[int, str]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for account, cents in rows.group_by("account_id").agg(pl.col("cents").sum()).iter_rows():
        found[names[account]] += cents
    return found
