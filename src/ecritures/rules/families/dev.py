"""Currencies: an amount and its currency go together (article A47 A-1 VII 1°, fields 17–18)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.amounts import count_text
from ecritures.core.frames import all_null_are_empty, constant, or_zero
from ecritures.rules.uses import FOREIGN

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.habits import Habits
    from ecritures.core.lines import Block
    from ecritures.rules.entries.found import Entries


_OWN = "EUR"
"""The currency of the books: an amount in it is that of the line."""
_EURO_DAY = date(2002, 1, 1)
"""Until the day before, books may be in francs."""
_NAMES = {"currency_amount": "Montantdevise", "currency": "Idevise"}


def check_currencies(block: Block, habits: Habits) -> None:
    """Record the amounts that cannot be read, and those without a currency or the reverse."""
    unread = _unread(block)
    if unread.any():
        value = pl.col("currency_amount").str.strip_chars()
        found = block.text.filter(unread).select("line", value=value)
        habits.add("FEC-DEV-02", found, "currency_amount", block.names.get("currency_amount"))
    lines = block.lines
    amount, code = lines["currency_amount"], lines["currency"] != ""
    if amount.null_count() == lines.height and not code.any():
        return
    given, foreign = amount.is_not_null() | unread, or_zero(amount) != 0
    for alone, column, other in (
        (foreign & ~code, "currency_amount", "currency"),
        (code & ~given, "currency", "currency_amount"),
    ):
        if block.notation == "flat" and other not in block.names:
            continue  # a missing column is reported elsewhere
        if alone.any():
            text = block.text if column in block.text.columns else lines
            value = pl.col(column).cast(pl.String)
            expected = pl.lit(block.names.get(other, _NAMES[other]))
            found = text.filter(alone).select("line", value=value, expected=expected)
            name = block.names.get(column, _NAMES[column])
            if column != "currency":
                habits.add("FEC-DEV-01", found, FOREIGN, name)
                continue
            is_own = pl.col("value").str.strip_chars().str.to_uppercase() == _OWN
            habits.add("FEC-DEV-03", found.filter(is_own), column, name)
            # Without a place for amounts in currency, those of the line may be in it.
            rule = "FEC-DEV-01" if other in block.names else "MOD-DEV-01"
            habits.add(rule, found.filter(~is_own), column, name)


def check_before_euro(entries: Entries, anomalies: Anomalies) -> None:
    """Record once that entries are so old that their amounts may be in francs."""
    first = entries.table["entry_date"].min()
    if not isinstance(first, date) or first >= _EURO_DAY:
        return
    old = entries.table.filter(pl.col("entry_date") < _EURO_DAY)
    line, lines = int(old["first_line"][0]), int(old["lines"].sum())
    anomalies.add("FEC-DEV-04", line=line, value=count_text(lines))


def _unread(block: Block) -> pl.Series:
    """Return which lines have a text in the place of their amount in currency."""
    amount = block.lines["currency_amount"]
    if "currency_amount" in block.text.columns:
        text = block.text["currency_amount"]
        if not all_null_are_empty(amount, text):
            return amount.is_null() & (text.str.strip_chars() != "")
    return constant(value=False, rows=amount.len(), dtype=pl.Boolean)
