"""Balance: every entry to the cent, and the whole file (PCG, article 1031-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.amounts import cents_text, cents_text_of
from ecritures.core.totals import Totals

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.rules.entries.grouping import Entries


def totals_of(lines: pl.DataFrame) -> Totals:
    """Add up canonical lines."""
    return Totals(lines.height, int(lines["debit_cents"].sum()), int(lines["credit_cents"].sum()))


def check_balance(entries: Entries, totals: Totals, anomalies: Anomalies) -> None:
    """Record the entries off balance, and the file when it is; amounts unread hide neither."""
    unbalanced = entries.unbalanced
    if unbalanced.height:
        anomalies.extend(
            "FEC-ECR-01",
            unbalanced.select(
                line="first_line",
                entry=entry_key(),
                value=cents_text_of(pl.col("balance_cents")),
                expected=entry_key(),
            ),
        )
    difference = totals.debit_cents - totals.credit_cents
    unread = entries.table["unreadable"].sum() + anomalies.counts["FEC-STR-07"]
    if difference and not unread:
        anomalies.add("FEC-EQU-02", value=cents_text(difference))


def entry_key() -> pl.Expr:
    """The key of an entry as people name it: journal, slash, number."""
    return pl.concat_str(pl.col("journal_code").cast(pl.String), pl.lit("/"), "entry_number")
