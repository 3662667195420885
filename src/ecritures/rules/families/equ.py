"""Balance: the whole file, its total as it states it, and each journal each month.

The source is PCG, article 1031-1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.amounts import cents_text
from ecritures.core.frames import cents_text_of
from ecritures.core.total_rows import differs
from ecritures.rules.unread import UNREAD_LINES

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.total_rows import StatedTotal
    from ecritures.core.totals import Totals
    from ecritures.rules.entries.found import Entries


def check_totals(
    entries: Entries, totals: Totals, stated: StatedTotal | None, anomalies: Anomalies
) -> None:
    """Record that the file is off balance, or that the total it states is not that of its lines.

    Nothing is said where amounts are missing because they are unread.
    """
    unread = sum(anomalies.counts[code] for code in UNREAD_LINES)
    if unread or entries.table["unreadable"].sum():
        return
    if difference := totals.debit_cents - totals.credit_cents:
        is_signed = totals.credit_cents == -totals.debit_cents  # credits are written with a minus
        credit = cents_text(totals.credit_cents) if is_signed else None
        anomalies.add("FEC-EQU-02", value=cents_text(difference), expected=credit)
    if stated is None:
        return
    for column, text, cents in (
        ("Debit", stated.debit, totals.debit_cents),
        ("Credit", stated.credit, totals.credit_cents),
    ):
        if differs(text, cents):
            anomalies.add(
                "FEC-EQU-04",
                line=stated.line,
                column=column,
                value=text.strip(),
                expected=cents_text(cents),
            )


def check_months(entries: Entries, anomalies: Anomalies) -> None:
    """Record the journals off balance in a month, unless entries off balance already say so.

    An entry over several journals is reported as such: each of them is off balance by its part.
    """
    if not entries.unbalanced.is_empty() or entries.table["unreadable"].sum():
        return
    month = pl.col("entry_date").dt.month_start()
    over = entries.over_journals["entry"].unique()
    runs = (
        entries.runs.filter(~pl.col("entry").is_in(over.implode())) if over.len() else entries.runs
    )
    months = (
        runs.lazy()
        .select("journal_code", "balance_cents", month=month)
        .group_by("journal_code", "month")
        .agg(pl.col("balance_cents").sum())
        .filter(pl.col("balance_cents") != 0)
        .sort("month", pl.col("journal_code").cast(pl.String))
        .collect(engine="in-memory")
    )
    if months.is_empty():
        return
    anomalies.extend(
        "FEC-EQU-03",
        months.select(
            value=cents_text_of(pl.col("balance_cents")),
            entry=pl.col("journal_code").cast(pl.String),
            expected=pl.col("month").dt.strftime("%Y-%m"),
        ),
    )
