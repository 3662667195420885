"""The trial balance of a dossier, as tests read it: lines dated in a period, by account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecritures.app.views.balance import balance_view
from ecritures.ledger.read import balance
from ecritures.ledger.read.filters import Filter
from ecritures.ledger.read.snapshot import open_snapshot

if TYPE_CHECKING:
    from datetime import date

    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier


@dataclass(frozen=True)
class Account:
    """An account: totals in cents."""

    account: str
    label: str
    debit_cents: int
    credit_cents: int

    @property
    def balance_cents(self) -> int:
        return self.debit_cents - self.credit_cents


@dataclass(frozen=True)
class Total:
    """What is dated in a period, openings of its first year included."""

    accounts: tuple[Account, ...]
    debit_cents: int
    credit_cents: int


def read_balance(
    database: Database, dossier: Dossier, start: date | None = None, end: date | None = None
) -> Total:
    with open_snapshot(database, dossier) as snapshot:
        found = balance.read_balance(snapshot, Filter(start, end))
        view = balance_view(dossier.code, snapshot.revision, found)
    accounts = tuple(
        Account(one["account"], one["label"], one["debitCents"], one["creditCents"])
        for one in view["accounts"]
        if one["debitCents"] or one["creditCents"]
    )
    return Total(accounts, view["debitCents"], view["creditCents"])
