"""The journals, the accounts and the third parties of a ledger, with what their lines add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from ecritures.database.tables import entries, lines, totals
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.read.conditions import JOURNAL_OF_LINE
from ecritures.ledger.read.whole_months import split_days

if TYPE_CHECKING:
    from ecritures.ledger.read.conditions import Conditions

Sums = dict[Any, tuple[int, int, int]]
"""Lines, debit and credit in cents, by what they are grouped by."""


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
    sums = add_up(conditions, totals.c.journal_id, JOURNAL_OF_LINE)
    names = conditions.snapshot.names(CodeKind.JOURNAL)
    rows = [CodeTotals(*names[number], counts.get(number, 0), *sums[number]) for number in sums]
    return sorted(rows)


def read_accounts(conditions: Conditions) -> list[CodeTotals]:
    """Return the accounts that have lines, by code."""
    sums = add_up(conditions, totals.c.account_id, lines.c.account_id)
    names = conditions.snapshot.names(CodeKind.ACCOUNT)
    return sorted(CodeTotals(*names[number], None, *found) for number, found in sums.items())


def read_third_parties(conditions: Conditions) -> list[CodeTotals]:
    """Return the third parties that have lines, by code."""
    number = lines.c.third_party_id
    sums = sums_of_lines(conditions, number)
    names = conditions.snapshot.names(CodeKind.THIRD_PARTY)
    return sorted(
        CodeTotals(*names[number], None, *found)
        for number, found in sums.items()
        if number is not None
    )


def add_up(
    conditions: Conditions, of_totals: sa.ColumnElement[Any], of_lines: sa.ColumnElement[Any]
) -> Sums:
    """Add up lines: whole months from totals where these answer, the other days from lines.

    Args:
        conditions: Which lines.
        of_totals: What they are grouped by, in `totals`.
        of_lines: The same of lines.
    """
    if not conditions.are_of_totals:
        return sums_of_lines(conditions, of_lines)
    wanted = conditions.wanted
    months, others = split_days(wanted.start, wanted.end)
    parts = [sums_of_lines(conditions.within(*days), of_lines) for days in others]
    if months is not None:
        parts.append(_sums_of_totals(conditions, of_totals, *months))
    return merge(parts)


def merge(parts: list[Sums]) -> Sums:
    """Add up sums; what has no lines is left out."""
    found: Sums = {}
    for part in parts:
        for key, sums in part.items():
            before = found.get(key, (0, 0, 0))
            count, debit, credit_ = (one + more for one, more in zip(before, sums, strict=True))
            found[key] = count, debit, credit_
    return {key: sums for key, sums in found.items() if sums[0]}


def sums_of_lines(
    conditions: Conditions, by: sa.ColumnElement[Any], *also: sa.ColumnElement[bool]
) -> Sums:
    """Add up lines one by one; `also`: more conditions."""
    columns = (
        by.label("of"),
        sa.func.count(),
        sa.func.sum(lines.c.debit_cents),
        sa.func.sum(lines.c.credit_cents),
    )
    return _read(conditions, conditions.select_lines(*columns).where(*also).group_by(by))


def _sums_of_totals(
    conditions: Conditions, by: sa.ColumnElement[Any], first: int | None, last: int | None
) -> Sums:
    table = totals.c
    query = sa.select(
        by,
        sa.func.sum(table.lines),
        sa.func.sum(table.debit_cents),
        sa.func.sum(table.credit_cents),
    ).where(*conditions.of_totals())
    query = query if first is None else query.where(table.month >= first)
    query = query if last is None else query.where(table.month <= last)
    return _read(conditions, query.group_by(by))


def _read(conditions: Conditions, query: sa.Select[Any]) -> Sums:
    rows = conditions.snapshot.connection.execute(query)
    return {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in rows}
