"""A trial balance as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NotRequired

from typing_extensions import TypedDict

from ecritures.ledger.read.balance import RESULT_KEY, By

if TYPE_CHECKING:
    from ecritures.ledger.read.balance import Balance, BalanceRow


class AmountsView(TypedDict):
    """Amounts of a row, in cents: balances are debit less credit.

    `debitCents` and `creditCents` are those of the lines dated in the period, entries of opening
    among them, and `balanceCents` their difference; the movements leave these entries out.
    """

    openingCents: int
    movementDebitCents: int
    movementCreditCents: int
    closingCents: int
    debitCents: int
    creditCents: int
    balanceCents: int


ClassView = TypedDict("ClassView", {"class": NotRequired[str]})
"""The class of accounts of a row. Not a class, since `class` is a keyword."""


class BalanceRowView(AmountsView, ClassView):
    """A row, named by what the balance is by; `compared`: the same of the period compared.

    The result of earlier years that no opening has carried is a row of its own, with
    `isResult` and empty codes.
    """

    label: str
    account: NotRequired[str]
    thirdParty: NotRequired[str]
    thirdPartyLabel: NotRequired[str]
    siret: NotRequired[str]
    journal: NotRequired[str]
    month: NotRequired[str]
    isResult: NotRequired[bool]
    compared: NotRequired[AmountsView | None]


BalanceView = TypedDict(
    "BalanceView",
    {
        "dossier": str,
        "ledgerRevision": int,
        "by": str,
        "from": str | None,
        "to": str | None,
        "openingComputed": bool,
        "accounts": NotRequired[list[BalanceRowView]],
        "rows": NotRequired[list[BalanceRowView]],
        "openingCents": int,
        "movementDebitCents": int,
        "movementCreditCents": int,
        "closingCents": int,
        "debitCents": int,
        "creditCents": int,
        "compared": NotRequired[AmountsView],
    },
)
"""A trial balance between two days, both included. Not a class, since `from` is a keyword.

By account, the rows are `accounts`; otherwise `rows`.
"""

_NAMES = {
    By.ACCOUNT: (("account", "label"),),
    By.CLASS: (("class", "label"),),
    By.THIRD_PARTY: (("account", "label"), ("thirdParty", "thirdPartyLabel")),
    By.ESTABLISHMENT: (("siret", "label"),),
    By.JOURNAL: (("journal", "label"),),
    By.MONTH: (("month", "label"),),
}


def balance_view(
    dossier: str, revision: int, balance: Balance, compared: Balance | None = None
) -> BalanceView:
    """Return a trial balance as JSON, beside another one."""
    wanted, total = balance.wanted, _amounts(balance.total())
    view: dict[str, Any] = {
        "dossier": dossier,
        "ledgerRevision": revision,
        "by": str(balance.by),
        "from": wanted.start.isoformat() if wanted.start else None,
        "to": wanted.end.isoformat() if wanted.end else None,
        "openingComputed": balance.is_computed,
        "accounts" if balance.by is By.ACCOUNT else "rows": _rows(balance, compared),
        **{name: cents for name, cents in total.items() if name != "balanceCents"},
    }
    if compared is not None:
        view["compared"] = _amounts(compared.total())
    return view  # type: ignore[return-value]


def _rows(balance: Balance, compared: Balance | None) -> list[dict[str, Any]]:
    named = [(row, _named(balance.by, row) | _amounts(row)) for row in balance.rows]
    if compared is None:
        return [view for _, view in named]
    others = {row.key: row for row in compared.rows}
    found = []
    for row, view in named:
        other = others.pop(row.key, None)
        found.append((row.key, view | {"compared": _amounts(other) if other else None}))
    nothing = _amounts(type(balance.total())(()))
    found += [
        (row.key, _named(balance.by, row) | nothing | {"compared": _amounts(row)})
        for row in others.values()
    ]
    return [view for _, view in sorted(found, key=lambda one: (one[0] == RESULT_KEY, one[0]))]


def _named(by: By, row: BalanceRow) -> dict[str, Any]:
    names = _NAMES[by]
    if row.key == RESULT_KEY:
        codes = {code: "" for code, _ in names}
        return codes | {"label": row.labels[0], "isResult": True}
    view: dict[str, Any] = {}
    for (code, label), value, text in zip(names, row.key, row.labels, strict=True):
        view |= {code: _month(value) if code == "month" else value, label: text}
    return view


def _month(number: str) -> str:
    return f"{number[:4]}-{number[4:]}"


def _amounts(row: BalanceRow) -> dict[str, int]:
    debit = row.debit_cents + row.opened_debit_cents
    credit = row.credit_cents + row.opened_credit_cents
    return {
        "openingCents": row.opening_cents,
        "movementDebitCents": row.debit_cents,
        "movementCreditCents": row.credit_cents,
        "closingCents": row.closing_cents,
        "debitCents": debit,
        "creditCents": credit,
        "balanceCents": debit - credit,
    }
