"""The trial balance of a dossier (balance générale)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.database.tables import accounts, batches, entries, lines

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
    """Add up the published lines of a dossier, account by account."""
    published = sa.select(batches.c.id).where(
        batches.c.dossier_id == dossier.id, batches.c.published_at.is_not(None)
    )
    sums = sa.select(
        lines.c.account_id,
        sa.func.sum(lines.c.debit_cents).label("debit"),
        sa.func.sum(lines.c.credit_cents).label("credit"),
    ).where(lines.c.domain_id == dossier.domain_id, lines.c.batch_id.in_(published))
    if start or end:
        day = sa.func.coalesce(lines.c.entry_date, entries.c.entry_date)
        sums = sums.join(
            entries,
            (entries.c.domain_id == lines.c.domain_id)
            & (entries.c.batch_id == lines.c.batch_id)
            & (entries.c.entry == lines.c.entry),
        )
        sums = sums.where(day >= start) if start else sums
        sums = sums.where(day <= end) if end else sums
    by_account = sums.group_by(lines.c.account_id).subquery()
    query = (
        sa.select(accounts.c.number, accounts.c.label, by_account.c.debit, by_account.c.credit)
        .join(by_account, by_account.c.account_id == accounts.c.id)
        .where(accounts.c.dossier_id == dossier.id)
        .order_by(accounts.c.number)
    )
    with database.read() as connection:
        rows = tuple(
            AccountBalance(number, label, int(debit), int(credit))
            for number, label, debit, credit in connection.execute(query)
        )
    return Balance(
        dossier.code,
        start,
        end,
        rows,
        sum(row.debit_cents for row in rows),
        sum(row.credit_cents for row in rows),
    )
