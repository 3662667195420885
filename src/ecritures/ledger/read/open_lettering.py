"""Which letterings may be open, added up in the database: a ledger has few, and many that balance.

The lines of a group are one sum, or several by day of lettering and year, whichever way the group
is made (see `lettered`): where every such sum is zero, the groups are closed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from ecritures.database.tables import lines

if TYPE_CHECKING:
    from ecritures.directory.dossiers import Dossier
    from ecritures.ledger.read.conditions import Conditions
    from ecritures.ledger.read.line_columns import Condition

CODES_MAX = 2_000
"""More of them are not named in a query: all lines are read."""


def may_be_open(conditions: Conditions) -> set[str] | None:
    """Return the letterings that some lines have without balancing; None: too many.

    Args:
        conditions: Which lines: all those of their accounts and third parties, up to a day.
    """
    query = _open(conditions).limit(CODES_MAX + 1)
    found = set(conditions.snapshot.connection.execute(query).scalars())
    return found if len(found) <= CODES_MAX else None


def has_one_of(conditions: Conditions, codes: set[str] | None) -> Condition:
    """Return whether a line has one of some letterings; None: any."""
    code = conditions.lettering
    return code.is_not(None) if codes is None else code.in_(sorted(codes))


def _open(conditions: Conditions) -> sa.Select[str]:
    line, code = lines.c, conditions.lettering
    key = [code, line.third_party_id, line.account_id, conditions.lettering_date]
    key.append(_year_of_day(conditions.snapshot.dossier))
    if conditions.are_matched:
        key.append(conditions.matching_id)
    sums = (
        conditions.select_lines(code.label("code"))
        .where(code.is_not(None))
        .group_by(*key)
        .having(sa.func.sum(line.debit_cents - line.credit_cents) != 0)
        .subquery()
    )
    return sa.select(sums.c.code).distinct()


def _year_of_day(dossier: Dossier) -> sa.ColumnElement[str]:
    """Return a name of the fiscal year of a line; of the calendar year outside all."""
    calendar_year = sa.func.substr(sa.cast(lines.c.day, sa.String), 1, 4)
    years = [
        (lines.c.day.between(year.start, year.end), sa.literal(f"{year.start}"))
        for year in dossier.fiscal_years
    ]
    return sa.case(*years, else_=calendar_year) if years else calendar_year
