"""Order along the file: by validation, openings first (A47 A-1 VII 1°)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import is_like_before

if TYPE_CHECKING:
    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.entries.found import Entries
    from ecritures.rules.labels import Labels

OPENING_CODES = ("AN", "ANO", "RAN", "ANX", "AN0", "OUV", "BO")
OPENING_WORDS = re.compile("nouveau|ouverture|reprise des soldes", re.IGNORECASE)
_STEP = {"line": pl.UInt32, "day": pl.Date}


class OrderChecks:
    """Follows the validation dates along the file."""

    def __init__(self, anomalies: Anomalies) -> None:
        self._anomalies = anomalies
        self._last = pl.DataFrame(schema=_STEP)  # the last two steps of the block before
        self._column: str | None = None

    def check(self, block: Block) -> None:
        """Record where the dates go back."""
        if "validation_date" not in block.names:
            return
        self._column = block.names["validation_date"]
        days = block.lines.select("line", day="validation_date")
        if days["day"].null_count():
            days = days.filter(pl.col("day").is_not_null())
        steps = pl.concat([self._last, days.filter(~is_like_before(days, ("day",)))])
        steps = steps.filter(~is_like_before(steps, ("day",)))
        if not steps["day"].is_sorted():
            self._record(steps, known=self._last.height)
        self._last = steps.tail(2)

    def _record(self, steps: pl.DataFrame, known: int) -> None:
        """Blame the step that comes too early where that mends the order, else the later one."""
        back = steps.with_row_index().with_columns(
            goes_back=pl.col("day") < pl.col("day").shift(1),
            early=(pl.col("day") >= pl.col("day").shift(2)).fill_null(value=True),
            line_before=pl.col("line").shift(1),
            day_before=pl.col("day").shift(1),
        )
        back = back.filter(pl.col("goes_back") & (pl.col("index") >= known))
        found = back.select(
            line=pl.when("early").then("line_before").otherwise("line"),
            value=pl.when("early").then("day_before").otherwise("day").dt.strftime("%Y%m%d"),
        )
        self._anomalies.extend("FEC-ORD-01", found, column=self._column)


def check_openings(entries: Entries, labels: Labels, anomalies: Anomalies) -> None:
    """Record that opening entries are missing, or do not come first."""
    opening_codes = [
        code
        for code, label in labels.table["journal"].select("code", "label").iter_rows()
        if code.upper() in OPENING_CODES or OPENING_WORDS.search(label)
    ]
    if not opening_codes:
        anomalies.add("FEC-ORD-03")
        return
    is_opening = pl.col("journal_code").is_in(opening_codes)
    late = entries.table.filter(is_opening & ((~is_opening).cum_max().shift(1, fill_value=False)))
    anomalies.extend(
        "FEC-ORD-02",
        late.select(entries.key.alias("entry"), line="first_line", value="journal_code"),
        column="JournalCode",
    )
