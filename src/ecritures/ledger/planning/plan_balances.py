"""The balances that an act changes, before and after: as the trial balance of the whole ledger.

Entries of opening (à-nouveaux) count in the first year alone: those of a later year repeat what the
movements before it add up to. From the totals by month.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from ecritures.database.tables import totals
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.read.opening_balances import Years
from ecritures.ledger.read.windows import first_day, last_day
from ecritures.ledger.totals import month_of
from ecritures.ledger.totals_summaries import numbers_of_totals

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ecritures.directory.dossiers import FiscalYear
    from ecritures.ledger.codes import CodeTable
    from ecritures.ledger.moves import Ledger

_SCHEMA = {
    "account_id": pl.Int32,
    "opening": pl.Boolean,
    "month": pl.Int32,
    "cents": pl.Int64,
    "lines": pl.Int64,
}


def changed_balances(
    ledger: Ledger,
    codes: CodeTable,
    changes: Sequence[pl.DataFrame],
    created: Sequence[FiscalYear] = (),
) -> list[dict[str, Any]]:
    """Return the balance of each account that changes: `account`, `beforeCents`, `afterCents`.

    Args:
        ledger: At its present revision.
        codes: Its codes, those of the file included.
        changes: Totals that the act adds to the ledger; negative where it removes.
        created: The fiscal years that it creates.
    """
    journals = codes.openings()
    held = _held(ledger, journals)
    parts = [held, *(_as_held(change, journals) for change in changes)]
    years = ledger.dossier.fiscal_years
    before = _balances(held, years)
    after = _balances(pl.concat(parts), (*years, *created))
    names = codes.by_id(CodeKind.ACCOUNT)
    moved = [
        {
            "account": names[account],
            "beforeCents": before[account],
            "afterCents": after[account],
        }
        for account in before.keys() | after.keys()
        if before[account] != after[account]
    ]
    return sorted(moved, key=lambda one: str(one["account"]))


def _held(ledger: Ledger, journals: Collection[int]) -> pl.DataFrame:
    """Return the totals of the ledger: columns of `_SCHEMA`."""
    dossier, table = ledger.dossier, totals.c
    opening = table.journal_id.in_(journals)
    held = numbers_of_totals(dossier.domain_id, dossier.id, ledger.revision)
    sums = (
        sa.cast(sa.func.sum(one), sa.BigInteger)
        for one in (table.debit_cents - table.credit_cents, table.lines)
    )
    query = (
        sa.select(table.account_id, opening.label("opening"), table.month, *sums)
        .where(
            table.domain_id == dossier.domain_id,
            table.batch_id.in_(held),
        )
        .group_by(table.account_id, opening, table.month)
    )
    return ledger.read_frame(query, _SCHEMA)


def _as_held(change: pl.DataFrame, journals: Collection[int]) -> pl.DataFrame:
    return change.select(
        "account_id",
        pl.col("journal_id").is_in(list(journals)).alias("opening"),
        "month",
        (pl.col("debit_cents") - pl.col("credit_cents")).alias("cents"),
        "lines",
    ).cast(_SCHEMA)  # type: ignore[arg-type]


def _balances(found: pl.DataFrame, fiscal_years: tuple[FiscalYear, ...]) -> Counter[int]:
    """Return debit less credit of each account."""
    months, openings = _months(found), _months(found.filter("opening"))
    if not months:
        return Counter()
    years = Years(fiscal_years, [first_day(month) for month in openings])
    start, end = years.of(last_day(min(months)))
    of_first_year = (pl.col("month") >= month_of(start)) & (
        pl.col("month") < month_of(end + timedelta(days=1))
    )
    counted = found.filter(~pl.col("opening") | of_first_year)
    return Counter(dict(counted.group_by("account_id").agg(pl.col("cents").sum()).iter_rows()))


def _months(found: pl.DataFrame) -> list[int]:
    """Return the months that have lines."""
    lines = found.group_by("month").agg(pl.col("lines").sum())
    return lines.filter(pl.col("lines") > 0)["month"].to_list()
