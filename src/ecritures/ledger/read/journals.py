"""The journals, the accounts and the third parties of a ledger, with what their lines add up to."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from ecritures.database.tables import entries
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.read.conditions import Conditions
from ecritures.ledger.read.opening_balances import find_opening, movements_of, openings_of
from ecritures.ledger.read.sums import Sums, add_up, merge

if TYPE_CHECKING:
    from datetime import date


class CodeTotals(NamedTuple):
    """A journal, an account or a third party.

    Attributes:
        entries: Of a journal; None: they are not counted.
    """

    code: str
    label: str
    entries: int | None
    lines: int
    debit_cents: int
    credit_cents: int

    @property
    def balance_cents(self) -> int:
        """Debit less credit."""
        return self.debit_cents - self.credit_cents


def read_journals(conditions: Conditions) -> list[CodeTotals]:
    """Return the journals that have lines, by code."""
    query = (
        sa.select(entries.c.journal_id, sa.func.count())
        .where(*conditions.of_entries())
        .group_by(entries.c.journal_id)
    )
    counts = {row[0]: int(row[1]) for row in conditions.snapshot.connection.execute(query)}
    sums = add_up(conditions, "journal_id")
    names = conditions.snapshot.names(CodeKind.JOURNAL)
    rows = [
        CodeTotals(*names[number], counts.get(number, 0), *found)
        for (number,), found in sums.items()
    ]
    return sorted(rows)


class JournalCalendar(NamedTuple):
    """When the entries of a journal are dated, and how they are numbered.

    Attributes:
        months: How many entries each month has: `2025-01`.
        numbers: The first and the last one; None: some entry has none.
        has_gaps: Whether numbers between them are missing, or cannot be known.
    """

    months: Counter[str]
    last_day: date
    numbers: tuple[str, str] | None
    has_gaps: bool


def read_calendars(conditions: Conditions) -> dict[str, JournalCalendar]:
    """Return the calendar of each journal that has entries, by its code."""
    entry, connection = entries.c, conditions.snapshot.connection
    which = conditions.of_entries()
    days = sa.select(entry.journal_id, entry.entry_date, sa.func.count()).where(*which)
    length = sa.func.length(sa.func.coalesce(entry.number, ""))
    text = sa.func.min(entry.number), sa.func.max(entry.number)
    count = sa.func.count(entry.number.distinct())
    numbers = sa.select(entry.journal_id, length, *text, count).where(*which)
    by_length = numbers.group_by(entry.journal_id, length).order_by(length)
    parts: dict[int, list[tuple[str, str, int]]] = {}
    for journal, _, first, last, distinct in connection.execute(by_length):
        parts.setdefault(journal, []).append((first or "", last or "", distinct))
    months: dict[int, Counter[str]] = {}
    last_days: dict[int, date] = {}
    for journal, day, found in connection.execute(
        days.group_by(entry.journal_id, entry.entry_date)
    ):
        months.setdefault(journal, Counter())[f"{day:%Y-%m}"] += found
        last_days[journal] = max(day, last_days.get(journal, day))
    names = conditions.snapshot.names(CodeKind.JOURNAL)
    return {
        names[one][0]: JournalCalendar(months[one], last_days[one], *_numbers(parts[one]))
        for one in months
    }


def _numbers(parts: list[tuple[str, str, int]]) -> tuple[tuple[str, str] | None, bool]:
    """Return the first and last number, and whether there are gaps, from those of each length."""
    first, last = parts[0][0], parts[-1][1]
    if not first:
        return None, True
    stem = first.rstrip("0123456789")
    low, high = first.removeprefix(stem), last.removeprefix(stem)
    if not (low.isdecimal() and high.isdecimal()):
        return (first, last), True
    return (first, last), int(high) - int(low) + 1 != sum(count for *_, count in parts)


def read_accounts(conditions: Conditions) -> list[CodeTotals]:
    """Return the accounts that have lines, by code; no opening is counted twice."""
    sums = _counted_once(conditions, "account_id")
    names = conditions.snapshot.names(CodeKind.ACCOUNT)
    return sorted(CodeTotals(*names[number], None, *found) for (number,), found in sums.items())


def read_third_parties(conditions: Conditions) -> list[CodeTotals]:
    """Return the third parties that have lines, by code; no opening is counted twice."""
    sums = _counted_once(conditions, "third_party_id")
    names = conditions.snapshot.names(CodeKind.THIRD_PARTY)
    return sorted(
        CodeTotals(*names[number], None, *found)
        for (number,), found in sums.items()
        if number is not None
    )


def _counted_once(conditions: Conditions, name: str) -> Sums:
    """Add up lines without the entries of opening of later years, which repeat those before them.

    Where journals are chosen, all their lines count.
    """
    snapshot, wanted = conditions.snapshot, conditions.wanted
    openings = None if wanted.journals else openings_of(snapshot, wanted)
    opening = find_opening(snapshot, wanted.start, wanted.end)
    if openings is None or opening.year is None:
        return add_up(conditions, name)
    end = min(filter(None, (wanted.end, opening.year[1])))
    parts = [add_up(Conditions(snapshot, replace(openings, end=end)), name)]
    if (moving := movements_of(snapshot, wanted)) is not None:
        parts.append(add_up(Conditions(snapshot, moving), name))
    return merge(parts)
