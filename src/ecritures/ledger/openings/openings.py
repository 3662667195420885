"""The opening entries of a fiscal year (à-nouveaux), compared with the closing of the one before.

Classes 1 to 5 account by account; classes 6 and 7 in one sum, with the accounts of the result (12).
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.opening_journals import is_opening_journal
from ecritures.database.tables import codes, entries, lines, totals
from ecritures.directory.fiscal_years import year_after, year_before
from ecritures.ledger.codes import CodeKind, read_names
from ecritures.ledger.entry_frames import DAY_OF_LINE, entry_of_lines
from ecritures.ledger.in_force import batches_in_force, read_removals
from ecritures.ledger.totals import between, month_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from ecritures.directory.dossiers import FiscalYear
    from ecritures.ledger.moves import Ledger

RESULT = "12"


def opening_journals(ledger: Ledger) -> list[int]:
    """Return the ids of the journals whose entries are openings."""
    journals = read_names(ledger.connection, ledger.dossier, CodeKind.JOURNAL)
    return [id_ for id_, named in journals.items() if is_opening_journal(*named)]


def has_openings(ledger: Ledger, batch_id: int) -> bool:
    """Return whether a batch posts openings, or removes those of others."""
    table = totals.c
    query = sa.select(table.batch_id).where(
        table.domain_id == ledger.dossier.domain_id,
        table.batch_id == batch_id,
        table.journal_id.in_(opening_journals(ledger)),
    )
    return ledger.connection.execute(query.limit(1)).first() is not None


def opening_differences(ledger: Ledger, year: FiscalYear) -> list[str]:
    """Return the accounts whose opening in the next year is not the closing of a year.

    None when the next year has no opening entries, or does not exist.
    """
    opened = opening_after(ledger, year)
    if opened is None:
        return []
    return differing(carried(closing_of(ledger, year)), opened)


def differing(closing: Mapping[str, int], opening: Mapping[str, int]) -> list[str]:
    """Return the accounts whose opening is not their closing."""
    codes = closing.keys() | opening.keys()
    return sorted(code for code in codes if closing.get(code, 0) != opening.get(code, 0))


def opening_after(ledger: Ledger, year: FiscalYear) -> dict[str, int] | None:
    """Return the opening of the year after one, as `carried` does; None: it has none."""
    after = year_after(ledger.dossier, year)
    journals = opening_journals(ledger)
    if after is None or not journals:
        return None
    opening = sums_between(ledger, after.start, after.end, journals)
    return carried(opening) if opening else None


def closing_of(ledger: Ledger, year: FiscalYear) -> Mapping[str, int]:
    """Return debit less credit of each account at the end of a year."""
    return _closing(ledger, year, opening_journals(ledger))


def closing_start(ledger: Ledger, year: FiscalYear) -> date | None:
    """Return the day from which entries make the closing of a year; None: from the first one.

    It is the first day of the last year, up to this one, that has openings.
    """
    journals = opening_journals(ledger)
    found: FiscalYear | None = year
    while found is not None:
        if journals and sums_between(ledger, found.start, found.end, journals):
            return found.start
        found = year_before(ledger.dossier, found)
    return None


def _closing(ledger: Ledger, year: FiscalYear, journals: Collection[int]) -> Mapping[str, int]:
    """Return the balance of each account at the end of a year."""
    before = year_before(ledger.dossier, year)
    if sums_between(ledger, year.start, year.end, journals):
        return sums_between(ledger, year.start, year.end)
    if before is None:
        return sums_between(ledger, None, year.end)
    # Without openings, the year goes on from the closing of the one before.
    found = Counter(carried(_closing(ledger, before, journals)))
    found.update(sums_between(ledger, before.end, year.end, after_start=True))
    return found


def carried(balances: Mapping[str, int]) -> dict[str, int]:
    """Return what the next year begins with: no class 6 or 7, and the result in one sum."""
    found: Counter[str] = Counter()
    for account, cents in balances.items():
        if account[:1] in {"6", "7"} or account.startswith(RESULT):
            found[RESULT] += cents
        elif account[:1] in {"1", "2", "3", "4", "5"}:
            found[account] += cents
    return {account: cents for account, cents in found.items() if cents}


def sums_between(
    ledger: Ledger,
    start: date | None,
    end: date,
    journals: Collection[int] | None = None,
    *,
    after_start: bool = False,
) -> dict[str, int]:
    """Return debit less credit of each account between two days, of some journals or of all."""
    if journals is not None and not journals:
        return {}
    if start is not None and after_start:
        start += timedelta(days=1)
    is_whole = (start is None or start.day == 1) and (end + timedelta(days=1)).day == 1
    if is_whole and journals is None:
        return _by_code(ledger, _sums_of_months(ledger, start, end))
    return _by_code(ledger, _sums_of_days(ledger, start, end, journals))


def sums_of_third_parties(
    ledger: Ledger, start: date | None, end: date
) -> dict[int, dict[int, int]]:
    """Return debit less credit of each third party between two days, by account."""
    third_party = lines.c.third_party_id
    query = _sums_of_days(ledger, start, end, None, third_party).where(third_party.is_not(None))
    found: dict[int, dict[int, int]] = {}
    for account, party, cents in ledger.connection.execute(query):
        found.setdefault(account, {})[party] = int(cents)
    return found


def _sums_of_months(ledger: Ledger, start: date | None, end: date) -> sa.Select[Any]:
    """Select the sums of whole months: `account_id` and `cents`."""
    dossier, table = ledger.dossier, totals.c
    cents = sa.cast(sa.func.sum(table.debit_cents - table.credit_cents), sa.BigInteger)
    first = None if start is None else month_of(start)
    return (
        sa.select(table.account_id, cents.label("cents"))
        .where(
            table.domain_id == dossier.domain_id,
            table.batch_id.in_(batches_in_force(dossier.domain_id, dossier.id)),
            *between(table.month, first, month_of(end)),
        )
        .group_by(table.account_id)
        .having(sa.func.sum(table.lines) > 0)
    )


def _sums_of_days(
    ledger: Ledger,
    start: date | None,
    end: date,
    journals: Collection[int] | None = None,
    *more: sa.ColumnElement[int],
) -> sa.Select[Any]:
    """Select the sums of any days, added up line by line: `account_id`, `more` and `cents`."""
    dossier, line, entry = ledger.dossier, lines.c, entries.c
    day = DAY_OF_LINE
    key = (line.account_id, *more)
    query = (
        sa.select(*key, sa.func.sum(line.debit_cents - line.credit_cents).label("cents"))
        .select_from(lines)
        .join(entries, entry_of_lines())
        .where(
            line.domain_id == dossier.domain_id,
            entry.domain_id == dossier.domain_id,
            line.batch_id.in_(batches_in_force(dossier.domain_id, dossier.id)),
            day <= end,
        )
        .group_by(*key)
    )
    if start is not None:
        query = query.where(day >= start)
    if journals is not None:
        query = query.where(entry.journal_id.in_(journals))
    in_force = batches_in_force(dossier.domain_id, dossier.id)
    removals = read_removals(
        ledger.connection, dossier, lambda: ledger.connection.execute(in_force).scalars().all()
    )
    return query.where(*removals.left_in(lines, removals.removers))


def _by_code(ledger: Ledger, query: sa.Select[Any]) -> dict[str, int]:
    dossier, sums = ledger.dossier, query.subquery().c
    named = sa.select(codes.c.code, sums.cents).join(codes, codes.c.id == sums.account_id)
    named = named.where(
        codes.c.domain_id == dossier.domain_id,
        codes.c.dossier_id == dossier.id,
        codes.c.kind == CodeKind.ACCOUNT,
    )
    return {code: int(cents) for code, cents in ledger.connection.execute(named)}
