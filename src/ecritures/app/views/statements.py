"""The income statement and the balance sheet as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import TypedDict

if TYPE_CHECKING:
    from ecritures.ledger.read.filters import Filter
    from ecritures.ledger.read.statements import Heading, Statements


class HeadingView(TypedDict):
    """Accounts by their first two digits: positive where they are on their usual side."""

    code: str
    label: str
    cents: int


class IncomeStatementView(TypedDict):
    """Expenses and income of a period."""

    expenses: list[HeadingView]
    income: list[HeadingView]
    expensesCents: int
    incomeCents: int
    resultCents: int


class BalanceSheetView(TypedDict):
    """Assets and liabilities at the end of a period.

    Assets equal liabilities, the result of the period, and that of earlier years which no opening
    has carried.
    """

    assets: list[HeadingView]
    liabilities: list[HeadingView]
    resultNotCarriedCents: int
    assetsCents: int
    liabilitiesCents: int


StatementsView = TypedDict(
    "StatementsView",
    {
        "dossier": str,
        "ledgerRevision": int,
        "from": str | None,
        "to": str | None,
        "indicative": bool,
        "incomeStatement": IncomeStatementView,
        "balanceSheet": BalanceSheetView,
    },
)
"""Indicative statements. Not a class, since `from` is a keyword."""


def statements_view(
    dossier: str, revision: int, wanted: Filter, found: Statements
) -> StatementsView:
    """Return statements as JSON."""
    liabilities = sum(one.cents for one in found.liabilities)
    return {
        "dossier": dossier,
        "ledgerRevision": revision,
        "from": wanted.start.isoformat() if wanted.start else None,
        "to": wanted.end.isoformat() if wanted.end else None,
        "indicative": True,
        "incomeStatement": {
            "expenses": _headings(found.expenses),
            "income": _headings(found.income),
            "expensesCents": sum(one.cents for one in found.expenses),
            "incomeCents": sum(one.cents for one in found.income),
            "resultCents": found.result_cents,
        },
        "balanceSheet": {
            "assets": _headings(found.assets),
            "liabilities": _headings(found.liabilities),
            "resultNotCarriedCents": found.not_carried_cents,
            "assetsCents": sum(one.cents for one in found.assets),
            "liabilitiesCents": liabilities + found.not_carried_cents + found.result_cents,
        },
    }


def _headings(held: tuple[Heading, ...]) -> list[HeadingView]:
    return [{"code": one.code, "label": one.label, "cents": one.cents} for one in held]
