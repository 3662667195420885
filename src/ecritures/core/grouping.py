"""How the lines of a file are grouped into entries."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Grouping(StrEnum):
    """What tells the entries of a file apart."""

    AUTO = "auto"  # found from the structure of the file
    FILE_NUMBER = "number"  # whatever the journals
    NUMBER = "journal-number"
    NUMBER_DATE = "journal-number-date"
    PIECE_DATE = "journal-piece-date"
    HEADING = "heading"  # each heading record of a model, or `<ecriture>`, begins an entry
    RUNNING_BALANCE = "running-balance"  # an entry ends where its journal is back to zero


BY_NUMBER = frozenset({Grouping.FILE_NUMBER, Grouping.NUMBER, Grouping.NUMBER_DATE})


class GroupingReason(StrEnum):
    """Why the lines of a file were grouped by that rule."""

    REQUESTED = "requested"
    PROPOSED = "proposed"  # by the format or the import model
    NUMBERED = "numbered"
    NUMBERED_BY_FILE = "numbered-by-file"
    RESTARTS_EACH_YEAR = "restarts-each-year"
    RESTARTS_EACH_HALF_YEAR = "restarts-each-half-year"
    RESTARTS_EACH_QUARTER = "restarts-each-quarter"
    RESTARTS_EACH_MONTH = "restarts-each-month"
    RESTARTS_EACH_DAY = "restarts-each-day"
    NO_NUMBER = "no-number"
    ONE_NUMBER = "one-number"
    ONE_NUMBER_PER_JOURNAL = "one-number-per-journal"
    NUMBER_PER_LINE = "number-per-line"
    RANK_IN_NUMBER = "rank-in-number"  # 2-1, 2-2, 3-1
    ENTRY_ELEMENT = "entry-element"  # of a FEC in XML


NO_USE = frozenset(
    {
        GroupingReason.NO_NUMBER,
        GroupingReason.ONE_NUMBER,
        GroupingReason.ONE_NUMBER_PER_JOURNAL,
        GroupingReason.NUMBER_PER_LINE,
    }
)
"""Why numbers do not tell entries apart."""


PERIODS = {
    "1y": GroupingReason.RESTARTS_EACH_YEAR,
    "6mo": GroupingReason.RESTARTS_EACH_HALF_YEAR,
    "3mo": GroupingReason.RESTARTS_EACH_QUARTER,
    "1mo": GroupingReason.RESTARTS_EACH_MONTH,
    "1d": GroupingReason.RESTARTS_EACH_DAY,
}
"""Period, as Polars writes it → the reason that numbers restart with it; the longest first."""


class HowGrouped(NamedTuple):
    """How the entries of a file were found.

    Attributes:
        rule: The rule.
        reason: Why that one.
        value: The number, where one serves the whole file; else "".
        pieces: Some pieces that are no entry by themselves, as they have lines on one side only:
            those of a journal and a day became one entry.
        by_day: Whether lines without a piece became one entry a day: errors in it may cancel out.
        mixed: Whether some lines of a numbered file are grouped by piece and date, as their number
            is missing, is that of the line, or is the same in all of their journal.
        loose_journals: The journals whose numbers are not those of entries, in such a file.
        off_balance: How many entries, by piece and date, did not balance where the running balance
            was used instead.
        over_journals: Whether some entries were found that are written over several journals.
        reused: Whether some numbers, used twice, are those of two entries each.
    """

    rule: Grouping
    reason: GroupingReason
    value: str = ""
    pieces: tuple[str, ...] = ()
    by_day: bool = False
    mixed: bool = False
    loose_journals: tuple[str, ...] = ()
    off_balance: int = 0
    over_journals: bool = False
    reused: bool = False

    @property
    def period(self) -> str | None:
        """The period with which numbers restart; None: they do not."""
        return next((period for period, reason in PERIODS.items() if reason is self.reason), None)

    @property
    def by_number(self) -> bool:
        """Whether entries have numbers of use."""
        headed = self.rule is Grouping.HEADING and self.reason not in NO_USE
        return headed or self.rule in BY_NUMBER

    def details(self) -> dict[str, object]:
        """Return what is known besides the rule and the reason, in JSON, camelCase."""
        found = {
            "value": self.value,
            "pieces": list(self.pieces),
            "byDay": self.by_day,
            "mixed": self.mixed,
            "looseJournals": list(self.loose_journals),
            "offBalance": self.off_balance,
        }
        return {name: value for name, value in found.items() if value}


NOT_GROUPED = HowGrouped(Grouping.NUMBER, GroupingReason.NUMBERED)
"""Of a file without entries."""
