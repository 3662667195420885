"""The one filter of everything that is read in a ledger."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


class LetteringState(StrEnum):
    """Whether a line has a lettering in force, by hand or as it came."""

    LETTERED = "lettered"
    UNLETTERED = "unlettered"


@dataclass(frozen=True, slots=True)
class CodePattern:
    """Which codes: one, those with a root, or a range. None: no such condition.

    Attributes:
        exact: The code itself; one that only looks like a root or a range is found too.
        root: What it begins with.
        low: The first of a range.
        high: The last: what begins with it is still in the range.
    """

    exact: str
    root: str | None = None
    low: str | None = None
    high: str | None = None

    def holds(self, code: str) -> bool:
        """Return whether a code is meant."""
        if code == self.exact:
            return True
        if self.root is not None:
            return code.startswith(self.root)
        if self.low is None or self.high is None:
            return False
        return self.low <= code and (code <= self.high or code.startswith(self.high))


@dataclass(frozen=True, slots=True)
class AmountRange:
    """Amounts in cents between two, both included, whatever their sign and side. None: no limit."""

    low: int = 0
    high: int | None = None

    def holds(self, debit_cents: int, credit_cents: int) -> bool:
        """Return whether a side of a line is meant; zero means a line that has no amount."""
        sides = [abs(one) for one in (debit_cents, credit_cents) if one] or [0]
        return any(self.low <= one and (self.high is None or one <= self.high) for one in sides)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which lines and entries. Conditions hold together; of several values of one, any.

    Dates, journals, numbers, imports and the revision are those of entries where entries are read,
    and those of lines where lines are. The other conditions are met by lines: an entry is read
    when one of its lines meets all of them.

    Attributes:
        start: First day, included; None: no limit.
        end: Last day, included; None: no limit.
        journals: Codes.
        accounts: Of lines.
        third_parties: Of lines; the exact code "" means lines without one.
        sirets: Of lines; that of the main establishment means lines without any, too.
        numbers: Of entries.
        pieces: References of documents.
        words: Folded; all of them are parts of the label of the line.
        anywhere: Folded; each is part of the label, the document or the number of the entry.
        amounts: Of lines.
        lettering: Of lines.
        imports: Ids of the imports that entries came with.
        revision: Of the ledger; None: the present one.
    """

    start: date | None = None
    end: date | None = None
    journals: tuple[str, ...] = ()
    accounts: tuple[CodePattern, ...] = ()
    third_parties: tuple[CodePattern, ...] = ()
    sirets: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    pieces: tuple[CodePattern, ...] = ()
    words: tuple[str, ...] = ()
    anywhere: tuple[str, ...] = ()
    amounts: tuple[AmountRange, ...] = ()
    lettering: LetteringState | None = None
    imports: tuple[str, ...] = ()
    revision: int | None = None

    def digest(self, read: str) -> str:
        """Return what a cursor of a read keeps of this filter; the revision is kept apart."""
        said = [(one.name, getattr(self, one.name)) for one in fields(self)]
        text = repr([read, *(pair for pair in said if pair[0] != "revision")])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def any_holds(patterns: Iterable[CodePattern], code: str) -> bool:
    """Return whether one of some patterns means a code."""
    return any(one.holds(code) for one in patterns)
