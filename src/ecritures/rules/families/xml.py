"""The texts of an XML file that break the types of its schema; its reader finds the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.amounts import Spelling
    from ecritures.rules.dates import UnreadDates


def check_xml_spelling(
    block: Block, spelling: Spelling, rest: pl.DataFrame, anomalies: Anomalies
) -> None:
    """Record the amounts of an XML file that are not decimal numbers, or are oddly written.

    Args:
        block: Where they are.
        spelling: How a column of it is written.
        rest: The unreadable texts that no rule on amounts explains: `line`, `value`.
        anomalies: Where they are recorded.
    """
    if block.notation == "xml":
        found = rest.with_columns(expected=pl.lit("####.##"))
        anomalies.extend("FEC-XML-17", found, column=spelling.name)
        anomalies.extend("FEC-XML-11", spelling.odd, column=spelling.name)


def check_xml_dates(block: Block, unread: UnreadDates, anomalies: Anomalies) -> None:
    """Record the texts of an XML file that are not dates."""
    if block.notation == "xml":
        code = "FEC-XML-13" if unread.is_required else "FEC-XML-12"
        anomalies.extend(code, unread.found, column=unread.name)
