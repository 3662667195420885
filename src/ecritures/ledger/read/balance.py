"""The trial balance of a dossier (balance générale)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.database.tables import batch_spans, codes, entries, lines
from ecritures.ledger.codes import CodeKind

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
    in_force = sa.select(batch_spans.c.batch_id).where(
        batch_spans.c.domain_id == dossier.domain_id,
        batch_spans.c.dossier_id == dossier.id,
        batch_spans.c.to_revision.is_(None),
    )
    sums = sa.select(
        lines.c.account_id,
        sa.func.sum(lines.c.debit_cents).label("debit"),
        sa.func.sum(lines.c.credit_cents).label("credit"),
    ).where(lines.c.domain_id == dossier.domain_id, lines.c.batch_id.in_(in_force))
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
        sa.select(codes.c.code, codes.c.label, by_account.c.debit, by_account.c.credit)
        .join(by_account, by_account.c.account_id == codes.c.id)
        .where(
            codes.c.domain_id == dossier.domain_id,
            codes.c.dossier_id == dossier.id,
            codes.c.kind == CodeKind.ACCOUNT,
        )
        .order_by(codes.c.code)
    )
    with database.for_domain(dossier.domain_id).read() as connection:
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
