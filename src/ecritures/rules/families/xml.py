"""The texts of an XML file that break the types of its schema; its reader finds the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from ecritures.core.habits import Habits
    from ecritures.rules.amounts import Spelling
    from ecritures.rules.dates import UnreadDates


def check_xml_spelling(spelling: Spelling, rest: pl.DataFrame, habits: Habits) -> None:
    """Record the amounts of an XML file that are not decimal numbers, or are oddly written.

    Args:
        spelling: How a column of it is written.
        rest: The unreadable texts that no rule on amounts explains: `line`, `value`.
        habits: Where they are recorded.
    """
    found = rest.with_columns(expected=pl.lit("1234.56"))
    habits.add("FEC-XML-17", found, spelling.column, spelling.name)
    habits.add("FEC-XML-11", spelling.odd, spelling.column, spelling.name)


def check_xml_dates(unread: UnreadDates, habits: Habits) -> None:
    """Record the texts of an XML file that are not dates."""
    code = "FEC-XML-13" if unread.is_required else "FEC-XML-12"
    habits.add(code, unread.found, unread.column, unread.name)
