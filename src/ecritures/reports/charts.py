"""The figures behind the charts, computed here so that the template only draws."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ecritures.core.amounts import cents_text, count_text
from ecritures.core.sentences import pick

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ecritures.core.sentences import Language

MONTHS_MAX = 60
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
_CLASSES = {
    "1": ("Capitaux", "Equity and loans"),
    "2": ("Immobilisations", "Fixed assets"),
    "3": ("Stocks", "Inventory"),
    "4": ("Tiers", "Third parties"),
    "5": ("Financiers", "Cash and banks"),
    "6": ("Charges", "Expenses"),
    "7": ("Produits", "Income"),
    "8": ("Spéciaux", "Special"),
    "9": ("Analytiques", "Cost accounting"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        label: Its meaning.
        text: Its value, formatted.
        share: Its length, from -1 to 1, the longest of the chart being 1.
        kind: A class of the style sheet.
        mark: Its label on an axis, shorter than `label`.
    """

    label: str
    text: str
    share: float
    kind: str = ""
    mark: str = ""


def month_bars(statistics: Mapping[str, Any]) -> list[Bar]:
    """Entries per month, including months without any; the last months when there are many."""
    counts = {
        month: count
        for month, count in statistics.get("entriesByMonth", {}).items()
        if _MONTH.fullmatch(month)
    }
    if not counts:
        return []
    months = list(_months(min(counts), max(counts)))
    if len(months) > MONTHS_MAX:  # a wrong date stretches the axis: keep only months with entries
        months = sorted(counts)[-MONTHS_MAX:]
    top = max(counts.values())
    return [
        Bar(
            f"{month[5:]}/{month[:4]}",
            count_text(counts.get(month, 0)),
            counts.get(month, 0) / top,
            mark=month[5:],
        )
        for month in months
    ]


def class_bars(statistics: Mapping[str, Any], language: Language) -> list[Bar]:
    """Balance of each class of accounts: debit to the right, credit to the left."""
    balances = {
        number: int(sums["debitCents"]) - int(sums["creditCents"])
        for number, sums in sorted(statistics.get("classes", {}).items())
    }
    top = max(map(abs, balances.values()), default=0) or 1
    return [
        Bar(
            " ".join((number, pick(language, *_CLASSES.get(number, ("", ""))))).strip(),
            f"{cents_text(abs(cents), language)} € {_side(cents, language)}".rstrip(),
            cents / top,
            kind="credit" if cents < 0 else "debit",
        )
        for number, cents in balances.items()
    ]


def _side(cents: int, language: Language) -> str:
    if cents == 0:
        return ""
    return pick(language, "débit", "debit") if cents > 0 else pick(language, "crédit", "credit")


def _months(first: str, last: str) -> Iterator[str]:
    year, month = int(first[:4]), int(first[5:])
    while (text := f"{year:04d}-{month:02d}") <= last:
        yield text
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)  # noqa: PLR2004 - months
