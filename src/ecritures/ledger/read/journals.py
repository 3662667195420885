"""The journals, the accounts and the third parties of a ledger, with what their lines add up to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from ecritures.database.tables import entries
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.read.sums import add_up

if TYPE_CHECKING:
    from ecritures.ledger.read.conditions import Conditions


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


def read_accounts(conditions: Conditions) -> list[CodeTotals]:
    """Return the accounts that have lines, by code."""
    sums = add_up(conditions, "account_id")
    names = conditions.snapshot.names(CodeKind.ACCOUNT)
    return sorted(CodeTotals(*names[number], None, *found) for (number,), found in sums.items())


def read_third_parties(conditions: Conditions) -> list[CodeTotals]:
    """Return the third parties that have lines, by code."""
    sums = add_up(conditions, "third_party_id")
    names = conditions.snapshot.names(CodeKind.THIRD_PARTY)
    return sorted(
        CodeTotals(*names[number], None, *found)
        for (number,), found in sums.items()
        if number is not None
    )
