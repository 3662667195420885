"""Account numbers (article A47 A-1 VII 1°, field 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.regime import Regime

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block


def check_accounts(block: Block, regime: Regime | None, anomalies: Anomalies) -> None:
    """Record the accounts that do not start with three digits, where the law asks for them."""
    if regime not in (Regime.BIC, None) or "account_number" not in block.text.columns:
        return
    numbers = block.lines["account_number"].unique()
    wrong = numbers.filter((numbers != "") & ~numbers.str.contains(r"^[0-9]{3}"))
    if wrong.len():
        found = block.lines.filter(pl.col("account_number").is_in(wrong.implode()))
        anomalies.extend(
            "FEC-CPT-01",
            found.select("line", value="account_number"),
            column=block.names.get("account_number"),
        )
