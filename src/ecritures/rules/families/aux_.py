"""Auxiliary accounts: a number and its label go together (article A47 A-1 VII 1°, fields 7–8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.accounts import damaged
from ecritures.core.habits import Habit

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.labels import Labels


_COLUMNS = ("third_party_number", "third_party_label")


class ThirdPartyChecks:
    """Looks for auxiliary accounts without a label, and labels without an account.

    Args:
        anomalies: Where they are recorded.
    """

    def __init__(self, anomalies: Anomalies) -> None:
        names = ("CompAuxNum", "CompAuxLib")
        self._habits = [Habit(anomalies, "FEC-AUX-01", name) for name in names]

    def check(self, block: Block) -> None:
        """Look at a block."""
        if block.notation == "model":  # a rule of the FEC alone
            return
        given = [block.lines[column] != "" for column in _COLUMNS]
        for habit, column, other, here, there in zip(
            self._habits,
            _COLUMNS,
            ("CompAuxLib", "CompAuxNum"),
            given,
            reversed(given),
            strict=True,
        ):
            alone = here & ~there
            found = None
            if alone.any():
                rows = block.lines.select("line", value=column).filter(alone)
                found = rows.with_columns(expected=pl.lit(other))
            habit.add(found, int(here.sum()))

    def finish(self) -> None:
        """Record that all lines have one of the two only."""
        for habit in self._habits:
            habit.finish()


def check_third_party_labels(labels: Labels, anomalies: Anomalies) -> None:
    """Record the other labels of an auxiliary account that has several."""
    anomalies.extend(
        "FEC-AUX-02", labels.other("third_party"), column=labels.names.get("third_party_label")
    )


def check_third_party_numbers(labels: Labels, anomalies: Anomalies) -> None:
    """Record each auxiliary account that a spreadsheet has damaged, at its first line."""
    table = labels.table["third_party"]
    lost = damaged(table["code"])
    if lost is not None:
        found = table.filter(lost).unique("code", keep="first", maintain_order=True)
        column = labels.names.get("third_party_number")
        anomalies.extend("FEC-AUX-03", found.select("line", value="code"), column=column)
