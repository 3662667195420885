"""The figures of a file that charts are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from ecritures.rules.entries.found import Entries


def statistics(entries: Entries, accounts: pl.DataFrame) -> dict[str, Any]:
    """Return the figures that charts are made of.

    Args:
        entries: The entries of the file.
        accounts: `code`, `debit_cents` and `credit_cents` of its accounts.

    Returns:
        `entriesByMonth`: month → entries; `classes`: first digit → debitCents, creditCents.
    """
    months = (
        entries.table.group_by(month=pl.col("entry_date").dt.month_start())
        .len()
        .filter(pl.col("month").is_not_null())
        .sort("month")
        .with_columns(pl.col("month").dt.strftime("%Y-%m"))
    )
    classes = (
        accounts.group_by(first=pl.col("code").str.head(1))
        .agg(pl.col("debit_cents", "credit_cents").sum())
        .sort("first")
    )
    return {
        "entriesByMonth": dict(months.iter_rows()),
        "classes": {
            first: {"debitCents": debit, "creditCents": credit}
            for first, debit, credit in classes.iter_rows()
        },
    }
