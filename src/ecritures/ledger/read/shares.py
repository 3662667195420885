"""How many lines accounts and third parties have, by the totals of a ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from ecritures.database.tables import third_party_totals, totals
from ecritures.ledger.codes import CodeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.ledger.read.conditions import Conditions
    from ecritures.ledger.read.snapshot import Snapshot

SCANNED_SHARE = 8
"""From one line in so many on, a scan of all lines is quicker than an index."""
PART_LINES, GROWTH = 20_000, 8
"""How many lines the first part has, or a little more; and how many times more the next ones."""


class Part(NamedTuple):
    """Some accounts; or a large one with some of its third parties, None: lines without any."""

    accounts: list[int]
    third_parties: list[int | None] | None = None


def are_much(conditions: Conditions) -> bool:
    """Return whether the accounts wanted have a large share of the lines of the ledger."""
    held, wanted = _lines_by_account(conditions.snapshot), conditions.accounts
    mine = sum(held.get(one, 0) for one in held if wanted is None or one in wanted)
    return mine * SCANNED_SHARE > sum(held.values())


def parts_of(conditions: Conditions, first: tuple[str, str]) -> Iterator[Part]:
    """Yield the accounts wanted that have lines, by code, and the third parties of large ones.

    Args:
        conditions: Which accounts and third parties.
        first: The codes of the account and the third party to begin with.
    """
    lines = PART_LINES
    held, wanted = _lines_by_account(conditions.snapshot), conditions.accounts
    names = conditions.snapshot.names(CodeKind.ACCOUNT)
    few: list[int] = []
    for number in sorted(held if wanted is None else wanted, key=lambda one: names[one][0]):
        code = names[number][0]
        if number not in held or code < first[0]:
            continue
        if held[number] <= lines:
            few.append(number)
        if few and (held[number] > lines or sum(map(held.__getitem__, few)) > lines):
            yield Part(few)
            few = []
        if held[number] > lines:
            begin = first[1] if code == first[0] else ""
            for some in _parts_of_account(conditions.of_accounts([number]), begin, lines):
                yield Part([number], some)
    if few:
        yield Part(few)


def _parts_of_account(conditions: Conditions, first: str, lines: int) -> Iterator[list[int | None]]:
    """Yield the third parties of an account, by code: None, which has none, comes first."""
    names = conditions.snapshot.names(CodeKind.THIRD_PARTY)
    of = third_party_totals.c
    query = (
        sa.select(of.third_party_id, sa.func.sum(of.lines))
        .where(
            of.domain_id == conditions.snapshot.dossier.domain_id,
            of.batch_id.in_(conditions.snapshot.numbers_of_totals),
            of.account_id.in_(conditions.accounts or []),
        )
        .group_by(of.third_party_id)
    )
    rows = conditions.snapshot.connection.execute(query)
    held: dict[int | None, int] = {None: 0, **{number: int(count) for number, count in rows}}
    wanted = conditions.third_parties
    codes = {one: names[one][0] if one is not None else "" for one in held}
    part: list[int | None] = []
    count = 0
    for number in sorted(held, key=codes.__getitem__):
        if codes[number] < first or (wanted is not None and number not in wanted):
            continue
        part.append(number)
        count += held[number]
        if count >= lines:
            yield part
            part, count, lines = [], 0, lines * GROWTH
    if part:
        yield part


def _lines_by_account(snapshot: Snapshot) -> dict[int, int]:
    """Return how many lines each account has that has any."""
    count = sa.func.sum(totals.c.lines)
    query = (
        sa.select(totals.c.account_id, count)
        .where(
            totals.c.domain_id == snapshot.dossier.domain_id,
            totals.c.batch_id.in_(snapshot.numbers_of_totals),
        )
        .group_by(totals.c.account_id)
        .having(count > 0)
    )
    return {account: int(lines) for account, lines in snapshot.connection.execute(query)}
