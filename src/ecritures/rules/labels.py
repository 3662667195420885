"""Codes and their labels over the whole file: one account, one label; the chart of accounts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.regime import Regime

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block

KINDS = {
    "journal": ("journal_code", "journal_label", "FEC-JRN-01"),
    "account": ("account_number", "account_label", "FEC-CPT-04"),
    "third_party": ("third_party_number", "third_party_label", "FEC-AUX-02"),
}
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


class LabelChecks:
    """Gathers the distinct codes and labels of a file, with their first line and their sums."""

    def __init__(self, regime: Regime | None, anomalies: Anomalies) -> None:
        self._regime = regime
        self._anomalies = anomalies
        self._seen: dict[str, list[pl.DataFrame]] = {kind: [] for kind in KINDS}
        self._names: dict[str, str] = {}

    def check(self, block: Block) -> None:
        """Gather the codes of a block."""
        self._names |= block.names
        coming = []
        for kind, (code, label, _) in KINDS.items():
            sums = ["debit_cents", "credit_cents"] if kind == "account" else []
            lines = block.lines.lazy().select("line", *sums, code=code, label=label)
            if kind == "third_party":  # most lines have none
                lines = lines.filter((pl.col("code") != "") | (pl.col("label") != ""))
            groups = lines.group_by("code", "label").agg(
                pl.col("line").min(), pl.len().cast(pl.UInt32).alias("lines"), pl.col(sums).sum()
            )
            coming.append(groups)
        for kind, found in zip(KINDS, pl.collect_all(coming, engine="in-memory"), strict=True):
            self._seen[kind].append(found)

    def finish(self) -> dict[str, pl.DataFrame]:
        """Record what is wrong; return, for each kind, its codes and labels in file order."""
        found = {kind: self._merged(kind) for kind in KINDS}
        for kind, (column, _, code) in KINDS.items():
            self._check_one_label(found[kind], column, code)
        if self._regime in (Regime.BIC, None):
            self._check_chart(found["account"])
        return found

    def _merged(self, kind: str) -> pl.DataFrame:
        sums = [pl.col("debit_cents", "credit_cents").sum()] if kind == "account" else []
        frames = self._seen.pop(kind)
        if len(frames) == 1:
            return frames[0].sort("line", "code")
        return (
            pl.concat(frames)
            .group_by("code", "label")
            .agg(pl.col("line").min(), pl.col("lines").sum(), *sums)
            .sort("line", "code")
        )

    def _check_one_label(self, found: pl.DataFrame, column: str, code: str) -> None:
        """Record each label of a code but the one most of its lines have."""
        if found["code"].n_unique() == found.height:
            return
        several = found.filter((pl.col("code") != "") & (pl.len().over("code") > 1))
        if several.is_empty():
            return
        most = (pl.col("label").sort_by("lines", descending=True, maintain_order=True)).first()
        other = several.with_columns(expected=most.over("code")).filter(
            pl.col("label") != pl.col("expected")
        )
        label = column.rpartition("_")[0] + "_label"
        self._anomalies.extend(
            code,
            other.sort("line").select(
                "line",
                value=pl.concat_str("code", pl.lit(" : "), "label"),
                expected="expected",
            ),
            column=self._names.get(label),
        )

    def _check_chart(self, accounts: pl.DataFrame) -> None:
        odd: dict[str, dict[str, int]] = {}
        for number, line in accounts.select("code", "line").iter_rows():
            if code := _odd_root(number):
                odd.setdefault(code, {}).setdefault(number, line)
        for code, first in odd.items():
            found = pl.DataFrame({"line": first.values(), "value": first.keys()})
            self._anomalies.extend(code, found, column=self._names.get("account_number"))


def _odd_root(number: str) -> str | None:
    """Return the code of what is odd with the first digits of an account, if they are digits."""
    if not _NUMBERED.match(number) or (number[:2] in ROOTS and number[0] != "8"):
        return None
    return {"0": "FEC-CPT-02", "9": "FEC-CPT-02", "8": "FEC-CPT-08"}.get(number[0], "FEC-CPT-03")
