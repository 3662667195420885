"""Entries: balanced to the cent (PCG, article 1031-1), two lines or more, one date, one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.amounts import count_text
from ecritures.core.frames import cents_text_of, is_like_before
from ecritures.core.habits import report_most

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.entries.found import Entries


def check_balanced_entries(entries: Entries, anomalies: Anomalies) -> None:
    """Record the entries off balance."""
    unbalanced = entries.unbalanced
    if unbalanced.height:
        anomalies.extend(
            "FEC-ECR-01",
            unbalanced.select(
                line="first_line",
                entry=entries.key,
                value=cents_text_of(pl.col("balance_cents")),
            ),
        )


def check_own_balance(own: Entries, chosen: Entries, anomalies: Anomalies) -> None:
    """Record that the entries are off balance as the file tells them apart, but not as was chosen.

    Args:
        own: The entries as the file tells them apart.
        chosen: The entries as somebody chose to tell them apart.
        anomalies: Where that is recorded.
    """
    unbalanced = own.unbalanced
    if unbalanced.height and not chosen.unbalanced.height:
        first = unbalanced.row(0, named=True)
        count = count_text(unbalanced.height)
        anomalies.add("FEC-ECR-08", line=first["first_line"], value=count)


def check_entries(entries: Entries, anomalies: Anomalies) -> None:
    """Record the entries that are not as the norm or the chart of accounts wants them."""
    single = entries.table["lines"] == 1
    if single.any():
        found = entries.table.filter(single).select(entries.key.alias("entry"), line="first_line")
        report_most(anomalies, "FEC-ECR-02", found, entries.table.height)
    _check_dates(entries, anomalies)
    _check_journals(entries, anomalies)
    _check_places(entries, anomalies)


class ValidationChecks:
    """Gathers the lines validated on another day than the line before them."""

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._found: list[pl.DataFrame] = []
        self._column: str | None = None

    def check(self, block: Block) -> None:
        """Gather those of a block that have the number of the line before them."""
        lines = block.lines
        other = ~is_like_before(lines, ("validation_date",))
        other &= is_like_before(lines, ("journal_code", "entry_number"))
        # A date that is missing is reported as such.
        given = lines["validation_date"].is_not_null()
        other &= given & given.shift(1, fill_value=False)
        if other.any():
            self._column = block.names.get("validation_date")
            written = pl.col("validation_date").dt.strftime("%Y%m%d")
            found = lines.select("line", value=written, expected=written.shift(1)).filter(other)
            self._found.append(found)

    def finish(self, entries: Entries) -> None:
        """Record those that are in the entry of the line before them."""
        if not self._found:
            return
        found = pl.concat(self._found)
        same = entries.of_lines(found["line"]) == entries.of_lines(found["line"] - 1)
        after_first = int(entries.table["lines"].sum()) - entries.table.height
        report_most(
            self._anomalies, "FEC-ECR-07", found.filter(same), after_first, column=self._column
        )


def _check_journals(entries: Entries, anomalies: Anomalies) -> None:
    """Record the entries over several journals, once each."""
    over = entries.over_journals
    if over.is_empty():
        return
    journals = over.group_by("entry", maintain_order=True).agg(
        pl.col("first_line", "entry_number").first(),
        pl.col("journal_code").cast(pl.String).unique(maintain_order=True),
    )
    anomalies.extend(
        "FEC-ECR-05",
        journals.select(
            line="first_line",
            value="entry_number",
            expected=pl.col("journal_code").list.join(", "),
        ),
        column="JournalCode",
    )


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
    report_most(
        anomalies,
        "FEC-ECR-03",
        other.select(
            line="first_line", value=day, expected=pl.col("first_date").dt.strftime("%Y%m%d")
        ),
        entries.table.height,
        column="EcritureDate",
    )
    days = runs.group_by("entry", "entry_date", maintain_order=True).agg(
        pl.col("first_line").first(), pl.col("balance_cents").sum()
    )
    report_most(
        anomalies,
        "FEC-ECR-06",
        days.filter(pl.col("balance_cents") != 0)
        .unique("entry", keep="first", maintain_order=True)
        .select(line="first_line", value=cents_text_of(pl.col("balance_cents")), expected=day),
        entries.table.height,
    )


def _check_places(entries: Entries, anomalies: Anomalies) -> None:
    """The lines of an entry follow each other."""
    if (entries.table["runs"] > 1).sum() == 0:
        return
    places = entries.runs.filter(
        (pl.col("entry") != pl.col("entry").shift(1)).fill_null(value=True)
    )
    again = places.filter(~pl.col("entry").is_first_distinct()).unique(
        "entry", keep="first", maintain_order=True
    )
    found = again.select(entries.key.alias("entry"), line="first_line")
    report_most(anomalies, "FEC-ECR-04", found, int((entries.table["lines"] > 1).sum()))
