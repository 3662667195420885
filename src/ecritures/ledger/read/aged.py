"""The aged balance (balance âgée): what third parties owe and are owed, by how old it is.

A line is open on a day when no lettering closes it by then: the lines of its group dated up to that
day do not balance. Its age is counted from its due date where the file gave one, else from the date
of its document, else from its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from ecritures.core.due_dates import due_dates
from ecritures.database.tables import entries, lines
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.lettering.lettered import GROUP_KEY, with_group_years, year_of_days
from ecritures.ledger.read.conditions import Conditions
from ecritures.ledger.read.filters import CodePattern, Filter
from ecritures.ledger.read.open_lettering import has_one_of, may_be_open
from ecritures.ledger.read.opening_balances import find_opening

if TYPE_CHECKING:
    from datetime import date

    from ecritures.ledger.read.snapshot import Snapshot

ACCOUNTS = (CodePattern("40*", root="40"), CodePattern("41*", root="41"))
"""Suppliers and customers: what is read when the filter names no account."""
DAYS = (30, 60, 90)
"""The last day of each age but the oldest."""
_SCHEMA = {
    "account_id": pl.Int32,
    "third_party_id": pl.Int32,
    "lettering": pl.String,
    "matching_id": pl.Int64,
    "lettering_date": pl.Date,
    "day": pl.Date,
    "extra": pl.String,
    "due": pl.Date,
    "age": pl.Int8,
    "debit_cents": pl.Int64,
    "credit_cents": pl.Int64,
    "lines": pl.Int64,
}
_LINE_SCHEMA = {"batch_id": pl.Int32, "line": pl.UInt32}


@dataclass(frozen=True, slots=True)
class AgedRow:
    """What is open with a third party in an account: debit less credit, in cents.

    Attributes:
        not_due_cents: Due after the day.
        ages_cents: Due for at most 30, 60, 90 days, and longer.
    """

    account: str
    label: str
    third_party: str
    third_party_label: str
    not_due_cents: int
    ages_cents: tuple[int, ...]
    lines: int

    @property
    def open_cents(self) -> int:
        """All of it."""
        return self.not_due_cents + sum(self.ages_cents)


def read_aged(snapshot: Snapshot, wanted: Filter, on: date) -> list[AgedRow]:
    """Return what is open on a day, by account and third party.

    Args:
        snapshot: The ledger.
        wanted: Which lines; its days do not matter. Without accounts, those of third parties.
        on: The day.
    """
    chosen = replace(wanted, accounts=wanted.accounts or ACCOUNTS, start=None, end=None)
    of_accounts = Filter(
        accounts=chosen.accounts, third_parties=chosen.third_parties, revision=chosen.revision
    )
    whole = chosen == of_accounts
    found = with_group_years(
        _read(_lines(snapshot, of_accounts, on), on, line_by_line=not whole).with_columns(
            year=year_of_days(snapshot.dossier, pl.col("day")),
        )
    )
    cents = pl.col("debit_cents") - pl.col("credit_cents")
    groups = found.filter(pl.col("lettering").is_not_null()).group_by(GROUP_KEY)
    closed = groups.agg(cents.sum().alias("cents")).filter(cents=0)
    left = found.join(closed, on=GROUP_KEY, how="anti", nulls_equal=True)
    if not whole:  # a group is closed by all of its lines, not by those wanted
        query = _lines(snapshot, chosen, on).select_lines(lines.c.batch_id, lines.c.line)
        left = left.join(snapshot.read_frame(query, _LINE_SCHEMA), on=[*_LINE_SCHEMA], how="semi")
    summed = (
        left.with_columns(cents=cents, age=pl.coalesce("age", _age(pl.col("extra"), "due", on)))
        .group_by("account_id", "third_party_id")
        .agg(
            *(
                pl.col("cents").filter(pl.col("age") == place).sum().alias(f"age_{place}")
                for place in range(len(DAYS) + 2)
            ),
            pl.col("lines").sum(),
        )
    )
    return _rows(snapshot, summed)


def _lines(snapshot: Snapshot, wanted: Filter, on: date) -> Conditions:
    """Return which lines are wanted up to a day, from the last openings before it on."""
    opening = find_opening(snapshot, on, on)
    start = opening.base[0] if opening.base else None
    return Conditions(snapshot, replace(wanted, start=start, end=on), reads_all=True)


def _read(conditions: Conditions, on: date, *, line_by_line: bool) -> pl.DataFrame:
    """Return the lines without lettering, and those of letterings that may be open, added up.

    The lines of all other letterings balance. What has the same columns is one row, unless
    `line_by_line`. `day` is that of lettered lines alone. `due` is that of the document of a line
    with `extra` columns, which may say another; the others have an `age` instead.
    """
    line, code = lines.c, conditions.lettering
    due = sa.func.coalesce(line.piece_date, entries.c.piece_date, line.day)
    has_extra = line.extra.is_not(None)
    keys = [
        line.account_id,
        line.third_party_id,
        code.label("lettering"),
        conditions.matching_id.label("matching_id"),
        conditions.lettering_date.label("lettering_date"),
        sa.case((code.is_not(None), line.day)).label("day"),
        line.extra,
        sa.case((has_extra, due)).label("due"),
        sa.case((has_extra, None), else_=_age_in_sql(due, on)).label("age"),
    ]
    sides = line.debit_cents, line.credit_cents
    schema: dict[str, Any] = dict(_SCHEMA)
    if line_by_line:
        query = conditions.select_lines(*keys, *sides, sa.literal(1), line.batch_id, line.line)
        schema |= _LINE_SCHEMA
    else:
        sums = map(sa.func.sum, sides)
        query = conditions.select_lines(*keys, *sums, sa.func.count()).group_by(*keys)
    codes = may_be_open(conditions)
    if codes is not None:
        query = query.where(sa.or_(code.is_(None), has_one_of(conditions, codes)))
    return conditions.snapshot.read_frame(query, schema)


def _age_in_sql(due: sa.ColumnElement[date], on: date) -> sa.ColumnElement[int]:
    """Return which age a line has: 0 when it is not due, 1 for the first of `DAYS`, and so on."""
    bounds = [(due > on, 0)]
    bounds += [(due >= on - timedelta(days), place) for place, days in enumerate(DAYS, 1)]
    return sa.case(*bounds, else_=len(DAYS) + 1)


def _age(extra: pl.Expr, known: str, on: date) -> pl.Expr:
    """Return the same of lines with extra columns, which may say when they are due."""
    due = pl.coalesce(due_dates(extra), known)
    found = pl.lit(len(DAYS) + 1)
    for place, days in reversed([*enumerate(DAYS, 1)]):
        found = pl.when(due >= on - timedelta(days)).then(place).otherwise(found)
    return pl.when(due > on).then(0).otherwise(found)


def _rows(snapshot: Snapshot, summed: pl.DataFrame) -> list[AgedRow]:
    accounts = snapshot.names(CodeKind.ACCOUNT)
    third_parties = snapshot.names(CodeKind.THIRD_PARTY)
    found = []
    for account, third_party, not_due, *ages, count in summed.iter_rows():
        named = *accounts[account], *third_parties.get(third_party, ("", ""))
        found.append(AgedRow(*named, not_due, tuple(ages), count))
    return sorted(found, key=lambda row: (row.account, row.third_party))
