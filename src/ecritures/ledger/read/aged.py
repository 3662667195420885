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
from ecritures.ledger.read.open_lettering import has_one_of, may_be_open
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
    parts = _parts(snapshot, of_accounts, on)
    # Only the letterings that may be open, of many: the lines of the others balance.
    found = with_group_years(
        _read(parts, may_be_open(parts)).with_columns(
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
        left = left.join(_read(_parts(snapshot, chosen, on)), on=("batch_id", "line"), how="semi")
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


def _parts(snapshot: Snapshot, wanted: Filter, on: date) -> list[Conditions]:
    """Return which lines are wanted up to a day, from the opening of its year on."""
    opening = find_opening(snapshot, on, on)
    start = opening.base[0] if opening.base else None
    return [
        Conditions(snapshot, replace(some, start=start, end=on), reads_all=True)
        for some in (movements_of(snapshot, wanted), openings_of(snapshot, wanted))
        if some is not None
    ]


def _read(parts: list[Conditions], codes: set[str] | None = None) -> pl.DataFrame:
    """Return lines: those without lettering, and those of some letterings; None: of any."""
    frames = [_read_part(part, codes) for part in parts]
    return pl.concat([pl.DataFrame(schema=_SCHEMA), *frames])


def _read_part(conditions: Conditions, codes: set[str] | None) -> pl.DataFrame:
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
    if codes is not None:
        is_unlettered = conditions.lettering.is_(None)
        query = query.where(sa.or_(is_unlettered, has_one_of(conditions, codes)))
    return conditions.snapshot.read_frame(query, _SCHEMA)


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
