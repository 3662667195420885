"""Numbering: one continuous sequence, per file or per journal (A47 A-1 VII 1°, field 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecritures.core.grouping import GroupingReason
from ecritures.rules.sequence import Sequence

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.rules.entries.found import Entries


_SAY_NOTHING = (
    GroupingReason.ONE_NUMBER,
    GroupingReason.ONE_NUMBER_PER_JOURNAL,
    GroupingReason.NUMBER_PER_LINE,
)
"""Numbers that are missing are told line by line, as any required field."""


def check_numbers(entries: Entries, anomalies: Anomalies) -> None:
    """Record that numbers do not identify the entries."""
    if entries.how.reason in _SAY_NOTHING or entries.how.loose_journals:
        anomalies.add("FEC-NUM-05", column=Sequence.column, value=entries.how.value or None)


def check_sequence(sequence: Sequence, anomalies: Anomalies) -> None:
    """Record gaps, repeated numbers and numbers that go back, each at the entry that shows it."""
    for code, found in (
        ("FEC-NUM-01", sequence.gaps),
        ("FEC-NUM-02", sequence.repeated),
        ("FEC-NUM-03", sequence.back),
    ):
        anomalies.extend(code, found, column=sequence.column)
