"""The general ledger (grand livre): account after account, with the running balance.

Each account has its opening (see `opening_balances`), then its lines, then its closing. Entries of
opening are in the opening, never among the lines.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ecritures.database.paging import Page, is_beyond
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.read.conditions import Conditions
from ecritures.ledger.read.line_rows import LINE_KEY, page_lines
from ecritures.ledger.read.opening_balances import find_opening, movements_of, opening_sums
from ecritures.ledger.read.sums import add_up, sums_of_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ecritures.ledger.read.filters import Filter
    from ecritures.ledger.read.line_rows import Line
    from ecritures.ledger.read.snapshot import Snapshot

LINES_AT_ONCE = 10_000


class LedgerKey(NamedTuple):
    """The last line of a page, or an account that has none, without a line."""

    account: str
    day: date
    batch_id: int
    line: int


@dataclass(frozen=True, slots=True)
class AccountLedger:
    """An account, or the part of it that a page shows.

    Attributes:
        opening_cents: Debit less credit at the first day; so are all balances.
        is_computed: Whether no entry of opening says so: it follows from the years before.
        carried_cents: The balance before the first of `lines`.
        lines: Some of its lines, each with the balance after it.
        line_count: Of all its lines, as the amounts.
        is_complete: Whether no line follows.
    """

    account: str
    label: str
    opening_cents: int
    is_computed: bool
    carried_cents: int
    lines: tuple[tuple[Line, int], ...]
    line_count: int
    debit_cents: int
    credit_cents: int
    is_complete: bool

    @property
    def closing_cents(self) -> int:
        """The balance after the last of all its lines."""
        return self.opening_cents + self.debit_cents - self.credit_cents


class GeneralLedger:
    """The ledger of the accounts that a filter wants.

    Args:
        snapshot: The ledger.
        wanted: Which accounts and lines.
    """

    def __init__(self, snapshot: Snapshot, wanted: Filter) -> None:
        self._snapshot = snapshot
        self._opening = find_opening(snapshot, wanted.start, wanted.end)
        opened = opening_sums(snapshot, wanted, self._opening).sums
        self._opens = {key[0]: debit - credit for key, (_, debit, credit) in opened.items()}
        moving = movements_of(snapshot, wanted)
        self._start = self._opening.day
        self._conditions = (
            Conditions(snapshot, replace(moving, start=self._start)) if moving else None
        )
        self._moves = (
            {key[0]: sums for key, sums in add_up(self._conditions, "account_id").items()}
            if self._conditions and self._start
            else {}
        )
        names = snapshot.names(CodeKind.ACCOUNT)
        self._accounts = sorted((*names[one], one) for one in self._opens.keys() | self._moves)

    def page(
        self, limit: int, after: LedgerKey | None = None, at: date | None = None
    ) -> Page[AccountLedger]:
        """Return a page: lines of accounts, by account, date, batch and line.

        Args:
            limit: How many lines; an account without any counts as one.
            after: The last line of the page before.
            at: Begin at this day of the first account.
        """
        found: list[AccountLedger] = []
        place = 0
        if after is not None:
            codes = [code for code, _, _ in self._accounts]
            place = next((n for n, code in enumerate(codes) if code >= after.account), len(codes))
            if place < len(codes) and codes[place] == after.account:
                one = self._part(self._accounts[place], limit, tuple(after[1:]))
                found += [one] if one.lines else []
                place += 1
        elif at is not None and self._accounts:
            found.append(self._part(self._accounts[0], limit, (at, 0, -1)))
            place = 1
        left = limit - sum(len(one.lines) or 1 for one in found)
        while left > 0 and place < len(self._accounts) and all(one.is_complete for one in found):
            chosen = self._fitting(place, left)
            if chosen:
                found += self._whole(chosen)
                place += len(chosen)
                left -= sum(self._size(number) for _, _, number in chosen)
            else:
                found.append(self._part(self._accounts[place], left, None))
                left, place = 0, place + 1
        is_last = place >= len(self._accounts) and all(one.is_complete for one in found)
        return Page(found, None if is_last or not found else _key_of(found[-1]))

    def accounts(self) -> Iterator[AccountLedger]:
        """Yield all of it in parts, in bounded memory."""
        page = self.page(LINES_AT_ONCE)
        yield from page.items
        while page.next_key is not None:
            page = self.page(LINES_AT_ONCE, LedgerKey(*page.next_key))
            yield from page.items

    def _size(self, number: int) -> int:
        """Return how many lines of a page an account takes."""
        return max(self._moves.get(number, (0,))[0], 1)

    def _fitting(self, place: int, left: int) -> list[tuple[str, str, int]]:
        """Return the accounts from a place on that fit whole."""
        chosen = []
        for one in self._accounts[place:]:
            left -= self._size(one[2])
            if left < 0:
                break
            chosen.append(one)
        return chosen

    def _whole(self, chosen: list[tuple[str, str, int]]) -> list[AccountLedger]:
        """Return accounts with all their lines, read together."""
        held: dict[str, list[Line]] = {}
        moving = [number for _, _, number in chosen if number in self._moves]
        if moving and self._conditions:
            count = sum(self._moves[number][0] for number in moving)
            for line in page_lines(self._conditions.of_accounts(moving), count).items:
                held.setdefault(line.account, []).append(line)
        return [
            self._account(one, held.get(one[0], []), self._opens.get(one[2], 0), is_complete=True)
            for one in chosen
        ]

    def _part(
        self,
        one: tuple[str, str, int],
        limit: int,
        after: tuple[date, int, int] | tuple[object, ...] | None,
    ) -> AccountLedger:
        """Return an account with some of its lines."""
        number = one[2]
        carried = self._opens.get(number, 0)
        if number not in self._moves or self._conditions is None:
            return self._account(one, [], carried, is_complete=True)
        conditions = self._conditions.of_accounts([number])
        if after is not None:
            carried += _balance_up_to(conditions, after)
        page = page_lines(conditions, limit, after)
        return self._account(one, page.items, carried, is_complete=page.next_key is None)

    def _account(
        self, one: tuple[str, str, int], held: list[Line], carried: int, *, is_complete: bool
    ) -> AccountLedger:
        code, label, number = one
        count, debit, credit = self._moves.get(number, (0, 0, 0))
        balance, running = carried, []
        for line in held:
            balance += line.debit_cents - line.credit_cents
            running.append((line, balance))
        return AccountLedger(
            code,
            label,
            self._opens.get(number, 0),
            self._opening.is_computed,
            carried,
            tuple(running),
            count,
            debit,
            credit,
            is_complete,
        )


def _balance_up_to(conditions: Conditions, key: tuple[object, ...]) -> int:
    """Return what the lines up to one add up to: whole months, days, and those of its day."""
    day = key[0]
    assert isinstance(day, date)  # noqa: S101 - of a key of lines
    before = add_up(conditions.within(None, day - timedelta(days=1)), "account_id")
    held = sums_of_lines(conditions.within(day, day), ("account_id",), ~is_beyond(LINE_KEY, key))
    parts = [*before.values(), *held.values()]
    return sum(debit - credit for _, debit, credit in parts)


def _key_of(one: AccountLedger) -> LedgerKey:
    if one.lines:
        return LedgerKey(one.account, *one.lines[-1][0].key)
    return LedgerKey(one.account, date.max, 0, 0)
