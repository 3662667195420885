"""What an entry should be: two lines, one date, in one place; openings first, no closing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.amounts import cents_text_of
from ecritures.core.frames import is_like_before
from ecritures.rules.balance import entry_key

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.entries.grouping import Entries

OPENING_CODES = ("AN", "ANO", "RAN", "ANX", "AN0", "OUV", "BO")
OPENING_WORDS = re.compile("nouveau|ouverture|reprise des soldes", re.IGNORECASE)


def check_entries(entries: Entries, anomalies: Anomalies) -> None:
    """Record the entries that are not as the norm or the chart of accounts wants them."""
    single = entries.table["lines"] == 1
    if single.any():
        found = entries.table.filter(single).select(entry_key().alias("entry"), line="first_line")
        anomalies.extend("FEC-ECR-02", found)
    _check_dates(entries, anomalies)
    _check_places(entries, anomalies)
    _check_months(entries, anomalies)


def check_validation(block: Block, anomalies: Anomalies) -> None:
    """Record the lines validated on another day than the line before them in their entry."""
    lines = block.lines
    other = ~is_like_before(lines, ("validation_date",))
    other &= is_like_before(lines, ("journal_code", "entry_number"))
    if other.any():
        written = pl.col("validation_date").dt.strftime("%Y%m%d")
        found = lines.select("line", value=written, expected=written.shift(1)).filter(other)
        anomalies.extend("FEC-ECR-07", found, column=block.names.get("validation_date"))


def _check_dates(entries: Entries, anomalies: Anomalies) -> None:
    """One date an entry; and balance day by day."""
    if not entries.table["dates"].any():
        return
    several = entries.table.filter("dates").select("entry", first_date="entry_date")
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
        pl.col("first_line").first(), pl.col("balance_cents").sum()
    )
    anomalies.extend(
        "FEC-ECR-06",
        days.filter(pl.col("balance_cents") != 0)
        .unique("entry", keep="first", maintain_order=True)
        .select(line="first_line", value=cents_text_of(pl.col("balance_cents")), expected=day),
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
    month = pl.col("entry_date").dt.month_start()
    months = (
        entries.runs.lazy()
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
            expected=pl.concat_str(
                pl.col("journal_code").cast(pl.String),
                pl.lit(" "),
                pl.col("month").dt.strftime("%Y-%m"),
            ),
        ),
    )


def check_openings(table: pl.DataFrame, journals: pl.DataFrame, anomalies: Anomalies) -> None:
    """Record that opening entries are not there, or do not come first.

    Args:
        table: The entries of the file.
        journals: `code` and `label` of its journals.
        anomalies: Where what is wrong is recorded.
    """
    opening_codes = [
        code
        for code, label in journals.select("code", "label").iter_rows()
        if code.upper() in OPENING_CODES or OPENING_WORDS.search(label)
    ]
    if not opening_codes:
        anomalies.add("FEC-ORD-03")
        return
    is_opening = pl.col("journal_code").is_in(opening_codes)
    late = table.filter(is_opening & ((~is_opening).cum_max().shift(1, fill_value=False)))
    anomalies.extend(
        "FEC-ORD-02",
        late.select(entry_key().alias("entry"), line="first_line", value="journal_code"),
        column="JournalCode",
    )
