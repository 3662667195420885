"""Fields that go together: an auxiliary and its label, an amount and its currency, lettering."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from ecritures.model.anomalies import Anomalies
    from ecritures.model.lines import Block


def check_pairs(block: Block, anomalies: Anomalies) -> None:
    """Record the fields that stand alone where the law makes them two."""
    lines = block.lines
    amount, code = lines["currency_amount"].is_not_null(), lines["currency"] != ""
    foreign = amount & (lines["currency_amount"].fill_null(0) != 0)
    _record(block, anomalies, "FEC-DEV-01", (foreign & ~code) | (code & ~amount), "currency")
    if block.notation == "model":  # the other pairs are of the law of the FEC alone
        return
    number, label = lines["third_party_number"] != "", lines["third_party_label"] != ""
    _record(block, anomalies, "FEC-AUX-01", number != label, "third_party_number")
    letters, day = lines["lettering"] != "", lines["lettering_date"].is_not_null()
    if "lettering_date" in block.names:
        day |= block.text["lettering_date"].str.strip_chars() != ""
    _record(block, anomalies, "FEC-LET-01", letters != day, "lettering")


def _record(block: Block, anomalies: Anomalies, code: str, wrong: pl.Series, column: str) -> None:
    if wrong.any():
        found = block.lines.filter(wrong).select("line", value=pl.col(column))
        anomalies.extend(code, found, column=block.names.get(column))
