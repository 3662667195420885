"""Auxiliary accounts: a number and its label go together (article A47 A-1 VII 1°, fields 7–8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.labels import Labels


def check_third_parties(block: Block, anomalies: Anomalies) -> None:
    """Record the auxiliary accounts without a label, and the labels without an account."""
    if block.notation == "model":  # a rule of the FEC alone
        return
    number, label = (block.lines[f"third_party_{part}"] != "" for part in ("number", "label"))
    alone = number != label
    if alone.any():
        found = block.lines.filter(alone).select("line", value=pl.col("third_party_number"))
        anomalies.extend("FEC-AUX-01", found, column=block.names.get("third_party_number"))


def check_third_party_labels(labels: Labels, anomalies: Anomalies) -> None:
    """Record the other labels of an auxiliary account that has several."""
    anomalies.extend(
        "FEC-AUX-02", labels.other("third_party"), column=labels.names.get("third_party_label")
    )
