"""Balance: every entry to the cent, and the whole file (PCG, article 1031-1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from ecritures.model.amounts import cents_text, cents_text_of

if TYPE_CHECKING:
    from ecritures.checks.entries import Entries
    from ecritures.model.anomalies import Anomalies


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of a file; the same figures are asked of the ledger after loading."""

    lines: int
    debit_cents: int
    credit_cents: int


def totals_of(entries: Entries) -> Totals:
    """Add up the entries of a file, without ever overflowing."""
    table = entries.table
    return Totals(
        int(table["lines"].sum()),
        int(table["debit_cents"].cast(pl.Int128).sum()),
        int(table["credit_cents"].cast(pl.Int128).sum()),
    )


def check_balance(entries: Entries, totals: Totals, anomalies: Anomalies) -> None:
    """Record the entries off balance, and the file when it is; amounts unread hide neither."""
    difference_cents = pl.col("debit_cents") - pl.col("credit_cents")
    anomalies.extend(
        "FEC-ECR-01",
        entries.unbalanced.select(
            line="first_line",
            entry=entry_key(),
            value=cents_text_of(difference_cents),
            expected=entry_key(),
        ),
    )
    difference = totals.debit_cents - totals.credit_cents
    unread = entries.table["unreadable"].sum() + anomalies.counts["FEC-STR-07"]
    if difference and not unread:
        anomalies.add("FEC-EQU-02", value=cents_text(difference))


def entry_key() -> pl.Expr:
    """The key of an entry as people name it: journal, slash, number."""
    return pl.concat_str("journal_code", pl.lit("/"), "entry_number")
