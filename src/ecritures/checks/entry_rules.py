"""What an entry should be: two lines, one date, in one place; openings first, no closing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.checks.balance import entry_key
from ecritures.model.amounts import cents_text_of

if TYPE_CHECKING:
    from ecritures.checks.entries import Entries
    from ecritures.model.anomalies import Anomalies

OPENING_CODES = ("AN", "ANO", "RAN", "ANX", "AN0", "OUV", "BO")
OPENING_WORDS = r"(?i)nouveau|ouverture|reprise des soldes"


def check_entries(entries: Entries, journals: pl.DataFrame, anomalies: Anomalies) -> None:
    """Record the entries that are not as the norm or the chart of accounts wants them.

    Args:
        entries: The entries of the file.
        journals: `code` and `label` of its journals.
        anomalies: Where what is wrong is recorded.
    """
    key = entry_key().alias("entry")
    single = entries.table.filter(pl.col("lines") == 1)
    anomalies.extend("FEC-ECR-02", single.select(key, line="first_line"))
    _check_dates(entries, anomalies)
    _check_places(entries, anomalies)
    _check_months(entries, anomalies)
    _check_openings(entries.table, journals, anomalies)


def _check_dates(entries: Entries, anomalies: Anomalies) -> None:
    """One entry date and one validation date an entry; and balance day by day."""
    several = entries.table.filter(pl.col("dates") > 1).select("entry", first_date="entry_date")
    runs = entries.runs.join(several, on="entry", maintain_order="left")
    other = runs.filter(pl.col("entry_date").ne_missing(pl.col("first_date"))).unique(
        "entry", keep="first", maintain_order=True
    )
    day = pl.col("entry_date").dt.strftime("%Y%m%d")
    anomalies.extend(
        "FEC-ECR-03",
        other.select(
            line="first_line", value=day, expected=pl.col("first_date").dt.strftime("%Y%m%d")
        ),
        column="EcritureDate",
    )
    days = runs.group_by("entry", "entry_date", maintain_order=True).agg(
        pl.col("first_line").first(), pl.col("debit_cents", "credit_cents").sum()
    )
    balance = pl.col("debit_cents") - pl.col("credit_cents")
    anomalies.extend(
        "FEC-ECR-06",
        days.filter(balance != 0)
        .unique("entry", keep="first", maintain_order=True)
        .select(line="first_line", value=cents_text_of(balance), expected=day),
    )
    validated = entries.table.filter(pl.col("first_validation") != pl.col("last_validation"))
    anomalies.extend(
        "FEC-ECR-07",
        validated.select(
            entry_key().alias("entry"),
            line="first_line",
            value=pl.col("last_validation").dt.strftime("%Y%m%d"),
            expected=pl.col("first_validation").dt.strftime("%Y%m%d"),
        ),
        column="ValidDate",
    )


def _check_places(entries: Entries, anomalies: Anomalies) -> None:
    """The lines of an entry stand together."""
    if (entries.table["runs"] > 1).sum() == 0:
        return
    places = entries.runs.filter(
        (pl.col("entry") != pl.col("entry").shift(1)).fill_null(value=True)
    )
    again = places.filter(~pl.col("entry").is_first_distinct()).unique(
        "entry", keep="first", maintain_order=True
    )
    anomalies.extend("FEC-ECR-04", again.select(entry_key().alias("entry"), line="first_line"))


def _check_months(entries: Entries, anomalies: Anomalies) -> None:
    """Each journal balances each month; what entries off balance already say is not said again."""
    if not entries.unbalanced.is_empty() or entries.table["unreadable"].sum():
        return
    months = (
        entries.runs.group_by("journal_code", month=pl.col("entry_date").dt.strftime("%Y-%m"))
        .agg(pl.col("debit_cents", "credit_cents").sum())
        .filter(pl.col("debit_cents") != pl.col("credit_cents"))
        .sort("journal_code", "month")
    )
    anomalies.extend(
        "FEC-EQU-03",
        months.select(
            value=cents_text_of(pl.col("debit_cents") - pl.col("credit_cents")),
            expected=pl.concat_str("journal_code", pl.lit(" "), "month"),
        ),
    )


def _check_openings(table: pl.DataFrame, journals: pl.DataFrame, anomalies: Anomalies) -> None:
    """Opening entries are there, and come first."""
    opening_codes = journals.filter(
        pl.col("code").str.to_uppercase().is_in(OPENING_CODES)
        | pl.col("label").str.contains(OPENING_WORDS)
    )["code"].unique()
    is_opening = pl.col("journal_code").is_in(opening_codes.implode())
    openings = table.filter(is_opening)
    if openings.is_empty():
        anomalies.add("FEC-ORD-03")
        return
    first_other = table.filter(~is_opening)["first_line"].min()
    late = openings.filter(pl.col("first_line") > first_other)
    anomalies.extend(
        "FEC-ORD-02",
        late.select(entry_key().alias("entry"), line="first_line", value="journal_code"),
        column="JournalCode",
    )
