"""Currencies: an amount and its currency go together (article A47 A-1 VII 1°, fields 17–18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import all_null_are_empty, or_zero

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block


def check_currencies(block: Block, anomalies: Anomalies) -> None:
    """Record the amounts without their currency, and the currencies without an amount."""
    lines = block.lines
    amount, code = lines["currency_amount"], lines["currency"] != ""
    if amount.null_count() == lines.height and not code.any():
        return
    given, foreign = amount.is_not_null(), or_zero(amount) != 0
    alone = (foreign & ~code) | (code & ~given)
    if alone.any():
        found = lines.filter(alone).select("line", value=pl.col("currency"))
        anomalies.extend("FEC-DEV-01", found, column=block.names.get("currency"))


def check_currency_amounts(block: Block, anomalies: Anomalies) -> None:
    """Record the amounts in currency that cannot be read."""
    if "currency_amount" not in block.text.columns or all_null_are_empty(
        block.lines["currency_amount"], block.text["currency_amount"]
    ):
        return
    unread = block.lines["currency_amount"].is_null()
    text = block.text.select("line", value=pl.col("currency_amount").str.strip_chars())
    anomalies.extend(
        "FEC-DEV-02",
        text.filter(unread & (pl.col("value") != "")),
        column=block.names.get("currency_amount"),
    )
