"""Account numbers (article A47 A-1 VII 1°, field 5) and the chart of accounts (PCG 1111-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.accounts import (
    DISGUISED,
    LOST,
    NAMED,
    NO_DIGIT,
    PERHAPS,
    plain_account,
    twin_of,
)
from ecritures.core.habits import report_most
from ecritures.core.regime import Regime
from ecritures.rules.roots import ROOT_DIGITS_MAX, lawful_roots

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.labels import Labels

_WITH_CHART = (Regime.BIC, None)
_PLAIN = r"^(?:[0-9]{3}[0-9A-Za-z]*)?$"  # neither damaged nor without its three digits


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
    code = labels.table["account"]["code"].str
    if (code.contains(_PLAIN) & ~code.contains(f"{DISGUISED}|{PERHAPS}")).all():
        return
    found = _first_of_each(labels)
    column, number = labels.names.get("account_number"), found["value"]
    lost = number.str.contains(LOST)
    disguised = number.str.contains(DISGUISED) & ~lost
    if lost.any():
        anomalies.extend("FEC-CPT-09", found.filter(lost), column=column)
    if disguised.any():
        written = plain_account(pl.col("value")).str.replace(NAMED, "$1")
        plain = found.filter(disguised).with_columns(expected=written)
        anomalies.extend("FEC-CPT-10", plain, column=column)
    twins = found.with_columns(expected=twin_of(number)).filter(pl.col("expected").is_not_null())
    anomalies.extend("FEC-CPT-10", twins, column=column)
    words = number.str.contains(NO_DIGIT) & ~lost
    if regime is Regime.BIC and words.any():
        label = pl.when(pl.col("label").str.contains(r"^[0-9]{3,}$")).then("label")
        exchanged = found.filter(words).select("line", "value", expected=label)
        anomalies.extend("FEC-CPT-11", exchanged, column=column)
    if regime in _WITH_CHART and column:
        other = ~(disguised | lost | words) & ~number.str.contains(r"^[0-9]{3}")
        if regime is None:  # a model: MOD-CPT-01 tells the third parties written in its place
            other &= ~number.str.contains("[A-Za-z]")
        if other.any():
            anomalies.extend("FEC-CPT-01", found.filter(other), column=column)


def _first_of_each(labels: Labels) -> pl.DataFrame:
    """Return the first `line` of each account number, its `value`, and its `label` there."""
    table = labels.table["account"]
    code = table["code"]
    kept = code.is_first_distinct() & (code != "")
    return table.filter(kept).select("line", "label", value="code")


def check_account_labels(labels: Labels, anomalies: Anomalies) -> None:
    """Record the other labels of an account that has several."""
    found, accounts = labels.other("account"), labels.table["account"]["code"].n_unique()
    column = labels.names.get("account_label")
    report_most(anomalies, "FEC-CPT-04", found, accounts, column=column)


def check_chart(
    labels: Labels, regime: Regime | None, chart: str | None, anomalies: Anomalies
) -> None:
    """Record each account whose root no chart has, or not the chart named, at its first line."""
    if regime not in _WITH_CHART:
        return
    roots, lengths = lawful_roots(chart), range(1, ROOT_DIGITS_MAX + 1)
    given = labels.table["account"]["code"].str.head(ROOT_DIGITS_MAX).unique().to_list()
    known = [root for root in given if any(root[:length] in roots for length in lengths)]
    if len(known) == len(given) and not any(root.startswith("8") for root in given):
        return
    found = _first_of_each(labels)
    number = found["value"]
    numbered = number.str.contains(r"^[0-9]{3}") & ~number.str.contains(f"{DISGUISED}|{LOST}")
    found = found.filter(numbered & twin_of(number).is_null())
    number = found["value"]
    lawful = number.str.head(ROOT_DIGITS_MAX).is_in(known)
    special, odd_class = number.str.starts_with("8"), number.str.contains(r"^[09]")
    column = labels.names.get("account_number")
    for code, odd in (
        ("FEC-CPT-02", odd_class & ~lawful),
        ("FEC-CPT-03", ~odd_class & ~lawful),
        ("FEC-CPT-08", special & lawful),
    ):
        if odd.any():
            anomalies.extend(code, found.filter(odd), column=column)
