"""Account numbers (article A47 A-1 VII 1°, field 5) and the chart of accounts (PCG 1111-1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.regime import Regime

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.labels import Labels

_WITH_CHART = (Regime.BIC, None)
_NUMBERED = re.compile(r"[0-9]{3}")
ROOTS = frozenset(
    str(root)
    for first, last in (
        *((10, 18), (20, 23), (25, 29), (31, 39), (40, 54), (58, 59), (60, 72), (74, 80)),
        (88, 89),
    )
    for root in range(first, last + 1)
)
"""Two-digit roots of the charts from 2023 to 2026 (PCG 1111-1), a little widely: 54, 79, 80, 88 and
89 left the chart in 2025 and stay in use for earlier years."""


def check_no_account(block: Block, anomalies: Anomalies) -> None:
    """Record the lines without an account."""
    absent = block.lines["account_number"] == ""
    if absent.any():
        anomalies.extend(
            "FEC-CPT-05",
            block.lines.filter(absent).select("line"),
            column=block.names.get("account_number"),
        )


def check_account_numbers(block: Block, regime: Regime | None, anomalies: Anomalies) -> None:
    """Record the accounts that do not start with three digits, where the law asks for them."""
    if regime not in _WITH_CHART or "account_number" not in block.text.columns:
        return
    numbers = block.lines["account_number"].unique()
    wrong = numbers.filter((numbers != "") & ~numbers.str.contains(r"^[0-9]{3}"))
    if block.notation == "model":  # MOD-CPT-01 tells the third parties written in its place
        wrong = wrong.filter(~wrong.str.contains("[A-Za-z]"))
    if wrong.len():
        found = block.lines.filter(pl.col("account_number").is_in(wrong.implode()))
        anomalies.extend(
            "FEC-CPT-01",
            found.select("line", value="account_number"),
            column=block.names.get("account_number"),
        )


def check_account_labels(labels: Labels, anomalies: Anomalies) -> None:
    """Record the other labels of an account that has several."""
    anomalies.extend(
        "FEC-CPT-04", labels.other("account"), column=labels.names.get("account_label")
    )


def check_chart(labels: Labels, regime: Regime | None, anomalies: Anomalies) -> None:
    """Record each account that the chart of accounts does not have, at its first line."""
    if regime not in _WITH_CHART:
        return
    odd: dict[str, dict[str, int]] = {}
    for number, line in labels.table["account"].select("code", "line").iter_rows():
        if code := _odd_root(number):
            odd.setdefault(code, {}).setdefault(number, line)
    for code, first in odd.items():
        found = pl.DataFrame({"line": first.values(), "value": first.keys()})
        anomalies.extend(code, found, column=labels.names.get("account_number"))


def _odd_root(number: str) -> str | None:
    """Return the code of what is odd with the first digits of an account, if they are digits."""
    if not _NUMBERED.match(number) or (number[:2] in ROOTS and number[0] != "8"):
        return None
    return {"0": "FEC-CPT-02", "9": "FEC-CPT-02", "8": "FEC-CPT-08"}.get(number[0], "FEC-CPT-03")
