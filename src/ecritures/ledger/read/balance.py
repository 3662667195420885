"""The trial balance (balance générale et auxiliaire), with opening, movements and closing.

See `opening_balances` for what a period opens with.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ecritures.ledger.codes import CodeKind
from ecritures.ledger.read.conditions import Conditions
from ecritures.ledger.read.opening_balances import (
    find_opening,
    movements_of,
    opening_sums,
    openings_of,
)
from ecritures.ledger.read.sums import Sums, add_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.ledger.read.filters import Filter
    from ecritures.ledger.read.opening_balances import Opening
    from ecritures.ledger.read.snapshot import Snapshot


class By(StrEnum):
    """What a trial balance has a row for."""

    ACCOUNT = "account"
    CLASS = "class"
    THIRD_PARTY = "third-party"
    ESTABLISHMENT = "establishment"
    JOURNAL = "journal"
    MONTH = "month"


_MORE: Mapping[By, tuple[str, ...]] = {
    By.ACCOUNT: (),
    By.CLASS: (),
    By.THIRD_PARTY: ("third_party_id",),
    By.ESTABLISHMENT: ("siret",),
    By.JOURNAL: ("journal_id",),
    By.MONTH: ("month",),
}
"""What lines are grouped by besides their account."""

CLASSES: Mapping[str, str] = {
    "1": "Capitaux",
    "2": "Immobilisations",
    "3": "Stocks et en-cours",
    "4": "Tiers",
    "5": "Comptes financiers",
    "6": "Charges",
    "7": "Produits",
    "8": "Comptes spéciaux",
}
"""The classes of accounts (PCG art. 911-1)."""
Key = tuple[str, ...]
RESULT_KEY: Key = ()


@dataclass
class BalanceRow:
    """A row of a trial balance: amounts in cents.

    Attributes:
        key: A code; account and third party ("": none) of an auxiliary balance; `RESULT_KEY`: the
            result of earlier years that no opening has carried.
        labels: Of each code.
        opening_cents: Debit less credit.
        debit_cents: Of the movements of the period.
        credit_cents: Of the movements of the period.
        opened_debit_cents: Of entries of opening dated in the period; part of `opening_cents`.
        opened_credit_cents: Of entries of opening dated in the period.
    """

    key: Key
    labels: tuple[str, ...] = ()
    opening_cents: int = 0
    debit_cents: int = 0
    credit_cents: int = 0
    opened_debit_cents: int = 0
    opened_credit_cents: int = 0

    @property
    def closing_cents(self) -> int:
        """Debit less credit at the end."""
        return self.opening_cents + self.debit_cents - self.credit_cents


@dataclass(frozen=True, slots=True)
class Balance:
    """A trial balance.

    Attributes:
        by: What has a row.
        wanted: Which lines.
        is_computed: Whether no entry of opening says what the period opens with: it is the closing
            of the year before.
        rows: By key.
    """

    by: By
    wanted: Filter
    is_computed: bool
    rows: list[BalanceRow] = field(default_factory=list)

    def total(self) -> BalanceRow:
        """Return the sum of the rows."""
        found = BalanceRow(("",), ("Total",))
        for row in self.rows:
            for name in _SUMMED:
                setattr(found, name, getattr(found, name) + getattr(row, name))
        if self.by is By.MONTH and self.rows:
            found.opening_cents = self.rows[0].opening_cents
        return found


_SUMMED = (
    "opening_cents",
    "debit_cents",
    "credit_cents",
    "opened_debit_cents",
    "opened_credit_cents",
)


def read_balance(snapshot: Snapshot, wanted: Filter, by: By = By.ACCOUNT) -> Balance:
    """Add up a ledger.

    Args:
        snapshot: The ledger.
        wanted: Which lines. Without a first day, the first year opens the balance.
        by: What has a row.
    """
    opening = find_opening(snapshot, wanted.start, wanted.end)
    found = Balance(by, wanted, opening.day is not None and opening.is_computed)
    if opening.day is None:
        return found
    more = _MORE[by]
    opened, result = opening_sums(snapshot, wanted, opening, *more)
    moved = _moved(snapshot, wanted, opening, more)
    inside = _opened_inside(snapshot, wanted, opening, more)
    names = _Names(snapshot, by)
    if by is By.THIRD_PARTY:
        named = {key[0] for sums in (opened, moved) for key in sums if key[1] is not None}
        opened, moved, inside = (
            {key: sums for key, sums in part.items() if key[0] in named}
            for part in (opened, moved, inside)
        )
    rows: defaultdict[Key, BalanceRow] = _Rows()
    for key, (_, debit, credit) in opened.items():
        rows[names.key(key)].opening_cents += debit - credit
    for key, (_, debit, credit) in moved.items():
        row = rows[names.key(key)]
        row.debit_cents, row.credit_cents = row.debit_cents + debit, row.credit_cents + credit
    for key, (_, debit, credit) in inside.items():
        row = rows[names.key(key)]
        row.opened_debit_cents += debit
        row.opened_credit_cents += credit
    found.rows.extend(_in_order(rows, by))
    for row in found.rows:
        row.labels = names.labels(row.key)
    if result and by not in {By.THIRD_PARTY, By.MONTH}:
        labels = ("Résultat des exercices précédents, non reporté",)
        found.rows.append(BalanceRow(RESULT_KEY, labels, opening_cents=result))
    return found


class _Rows(defaultdict[Key, BalanceRow]):
    def __missing__(self, key: Key) -> BalanceRow:
        row = self[key] = BalanceRow(key)
        return row


def _moved(snapshot: Snapshot, wanted: Filter, opening: Opening, more: tuple[str, ...]) -> Sums:
    moving = movements_of(snapshot, wanted)
    if moving is None:
        return {}
    return add_up(Conditions(snapshot, replace(moving, start=opening.day)), "account_id", *more)


def _opened_inside(
    snapshot: Snapshot, wanted: Filter, opening: Opening, more: tuple[str, ...]
) -> Sums:
    """Return what entries of opening dated in the period, and in its first year, add up to."""
    openings = openings_of(snapshot, wanted)
    if openings is None or opening.day is None or opening.year is None or opening.is_computed:
        return {}
    ends = [day for day in (wanted.end, opening.year[1]) if day is not None]
    start, end = max(opening.day, opening.year[0]), min(ends)
    if end < start:
        return {}
    conditions = Conditions(snapshot, replace(openings, start=start, end=end))
    return add_up(conditions, "account_id", *more)


def _in_order(rows: Mapping[Key, BalanceRow], by: By) -> list[BalanceRow]:
    """Return the rows by key; each month opens with the closing of the month before."""
    if by is not By.MONTH:
        return [rows[key] for key in sorted(rows)]
    balance = sum(row.opening_cents for row in rows.values())
    found = []
    for key in sorted(rows):
        row = rows[key]
        inside = row.debit_cents, row.credit_cents, row.opened_debit_cents, row.opened_credit_cents
        if not any(inside):
            continue  # it only opens what is read
        row.opening_cents, balance = balance, balance + row.debit_cents - row.credit_cents
        found.append(row)
    return found


class _Names:
    """The keys of rows, and what their codes are called."""

    def __init__(self, snapshot: Snapshot, by: By) -> None:
        self._by, self._snapshot = by, snapshot
        self._accounts = snapshot.names(CodeKind.ACCOUNT)
        self._labels: dict[Key, tuple[str, ...]] = {}

    def key(self, numbers: tuple[Any, ...]) -> Key:
        """Return the key of a row, from an account and what else it is grouped by."""
        account, label = self._accounts[numbers[0]]
        key: Key = (account,)
        labels: tuple[str, ...] = (label,)
        match self._by:
            case By.CLASS:
                key, labels = (account[:1],), (CLASSES.get(account[:1], ""),)
            case By.MONTH:
                key, labels = (str(numbers[1]),), ("",)
            case By.ESTABLISHMENT:
                main = self._snapshot.dossier.sirets[:1]
                key, labels = (str(numbers[1] or "".join(main)),), ("",)
            case By.JOURNAL:
                code, name = self._snapshot.names(CodeKind.JOURNAL)[numbers[1]]
                key, labels = (code,), (name,)
            case By.THIRD_PARTY:
                known = self._snapshot.names(CodeKind.THIRD_PARTY)
                code, name = known.get(numbers[1], ("", ""))
                key, labels = (account, code), (label, name)
        self._labels[key] = labels
        return key

    def labels(self, key: Key) -> tuple[str, ...]:
        """Return what the codes of a key are called."""
        return self._labels[key]
