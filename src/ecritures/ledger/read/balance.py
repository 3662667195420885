"""The trial balance of a dossier (balance générale)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.opening_journals import is_opening_journal
from ecritures.database.tables import entries, lines, totals
from ecritures.ledger.codes import CodeKind, read_names
from ecritures.ledger.entry_frames import DAY_OF_LINE, entry_of_lines
from ecritures.ledger.in_force import batches_in_force, is_removed
from ecritures.ledger.totals import month_of

if TYPE_CHECKING:
    from datetime import date

    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """One account: totals in cents."""

    account: str
    label: str
    debit_cents: int
    credit_cents: int

    @property
    def balance_cents(self) -> int:
        """Debit less credit."""
        return self.debit_cents - self.credit_cents


@dataclass(frozen=True, slots=True)
class Balance:
    """The balance of a dossier between two days, both included; None: no limit."""

    dossier: str
    start: date | None
    end: date | None
    accounts: tuple[AccountBalance, ...]
    debit_cents: int
    credit_cents: int


def read_balance(
    database: Database, dossier: Dossier, start: date | None = None, end: date | None = None
) -> Balance:
    """Add up the ledger of a dossier, account by account.

    Whole months are read from totals, the days of other months from their lines. Openings
    (à-nouveaux) count in the first year only: those of later years repeat its movements.
    """
    with database.for_domain(dossier.domain_id).read() as connection:
        found = _Sums(connection, dossier, start, end).read()
        names = read_names(connection, dossier, CodeKind.ACCOUNT)
    rows = tuple(
        sorted(
            (
                AccountBalance(*names[account], debit, credit)
                for account, (debit, credit, count) in found.items()
                if count
            ),
            key=lambda row: row.account,
        )
    )
    return Balance(
        dossier.code,
        start,
        end,
        rows,
        sum(row.debit_cents for row in rows),
        sum(row.credit_cents for row in rows),
    )


class _Sums:
    """Debit, credit and number of lines by account, between two days."""

    def __init__(
        self, connection: sa.Connection, dossier: Dossier, start: date | None, end: date | None
    ) -> None:
        self._connection, self._dossier = connection, dossier
        self._start, self._end = start, end
        self._in_force = batches_in_force(dossier.domain_id, dossier.id)
        journals = read_names(connection, dossier, CodeKind.JOURNAL)
        self._openings = [id_ for id_, named in journals.items() if is_opening_journal(*named)]

    def read(self) -> dict[int, tuple[int, int, int]]:
        first, last = _whole_months(self._start, self._end)
        counted = self._openings_until()
        parts = [self._of_months(first, last, counted)]
        parts += [self._of_days(*days, counted) for days in _other_days(self._start, self._end)]
        sums: dict[int, tuple[int, int, int]] = {}
        for query in parts:
            for account, *more in self._connection.execute(query):
                before = sums.get(account, (0, 0, 0))
                debit, credit, count = (
                    one + int(other) for one, other in zip(before, more, strict=True)
                )
                sums[account] = debit, credit, count
        return sums

    def _openings_until(self) -> int | None:
        """Return the last month whose openings count; None: all do."""
        if not self._openings:
            return None
        month = totals.c.month
        held = sa.select(month).where(*self._mine(totals)).group_by(month).order_by(month).limit(1)
        held = held.having(sa.func.sum(totals.c.lines) > 0)  # not all removed
        first = self._connection.execute(held).scalar()
        if first is None:
            return None
        if self._start is not None:
            first = max(int(first), month_of(self._start))
        ends = [
            month_of(year.end)
            for year in self._dossier.fiscal_years
            if month_of(year.start) <= first <= month_of(year.end)
        ]
        return ends[0] if ends else int(first)

    def _of_months(
        self, first: int | None, last: int | None, counted: int | None
    ) -> sa.Select[Any]:
        table = totals.c
        query = sa.select(
            table.account_id,
            sa.func.sum(table.debit_cents),
            sa.func.sum(table.credit_cents),
            sa.func.sum(table.lines),
        ).where(*self._mine(totals))
        query = query.where(table.month >= first) if first is not None else query
        query = query.where(table.month <= last) if last is not None else query
        if counted is not None:
            is_opening = table.journal_id.in_(self._openings)
            query = query.where(sa.or_(~is_opening, table.month <= counted))
        return query.group_by(table.account_id)

    def _of_days(self, start: date, end: date, counted: int | None) -> sa.Select[Any]:
        query = (
            sa.select(
                lines.c.account_id,
                sa.func.sum(lines.c.debit_cents),
                sa.func.sum(lines.c.credit_cents),
                sa.func.count(),
            )
            .join(entries, entry_of_lines())
            .where(
                *self._mine(lines),
                DAY_OF_LINE.between(start, end),
                ~is_removed(self._dossier, lines.c.batch_id, lines.c.entry),
            )
        )
        if counted is not None and month_of(start) > counted:
            of_line = sa.func.coalesce(lines.c.journal_id, entries.c.journal_id)
            query = query.where(of_line.not_in(self._openings))
        return query.group_by(lines.c.account_id)

    def _mine(self, table: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
        return table.c.domain_id == self._dossier.domain_id, table.c.batch_id.in_(self._in_force)


def _whole_months(start: date | None, end: date | None) -> tuple[int | None, int | None]:
    """Return the first and the last month that lie wholly between two days."""
    first = last = None
    if start is not None:
        begin = start if start.day == 1 else _next_month(start)
        first = month_of(begin)
    if end is not None:
        after = end + timedelta(days=1)
        last = month_of(end if after.day == 1 else end.replace(day=1) - timedelta(days=1))
    return first, last


def _other_days(start: date | None, end: date | None) -> list[tuple[date, date]]:
    """Return the days that lie in no whole month, as periods within one month each."""
    found = []
    if start is not None and start.day != 1:
        last = _next_month(start) - timedelta(days=1)
        found.append((start, min(last, end) if end is not None else last))
    if end is not None and (end + timedelta(days=1)).day != 1:
        first = end.replace(day=1)
        if start is None or start <= first:
            found.append((first, end))
    return found


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
