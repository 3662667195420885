"""Order along the file: by validation, openings first (A47 A-1 VII 1°)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from ecritures.core.frames import is_like_before
from ecritures.core.habits import Most
from ecritures.core.opening_journals import is_opening_journal

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from ecritures.core.anomalies import Anomalies
    from ecritures.core.lines import Block
    from ecritures.rules.entries.found import Entries
    from ecritures.rules.labels import Labels

ALSO_OPENINGS = ("ANX", "BO")
"""Codes that may be those of openings: enough for a check, not to leave entries out of a sum."""
OPENING_WORDS = re.compile("nouveau|ouverture|reprise des soldes", re.IGNORECASE)
_OPENING_LABEL = (
    r"(?i)[aà][- ]?nouveau|(?:bilan|solde|[ée]criture)s? d.?ouverture|report [aà] nouveau"
)
_OPENING_BALANCE = re.compile(r"bilan(?!.*cl[oô]t)", re.IGNORECASE)
_FIRST_LINES = 1000
_STEP = {"line": pl.UInt32, "day": pl.Date}


def may_open(code: str, label: str) -> bool:
    """Return whether a journal may be one of openings, by its code or its label."""
    is_known = is_opening_journal(code, label) or code.upper() in ALSO_OPENINGS
    return is_known or OPENING_WORDS.search(label) is not None


class OrderChecks:
    """Follows the validation dates along the file; in XML, which the schema cuts so, by journal."""

    def __init__(self, anomalies: Anomalies) -> None:
        self._back = Most(anomalies, "FEC-ORD-01")
        # The last two steps of the block before; in XML, of each journal.
        self._last: dict[str, pl.DataFrame] = {}
        self._column: str | None = None
        self._first_labels: list[pl.Series] = []

    def opens(self) -> bool:
        """Whether one of the first lines says that it is an opening."""
        return any(labels.str.contains(_OPENING_LABEL).any() for labels in self._first_labels)

    def check(self, block: Block) -> None:
        """Look where the dates go back."""
        if block.lines["line"].len() and int(block.lines["line"][0]) <= _FIRST_LINES:
            self._first_labels.append(block.lines["label"].head(_FIRST_LINES))
        if "validation_date" not in block.names:
            return
        self._column = block.names["validation_date"]
        days = block.lines.select("line", day="validation_date")
        if days["day"].null_count():
            days = days.filter(pl.col("day").is_not_null())
        if block.notation != "xml":
            self._follow(days, "")
            return
        codes = block.lines.select("line", "journal_code")
        for part in days.join(codes, on="line").partition_by("journal_code", maintain_order=True):
            self._follow(part.select("line", "day"), str(part["journal_code"][0]))

    def _follow(self, days: pl.DataFrame, journal: str) -> None:
        last = self._last.get(journal, pl.DataFrame(schema=_STEP))
        steps = pl.concat([last, days.filter(~is_like_before(days, ("day",)))])
        steps = steps.filter(~is_like_before(steps, ("day",)))
        if steps["day"].is_sorted():
            self._back.add(None, steps.height - last.height)
        else:
            self._record(steps, known=last.height)
        self._last[journal] = steps.tail(2)

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
        # Of dates in no order, half go back.
        self._back.add(found, (steps.height - known) // 2, self._column)

    def finish(self) -> None:
        """Record where the dates go back."""
        self._back.finish()


class ClosingChecks:
    """Gathers the lines of an entry that clears the classes 6 and 7 into the result.

    The law wants the entries before they are cleared (VII 1°).
    """

    def __init__(self) -> None:
        self._result: list[pl.Series] = []
        self._others: list[pl.Series] = []

    def check(self, block: Block) -> None:
        """Gather lines of the result, and those of the classes 6 and 7 near them."""
        account = block.lines["account_number"]
        result = account.str.starts_with("12")
        if result.any():
            others = account.str.starts_with("6") | account.str.starts_with("7")
            self._result.append(block.lines["line"].filter(result))
            self._others.append(block.lines["line"].filter(others))

    def finish(self, entries: Entries, anomalies: Anomalies) -> None:
        """Record the entries that hold both."""
        if not self._result:
            return
        result, others = (
            entries.of_lines(pl.concat(lines)).unique() for lines in (self._result, self._others)
        )
        both = result.filter(result.is_in(others.implode()))
        if both.len():
            closing = entries.table.filter(pl.col("entry").is_in(both.implode()))
            found = closing.select(entries.key.alias("entry"), line="first_line")
            anomalies.extend("FEC-ORD-04", found, column="CompteNum")


def check_openings(  # noqa: PLR0913 - what is known of the file
    entries: Entries,
    labels: Labels,
    anomalies: Anomalies,
    *,
    opens: Callable[[], bool] = lambda: False,
    by_journal: bool = False,
    closing: date | None = None,
) -> None:
    """Record that opening entries are missing, too early, or do not come first.

    Args:
        entries: Those of the file.
        labels: Its journals.
        anomalies: Where it is recorded.
        opens: Tells whether one of the first lines says that it is an opening; seldom asked.
        by_journal: Whether the file has to be in the order of its journals, as XML.
        closing: The last day of the fiscal year, when it is known.
    """
    journals = labels.table["journal"].select("code", "label")
    opening_codes = [code for code, label in journals.iter_rows() if may_open(code, label)]
    if not opening_codes:
        if not opens() and not any(map(_OPENING_BALANCE.search, journals["label"])):
            anomalies.add("FEC-ORD-03")
        return
    is_opening = pl.col("journal_code").is_in(opening_codes)
    late = entries.table.filter(is_opening & ((~is_opening).cum_max().shift(1, fill_value=False)))
    late = late.clear() if by_journal else late
    anomalies.extend(
        "FEC-ORD-02",
        late.select(entries.key.alias("entry"), line="first_line", value="journal_code"),
        column="JournalCode",
    )
    if closing:
        _check_early(entries.table.filter(is_opening), closing, anomalies)


def _check_early(openings: pl.DataFrame, closing: date, anomalies: Anomalies) -> None:
    """Record, once, openings more than twelve months before the closing: not of this year."""
    last = pl.lit(closing).dt.offset_by("-12mo")
    first = pl.lit(closing).dt.offset_by("-24mo")  # before it, it is another year's
    early = openings.filter(pl.col("entry_date").is_between(first, last, closed="left"))
    early = early.sort("first_line")
    if early.height:
        day = early["entry_date"][0]
        anomalies.add(
            "FEC-ORD-05",
            line=int(early["first_line"][0]),
            column="EcritureDate",
            value=f"{day:%Y%m%d}",
            expected=closing.isoformat(),
        )
