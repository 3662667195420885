"""The aged balance (balance âgée): what third parties owe and are owed, by how old it is.

A line is open on a day when no lettering closes it by then: the lines of its group dated up to that
day do not balance. Its age is counted from its due date where the file gave one, else from the date
of its document, else from its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl
import sqlalchemy as sa

from ecritures.core.due_dates import due_dates
from ecritures.database.tables import entries, lines
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.lettering.lettered import GROUP_KEY, with_group_years, year_of_days
from ecritures.ledger.read.conditions import Conditions
from ecritures.ledger.read.filters import CodePattern, Filter
from ecritures.ledger.read.opening_balances import find_opening, movements_of, openings_of

if TYPE_CHECKING:
    from datetime import date

    from ecritures.ledger.read.snapshot import Snapshot

ACCOUNTS = (CodePattern("40*", root="40"), CodePattern("41*", root="41"))
"""Suppliers and customers: what is read when the filter names no account."""
DAYS = (30, 60, 90)
"""The last day of each age but the oldest."""
_SCHEMA = {
    "batch_id": pl.Int32,
    "line": pl.UInt32,
    "account_id": pl.Int32,
    "third_party_id": pl.Int32,
    "lettering": pl.String,
    "matching_id": pl.Int64,
    "lettering_date": pl.Date,
    "day": pl.Date,
    "piece_date": pl.Date,
    "extra": pl.String,
    "debit_cents": pl.Int64,
    "credit_cents": pl.Int64,
}


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
    found = with_group_years(
        _read(snapshot, of_accounts, on).with_columns(
            due=pl.coalesce(due_dates(pl.col("extra")), "piece_date", "day"),
            year=year_of_days(snapshot.dossier, pl.col("day")),
        )
    )
    cents = pl.col("debit_cents") - pl.col("credit_cents")
    groups = found.filter(pl.col("lettering").is_not_null()).group_by(GROUP_KEY)
    closed = groups.agg(cents.sum().alias("cents")).filter(cents=0)
    age = (pl.lit(on) - pl.col("due")).dt.total_days()
    ages = [
        pl.when(age < 0).then(0).otherwise(None),
        *_between(age),
    ]
    left = found.join(closed, on=GROUP_KEY, how="anti", nulls_equal=True)
    if chosen != of_accounts:  # a group is closed by all of its lines, not by those wanted
        left = left.join(_read(snapshot, chosen, on), on=("batch_id", "line"), how="semi")
    summed = (
        left.with_columns(cents=cents, age=pl.coalesce(ages))
        .group_by("account_id", "third_party_id")
        .agg(
            *(
                pl.col("cents").filter(pl.col("age") == place).sum().alias(f"age_{place}")
                for place in range(len(DAYS) + 2)
            ),
            lines=pl.len(),
        )
    )
    return _rows(snapshot, summed)


def _read(snapshot: Snapshot, wanted: Filter, on: date) -> pl.DataFrame:
    """Return the lines wanted up to a day, from the opening of its year on."""
    opening = find_opening(snapshot, on, on)
    start = opening.base[0] if opening.base else None
    parts = [
        _read_between(snapshot, some, start, on)
        for some in (movements_of(snapshot, wanted), openings_of(snapshot, wanted))
        if some is not None
    ]
    return pl.concat([pl.DataFrame(schema=_SCHEMA), *parts])


def _read_between(snapshot: Snapshot, wanted: Filter, start: date | None, on: date) -> pl.DataFrame:
    conditions = Conditions(snapshot, replace(wanted, start=start, end=on))
    query = conditions.select_lines(
        lines.c.batch_id,
        lines.c.line,
        lines.c.account_id,
        lines.c.third_party_id,
        conditions.lettering.label("lettering"),
        conditions.matching_id.label("matching_id"),
        conditions.lettering_date.label("lettering_date"),
        lines.c.day,
        sa.func.coalesce(lines.c.piece_date, entries.c.piece_date).label("piece_date"),
        lines.c.extra,
        lines.c.debit_cents,
        lines.c.credit_cents,
    )
    return snapshot.database.read_frame(snapshot.connection, query, _SCHEMA)


def _between(age: pl.Expr) -> list[pl.Expr]:
    bounds = [*zip((-1, *DAYS[:-1]), DAYS, strict=True)]
    return [
        *(
            pl.when((age > low) & (age <= high)).then(place + 1)
            for place, (low, high) in enumerate(bounds)
        ),
        pl.lit(len(DAYS) + 1),
    ]


def _rows(snapshot: Snapshot, summed: pl.DataFrame) -> list[AgedRow]:
    accounts = snapshot.names(CodeKind.ACCOUNT)
    third_parties = snapshot.names(CodeKind.THIRD_PARTY)
    found = []
    for account, third_party, not_due, *ages, count in summed.iter_rows():
        named = *accounts[account], *third_parties.get(third_party, ("", ""))
        found.append(AgedRow(*named, not_due, tuple(ages), count))
    return sorted(found, key=lambda row: (row.account, row.third_party))
