"""Numbering: one continuous sequence, per file or per journal (A47 A-1 VII 1°, field 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.accounts import damaged
from ecritures.core.amounts import count_text
from ecritures.core.grouping import GroupingReason
from ecritures.core.habits import HABIT_LINES_MIN, report_most
from ecritures.rules.sequence import Sequence

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.rules.entries.found import Entries
    from ecritures.rules.labels import Labels

LINES_SHOWN_MAX = 5
_DECIMAL, _DECIMAL_NUMBER = ".0", r"^[0-9]+\.0$"
_SAY_NOTHING = (
    GroupingReason.ONE_NUMBER,
    GroupingReason.ONE_NUMBER_PER_JOURNAL,
    GroupingReason.NUMBER_PER_LINE,
    GroupingReason.RANK_IN_NUMBER,
)
"""Numbers that are missing are reported line by line, as any required field."""


def check_numbers(entries: Entries, anomalies: Anomalies) -> None:
    """Record that numbers do not identify the entries."""
    if entries.how.reason in _SAY_NOTHING or entries.how.loose_journals:
        anomalies.add("FEC-NUM-05", column=Sequence.column, value=entries.how.value or None)


def check_damaged_numbers(entries: Entries, anomalies: Anomalies) -> None:
    """Record each number of an entry that a spreadsheet has damaged, at its first line."""
    lost = damaged(entries.runs["entry_number"])
    if lost is not None:
        found = entries.runs.filter(lost).unique("entry_number", keep="first", maintain_order=True)
        shown = found.select(line="first_line", value="entry_number")
        anomalies.extend("FEC-NUM-06", shown, column=Sequence.column)


def check_decimal_numbers(entries: Entries, labels: Labels, anomalies: Anomalies) -> None:
    """Record each column in which all numbers end with `.0`: a program took them for amounts."""
    for name, found in (
        ("journal_code", labels.table["journal"].select("line", "code")),
        ("entry_number", entries.runs.select(line="first_line", code="entry_number")),
        ("third_party_number", labels.table["third_party"].select("line", "code")),
    ):
        given = found.filter(pl.col("code") != "")
        if not given.height or not str(given["code"][0]).endswith(_DECIMAL):  # as a rule
            continue
        if given["code"].cast(pl.String).str.contains(_DECIMAL_NUMBER).all():
            plain = pl.col("code").cast(pl.String).str.strip_suffix(_DECIMAL)
            first = given.sort("line").head(1).select("line", value="code", expected=plain)
            anomalies.extend("FEC-NUM-07", first, column=labels.names.get(name))


def check_sequence(sequence: Sequence, anomalies: Anomalies) -> None:
    """Record gaps, repeated numbers and numbers that go back, each at the entry that shows it.

    Where numbers restart with each period, that is reported once: how many entries it concerns, and
    the lines of the first; everything else is judged within each period.
    """
    _report_restarts(sequence.restarted, anomalies)
    for code, found in (
        ("FEC-NUM-01", sequence.gaps),
        ("FEC-NUM-02", sequence.repeated),
        ("FEC-NUM-03", sequence.back),
    ):
        report_most(anomalies, code, found, sequence.height, column=sequence.column)


def _report_restarts(found: pl.DataFrame, anomalies: Anomalies) -> None:
    """Record the numbers that come again in another period."""
    count = found.height
    if count < HABIT_LINES_MIN or anomalies.line_by_line:
        anomalies.extend("FEC-NUM-02", found, column=Sequence.column)
        return
    first = found.sort("line").head(LINES_SHOWN_MAX)
    lines = ", ".join(first["line"].cast(pl.String)) + ("…" if count > LINES_SHOWN_MAX else "")
    anomalies.add(
        "FEC-NUM-02",
        line=int(first["line"][0]),
        column=Sequence.column,
        value=count_text(count),
        expected=lines,
        entry=first["entry"][0],
    )
    anomalies.count("FEC-NUM-02", count - 1)
