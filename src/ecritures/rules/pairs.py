"""Fields that go together: an auxiliary and its label, an amount and its currency, lettering."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import all_null_are_empty, or_zero

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block


def check_pairs(block: Block, anomalies: Anomalies) -> None:
    """Record the fields that stand alone where the law makes them two."""
    lines = block.lines
    amount, code = lines["currency_amount"], lines["currency"] != ""
    if amount.null_count() < lines.height or code.any():
        given, foreign = amount.is_not_null(), or_zero(amount) != 0
        _record(block, anomalies, "FEC-DEV-01", (foreign & ~code) | (code & ~given), "currency")
    if block.notation == "model":  # the other pairs are of the law of the FEC alone
        return
    number, label = lines["third_party_number"] != "", lines["third_party_label"] != ""
    _record(block, anomalies, "FEC-AUX-01", number != label, "third_party_number")
    _record(
        block, anomalies, "FEC-LET-01", (lines["lettering"] != "") != _dated(block), "lettering"
    )


def _dated(block: Block) -> pl.Series:
    """Tell which lines have a lettering date, or a text in its place."""
    day = block.lines["lettering_date"]
    if "lettering_date" not in block.names:
        return day.is_not_null()
    text = block.text["lettering_date"]
    if all_null_are_empty(day, text):
        return text != ""
    return day.is_not_null() | (text.str.strip_chars() != "")


def _record(block: Block, anomalies: Anomalies, code: str, wrong: pl.Series, column: str) -> None:
    if wrong.any():
        found = block.lines.filter(wrong).select("line", value=pl.col(column))
        anomalies.extend(code, found, column=block.names.get(column))
