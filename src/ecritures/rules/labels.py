"""The codes of journals, accounts and third parties over a whole file, with their labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.core.lines import Block

KINDS = {
    "journal": ("journal_code", "journal_label"),
    "account": ("account_number", "account_label"),
    "third_party": ("third_party_number", "third_party_label"),
}


@dataclass(frozen=True, slots=True)
class Labels:
    """The distinct codes and labels of a file.

    Attributes:
        table: Kind, a key of `KINDS` → one row for each code and label, in file order: `code`,
            `label`, `line` (the first that has them), `lines` (how many have them); of accounts,
            `debit_cents` and `credit_cents` too.
        names: Canonical column → its name in the file.
    """

    table: Mapping[str, pl.DataFrame]
    names: Mapping[str, str]

    def other(self, kind: str) -> pl.DataFrame:
        """Return each label of a code but the one most of its lines have.

        Returns:
            `line`, `value` (code and label) and `expected` (the label most lines have).
        """
        found = self.table[kind]
        if found["code"].n_unique() == found.height:
            return found.clear()
        several = found.filter((pl.col("code") != "") & (pl.len().over("code") > 1))
        if several.is_empty():
            return several
        most = (pl.col("label").sort_by("lines", descending=True, maintain_order=True)).first()
        other = several.with_columns(expected=most.over("code")).filter(
            pl.col("label") != pl.col("expected")
        )
        return other.sort("line").select(
            "line", value=pl.concat_str("code", pl.lit(" : "), "label"), expected="expected"
        )


class LabelGatherer:
    """Gathers the distinct codes and labels of a file, block after block."""

    def __init__(self) -> None:
        self._seen: dict[str, list[pl.DataFrame]] = {kind: [] for kind in KINDS}
        self._names: dict[str, str] = {}

    def add(self, block: Block) -> None:
        """Gather the codes of a block."""
        self._names |= block.names
        coming = []
        for kind, (code, label) in KINDS.items():
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

    def finish(self) -> Labels:
        """Bring the blocks together."""
        return Labels({kind: self._merged(kind) for kind in KINDS}, self._names)

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
