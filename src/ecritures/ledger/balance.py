"""The balance of a dossier: debit and credit of each account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier


@dataclass(frozen=True, slots=True)
class AccountBalance:
    """One account's totals."""

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
    """The totals of every account of a dossier between two dates."""

    dossier: str
    start: date | None
    end: date | None
    accounts: tuple[AccountBalance, ...]
    debit_cents: int
    credit_cents: int


def read_balance(
    database: Database, dossier: Dossier, start: date | None, end: date | None
) -> Balance:
    """Return the balance of what is published."""
    raise NotImplementedError
