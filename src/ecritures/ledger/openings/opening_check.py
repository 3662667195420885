"""The openings that a file brings, or comes before, compared with the closing of the year before.

Account by account; by third party where the opening gives an account in detail. From the totals by
month of the ledger as the import would leave it: a fiscal year that does not begin on the first day
of a month, or follows one that does not end on the last, is not compared.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from ecritures.database.tables import third_party_totals, totals
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.openings.opening_years import year_of
from ecritures.ledger.openings.openings import carried
from ecritures.ledger.totals import month_of
from ecritures.ledger.totals_summaries import numbers_of_totals

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ecritures.directory.dossiers import Dossier
    from ecritures.ledger.codes import CodeTable
    from ecritures.ledger.moves import Ledger

ACCOUNTS_NAMED_MAX = 100
_SCHEMA = {
    "account_id": pl.Int32,
    "third_party_id": pl.Int32,
    "journal_id": pl.Int32,
    "month": pl.Int32,
    "cents": pl.Int64,
}


def later_openings(ledger: Ledger, codes: CodeTable, first_day: date) -> list[date]:
    """Return the first day of each month, after that of a day, in which a ledger has openings."""
    dossier, table = ledger.dossier, totals.c
    held = numbers_of_totals(dossier.domain_id, dossier.id, ledger.revision)
    query = (
        sa.select(table.month)
        .where(
            table.domain_id == dossier.domain_id,
            table.batch_id.in_(held),
            table.journal_id.in_(codes.openings()),
            table.month > month_of(first_day),
        )
        .group_by(table.month)
        .having(sa.func.sum(table.lines) > 0)
    )
    months = ledger.connection.execute(query.order_by(table.month)).scalars()
    return [date(month // 100, month % 100, 1) for month in months]


def compare_openings(
    ledger: Ledger,
    codes: CodeTable,
    file: pl.DataFrame,
    changes: Sequence[pl.DataFrame],
    later: Iterable[date] = (),
) -> list[dict[str, Any]]:
    """Compare each opening that a file brings with the closing before it.

    Args:
        ledger: At its present revision.
        codes: Its codes, those of the file included.
        file: The entries of the file: `journal_id`, `entry_date`.
        changes: Totals that the import adds to the ledger; negative where it removes.
        later: Days of openings in the ledger that are compared too.

    Returns:
        For each fiscal year whose opening differs: `fiscalYear` (its first day), `accounts` (the
        first hundred: `account`, `thirdParty` where the opening has the account in detail,
        `closingCents`, `openingCents`) and `count`.
    """
    journals = codes.openings()
    days = {*file.filter(file["journal_id"].is_in(journals))["entry_date"], *later}
    if not days:
        return []
    dossier, after = ledger.dossier, _after(ledger, changes)
    is_opening = after["journal_id"].is_in(journals)
    named = after.select(
        account=_codes(after["account_id"], codes.by_id(CodeKind.ACCOUNT)),
        third_party=_codes(after["third_party_id"], codes.by_id(CodeKind.THIRD_PARTY)),
        month="month",
        cents="cents",
    )
    found = []
    for start, end in sorted({year_of(dossier, day) for day in days}):
        inside = after["month"].is_between(month_of(start), month_of(end))
        openings = named.filter(inside & is_opening)
        first = month_of(start) if dossier.fiscal_years else _first_month(openings)
        before = named.filter(_is_before(dossier, after, is_opening, first))
        if before.is_empty() or not _is_comparable(dossier, start):
            continue
        differing = _differing(before, openings)
        if differing:
            found.append(
                {
                    "fiscalYear": start.isoformat(),
                    "accounts": differing[:ACCOUNTS_NAMED_MAX],
                    "count": len(differing),
                }
            )
    return found


def _differing(before: pl.DataFrame, openings: pl.DataFrame) -> list[dict[str, Any]]:
    """Return the accounts, and the third parties of those given in detail, that differ."""
    closed, opened = carried(_sums(before)), carried(_sums(openings))
    found: list[tuple[str, str | None, int, int]] = [
        (account, None, closed.get(account, 0), opened.get(account, 0))
        for account in closed | opened
    ]
    detailed = openings.filter(pl.col("third_party").is_not_null())["account"].unique()
    of_detailed = pl.col("account").is_in(detailed.implode())
    closed_to, opened_to = (
        _sums_by_third_party(one.filter(of_detailed)) for one in (before, openings)
    )
    found += [(*key, closed_to.get(key, 0), opened_to.get(key, 0)) for key in closed_to | opened_to]
    return [
        {"account": account}
        | ({} if third_party is None else {"thirdParty": third_party})
        | {"closingCents": closing, "openingCents": opening}
        for account, third_party, closing, opening in sorted(
            found, key=lambda one: (one[0], one[1] or "")
        )
        if closing != opening
    ]


def _codes(numbers: pl.Series, names: dict[int, str]) -> pl.Series:
    return numbers.replace_strict(names, default=None, return_dtype=pl.String)


def _after(ledger: Ledger, changes: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Return the totals of the ledger with the changes of the import."""
    parts = [_held(ledger, totals), _held(ledger, third_party_totals)]
    # Lines with a third party are in both tables: once for their account, once for themselves.
    parts.append(parts[1].with_columns(cents=-pl.col("cents"), third_party_id=pl.lit(None)))
    cents = (pl.col("debit_cents") - pl.col("credit_cents")).alias("cents")
    parts += [change.select(*list(_SCHEMA)[:-1], cents) for change in changes]
    return pl.concat([part.cast(_SCHEMA) for part in parts])  # type: ignore[arg-type]


def _held(ledger: Ledger, totals_table: sa.Table) -> pl.DataFrame:
    """Return the totals of a ledger in one table: columns of `_SCHEMA`."""
    dossier, table = ledger.dossier, totals_table.c
    key = [table[name] if name in table else sa.null().label(name) for name in list(_SCHEMA)[:-1]]
    cents = sa.cast(sa.func.sum(table.debit_cents - table.credit_cents), sa.BigInteger)
    held = numbers_of_totals(dossier.domain_id, dossier.id, ledger.revision)
    query = sa.select(*key, cents).where(
        table.domain_id == dossier.domain_id,
        table.batch_id.in_(held),
    )
    grouped = [one for one in key if one.name in table]
    return ledger.read_frame(query.group_by(*grouped), _SCHEMA)


def _is_before(
    dossier: Dossier, after: pl.DataFrame, is_opening: pl.Series, first: int
) -> pl.Series:
    """Return which totals make the closing before a month: from the last opening before it."""
    earlier = after["month"] < first
    opened = after.filter(earlier & is_opening)["month"].max()
    if not isinstance(opened, int):
        return earlier
    starts = [
        month_of(year.start)
        for year in dossier.fiscal_years
        if month_of(year.start) <= opened <= month_of(year.end)
    ]
    return earlier & (after["month"] >= min([opened, *starts]))


def _is_comparable(dossier: Dossier, start: date) -> bool:
    """Return whether whole months lie before a year."""
    return start.day == 1 or not any(
        (year.end + timedelta(days=1)).day != 1 for year in dossier.fiscal_years if year.end < start
    )


def _first_month(openings: pl.DataFrame) -> int:
    month = openings["month"].min()
    return month if isinstance(month, int) else 0


def _sums(rows: pl.DataFrame) -> dict[str, int]:
    return dict(rows.group_by("account").agg(pl.col("cents").sum()).iter_rows())


def _sums_by_third_party(rows: pl.DataFrame) -> dict[tuple[str, str], int]:
    """Return what is open by account and third party; lines without one count under ""."""
    key = pl.col("account"), pl.col("third_party").fill_null("")
    sums = rows.group_by(*key).agg(pl.col("cents").sum())
    return {(account, third): cents for account, third, cents in sums.iter_rows()}
