"""What an undo or a restore would do: what prevents it, balances, letterings that it would end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl
import sqlalchemy as sa

from ecritures.database.tables import matchings
from ecritures.ledger.blockers import BlockerKind
from ecritures.ledger.codes import CodeKind, CodeTable, read_codes
from ecritures.ledger.planning.existing import totals_of_entries
from ecritures.ledger.planning.plan_balances import changed_balances
from ecritures.ledger.totals import negated, totals_of_batches
from ecritures.ledger.undoing.obstacles import find_blockers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from ecritures.ledger.blockers import Blocker
    from ecritures.ledger.moves import Ledger, Move, Part

_GONE = {
    BlockerKind.REPLACED_SINCE,
    BlockerKind.MOVED_SINCE,
    BlockerKind.REVERSED,
    BlockerKind.PURGED,
}
"""What says that entries which would leave, or come back, are not there any more."""


@dataclass(frozen=True, slots=True)
class Matching:
    """A lettering by hand. `third_party`: "": none."""

    account: str
    third_party: str
    code: str
    day: date
    by: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What an undo or a restore would do.

    Attributes:
        blockers: What prevents it.
        entries_removed: How many entries would leave the ledger, or be reversed.
        entries_restored: How many would come back.
        balances: As `changed_balances` returns them; none where what would leave is not there.
        matchings: The letterings by hand that it would end.
    """

    blockers: list[Blocker]
    entries_removed: int = 0
    entries_restored: int = 0
    balances: list[dict[str, Any]] = field(default_factory=list)
    matchings: list[Matching] = field(default_factory=list)


def preview_of(ledger: Ledger, move: Move) -> Preview:
    """Return what a move would do; a reversal changes the balances as a removal does."""
    blockers = find_blockers(ledger, move)
    codes = read_codes(ledger.connection, ledger.dossier.domain_id, ledger.dossier.id)
    is_there = _GONE.isdisjoint(one.kind for one in blockers)
    return Preview(
        blockers,
        sum(part.count for part in move.leaving),
        sum(part.count for part in move.coming_back),
        changed_balances(ledger, codes, _changes(ledger, move)) if is_there else [],
        _matchings(ledger, move, codes),
    )


def _changes(ledger: Ledger, move: Move) -> list[pl.DataFrame]:
    """Return the totals that a move adds to the ledger; negative: it removes them.

    What a batch removes from others leaves or comes back with it, in its own totals.
    """
    posted_again = [
        part.entries.select(pl.lit(part.batch.id).alias("batch_id"), "entry")
        for part in move.reversed
    ]
    return [
        negated(totals_of_batches(ledger, _whole(move.leaving))),
        totals_of_batches(ledger, _whole(move.arriving)),
        *(totals_of_entries(ledger, some) for some in posted_again),
    ]


def _whole(parts: Iterable[Part]) -> list[int]:
    return [part.batch.id for part in parts if part.is_whole]


def _matchings(ledger: Ledger, move: Move, codes: CodeTable) -> list[Matching]:
    """Return the letterings that a move would end, by account, third party and code."""
    table = matchings.c
    query = sa.select(
        table.account_id, table.third_party_id, table.code, table.day, table.by
    ).where(
        table.domain_id == ledger.dossier.domain_id,
        table.dossier_id == ledger.dossier.id,
        table.id.in_(move.broken_matchings()),
    )
    accounts, third_parties = map(codes.by_id, (CodeKind.ACCOUNT, CodeKind.THIRD_PARTY))
    found = [
        Matching(accounts[account], third_parties.get(third_party, ""), *rest)
        for account, third_party, *rest in ledger.connection.execute(query)
    ]
    return sorted(found, key=lambda one: (one.account, one.third_party, one.code))
