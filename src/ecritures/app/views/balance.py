"""A trial balance as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

if TYPE_CHECKING:
    from ecritures.ledger.read.balance import Balance


class AccountView(TypedDict):
    """The totals of an account, in cents."""

    account: str
    label: str
    debitCents: int
    creditCents: int
    balanceCents: int


BalanceView = TypedDict(
    "BalanceView",
    {
        "dossier": str,
        "from": str | None,
        "to": str | None,
        "accounts": list[AccountView],
        "debitCents": int,
        "creditCents": int,
    },
)
"""A trial balance between two days, both included. Not a class, since `from` is a keyword."""


def balance_view(balance: Balance) -> BalanceView:
    """Return a trial balance as JSON."""
    return {
        "dossier": balance.dossier,
        "from": balance.start.isoformat() if balance.start else None,
        "to": balance.end.isoformat() if balance.end else None,
        "accounts": [
            {
                "account": account.account,
                "label": account.label,
                "debitCents": account.debit_cents,
                "creditCents": account.credit_cents,
                "balanceCents": account.balance_cents,
            }
            for account in balance.accounts
        ],
        "debitCents": balance.debit_cents,
        "creditCents": balance.credit_cents,
    }
