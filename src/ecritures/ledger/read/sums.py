"""What lines add up to: whole months from totals where these answer, other days from the lines."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.database.tables import lines, third_party_totals, third_party_years, totals
from ecritures.ledger.read.line_columns import JOURNAL_OF_LINE, SIRET_OF_LINE
from ecritures.ledger.read.whole_months import Months, split_days, split_months
from ecritures.ledger.totals import between, period_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from ecritures.ledger.read.conditions import Conditions

ACCOUNTS_NAMED_MAX = 5_000
Key = tuple[Any, ...]
Sums = dict[Key, tuple[int, int, int]]
"""Lines, debit and credit in cents, by what they are grouped by."""
_OF_LINES: dict[str, sa.ColumnElement[Any]] = {
    "account_id": lines.c.account_id,
    "third_party_id": lines.c.third_party_id,
    "journal_id": JOURNAL_OF_LINE,
    "siret": SIRET_OF_LINE,
    "month": sa.cast(
        sa.extract("year", lines.c.day) * 100 + sa.extract("month", lines.c.day), sa.Integer
    ),
}


def add_up(conditions: Conditions, *names: str) -> Sums:
    """Add up lines; what has none is left out.

    Args:
        conditions: Which lines.
        names: What they are grouped by: `account_id`, `third_party_id`, `journal_id`, `siret`,
            `month` (year × 100 + month).
    """
    table = conditions.totals_table
    if table is None:
        return sums_of_lines(conditions, names)
    wanted = conditions.wanted
    months, others = split_days(wanted.start, wanted.end)
    parts = [_sums_of_days(conditions, names, *days) for days in others]
    if months is None:
        return merge(parts)
    if table is totals and "third_party_id" not in names:
        return merge([*parts, _sums_of_totals(conditions, totals, names, *months)])
    found = _sums_of_third_parties(conditions, names, months)
    if table is totals:
        parts.append(_of_nobody(conditions, names, found, months))
    return merge([*parts, found])


def merge(parts: Iterable[Sums]) -> Sums:
    """Add up sums; what has no lines is left out."""
    return _added(chain.from_iterable(part.items() for part in parts))


def _added(parts: Iterable[tuple[Key, tuple[int, int, int]]]) -> Sums:
    found: Sums = {}
    for key, (count, debit, credit_) in parts:
        before = found.get(key, (0, 0, 0))
        found[key] = before[0] + count, before[1] + debit, before[2] + credit_
    return {key: sums for key, sums in found.items() if sums[0]}


def _sums_of_days(
    conditions: Conditions, names: Iterable[str], first: date, last: date, sign: int
) -> Sums:
    """Add up the lines of some days of a month; `sign`: -1 where they are to be taken off."""
    mine, also = conditions.between(first, last), []
    if mine.accounts is None:
        held = mine.accounts_held()
        if len(held) <= ACCOUNTS_NAMED_MAX:  # so the index by account and day finds the lines
            also.append(lines.c.account_id.in_(held))
    found = sums_of_lines(mine, names, *also)
    return {
        key: (sign * count, sign * debit, sign * credit_)
        for key, (count, debit, credit_) in found.items()
    }


def sums_of_lines(
    conditions: Conditions, names: Iterable[str], *also: sa.ColumnElement[bool]
) -> Sums:
    """Add up lines one by one; `also`: more conditions."""
    by = [_OF_LINES[name] for name in names]
    sums = (
        sa.func.count(),
        sa.func.sum(lines.c.debit_cents),
        sa.func.sum(lines.c.credit_cents),
    )
    labelled = [column.label(f"of_{place}") for place, column in enumerate(by)]
    query = conditions.select_lines(*labelled, *sums).where(*also)
    return _read(conditions, query.group_by(*by), len(by))


def _sums_of_totals(
    conditions: Conditions,
    of: sa.Table,
    names: Iterable[str],
    first: int | None,
    last: int | None,
) -> Sums:
    """Add up totals of some of their periods; None: no limit."""
    table = of.c
    by = [table[name] for name in names]
    query = sa.select(
        *by,
        sa.func.sum(table.lines),
        sa.func.sum(table.debit_cents),
        sa.func.sum(table.credit_cents),
    ).where(*conditions.of_totals(of), *between(period_of(of), first, last))
    return _read(conditions, query.group_by(*by), len(by))


def _sums_of_third_parties(conditions: Conditions, names: tuple[str, ...], months: Months) -> Sums:
    """Add up the lines that have a third party: whole years, and the months around them."""
    years, others = (None, [months]) if "month" in names else split_months(months)
    parts = [_sums_of_totals(conditions, third_party_totals, names, *some) for some in others]
    if years is not None:
        parts.append(_sums_of_totals(conditions, third_party_years, names, *years))
    return merge(parts)


def _of_nobody(
    conditions: Conditions,
    names: tuple[str, ...],
    of_third_parties: Sums,
    months: Months,
) -> Sums:
    """Return the sums of the lines without a third party: all lines, less those that have one."""
    place = names.index("third_party_id")
    others = tuple(name for name in names if name != "third_party_id")
    everything = _sums_of_totals(conditions, totals, others, *months)
    negative = (
        ((*key[:place], *key[place + 1 :]), (-count, -debit, -credit_))
        for key, (count, debit, credit_) in of_third_parties.items()
    )
    rest = _added(chain(everything.items(), negative))
    return {(*key[:place], None, *key[place:]): sums for key, sums in rest.items()}


def _read(conditions: Conditions, query: sa.Select[Any], width: int) -> Sums:
    rows = conditions.snapshot.connection.execute(query).all()
    return {
        tuple(row[:width]): (int(row[width]), int(row[width + 1]), int(row[width + 2]))
        for row in rows
        if row[width]  # no row at all adds up to null
    }
