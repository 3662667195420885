"""Account numbers (article A47 A-1 VII 1°, field 5) and the chart of accounts (PCG 1111-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.accounts import DISGUISED, LOST, plain_account
from ecritures.core.regime import Regime
from ecritures.rules.roots import ROOT_DIGITS_MAX, lawful_roots

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.labels import Labels

_WITH_CHART = (Regime.BIC, None)


def check_no_account(block: Block, anomalies: Anomalies) -> None:
    """Record the lines without an account."""
    absent = block.lines["account_number"] == ""
    if absent.any():
        anomalies.extend(
            "FEC-CPT-05",
            block.lines.filter(absent).select("line"),
            column=block.names.get("account_number"),
        )


def check_account_numbers(labels: Labels, regime: Regime | None, anomalies: Anomalies) -> None:
    """Record each account that is damaged or does not start with three digits, at its first line.

    Only some regimes ask for the three digits.
    """
    first = labels.table["account"].unique("code", maintain_order=True)
    found = first.select("line", value="code").filter(pl.col("value") != "")
    column, number = labels.names.get("account_number"), pl.col("value")
    disguised = number.str.contains(DISGUISED)
    anomalies.extend("FEC-CPT-09", found.filter(number.str.contains(LOST)), column=column)
    anomalies.extend(
        "FEC-CPT-10",
        found.filter(disguised).with_columns(expected=plain_account(number)),
        column=column,
    )
    if regime in _WITH_CHART and column:
        damaged = disguised | number.str.contains(LOST)
        other = found.filter(~damaged & ~number.str.contains(r"^[0-9]{3}"))
        if regime is None:  # a model: MOD-CPT-01 tells the third parties written in its place
            other = other.filter(~number.str.contains("[A-Za-z]"))
        anomalies.extend("FEC-CPT-01", other, column=column)


def check_account_labels(labels: Labels, anomalies: Anomalies) -> None:
    """Record the other labels of an account that has several."""
    anomalies.extend(
        "FEC-CPT-04", labels.other("account"), column=labels.names.get("account_label")
    )


def check_chart(
    labels: Labels, regime: Regime | None, chart: str | None, anomalies: Anomalies
) -> None:
    """Record each account whose root no chart has, or not the chart named, at its first line."""
    if regime not in _WITH_CHART:
        return
    first = labels.table["account"].unique("code", maintain_order=True)
    found = first.select("line", value="code").filter(
        pl.col("value").str.contains(r"^[0-9]{3}") & ~pl.col("value").str.contains(DISGUISED)
    )
    number, roots = pl.col("value"), lawful_roots(chart)
    lawful = pl.any_horizontal(
        number.str.head(n).is_in(roots) for n in range(1, ROOT_DIGITS_MAX + 1)
    )
    special = number.str.starts_with("8")
    odd_class = number.str.contains(r"^[09]")
    column = labels.names.get("account_number")
    for code, odd in (
        ("FEC-CPT-02", odd_class & ~lawful),
        ("FEC-CPT-03", ~odd_class & ~lawful),
        ("FEC-CPT-08", special & lawful),
    ):
        anomalies.extend(code, found.filter(odd), column=column)
