"""A filter as conditions of SQL: the only place where it becomes any."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from ecritures.core.folding import fold
from ecritures.database.statements import looked_up, scanned_for
from ecritures.database.tables import batches as batch_table
from ecritures.database.tables import entries, lines, third_party_totals, totals
from ecritures.database.unindexed import unindexed
from ecritures.ledger.codes import CodeKind
from ecritures.ledger.read.filters import Filter, LetteringState, any_holds
from ecritures.ledger.read.line_columns import (
    JOURNAL_OF_LINE,
    LABEL_OF_LINE,
    PIECE_OF_LINE,
    Condition,
    has_amount,
    holds,
    is_piece,
    may_hold,
    one_of,
    written_out,
)
from ecritures.ledger.read.shares import are_much
from ecritures.ledger.totals import overlapping

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from ecritures.ledger.read.filters import CodePattern
    from ecritures.ledger.read.snapshot import Snapshot

FEW_TOLD = 1_000
FEW_LINES = 200_000
MANY_BATCHES = 100


class Conditions:
    """What a filter means in a ledger at a revision.

    Attributes:
        snapshot: The ledger.
        wanted: The filter.
        reads_all: Whether all that is wanted is read at once, not a page of it.
    """

    def __init__(self, snapshot: Snapshot, wanted: Filter, *, reads_all: bool = False) -> None:
        self.snapshot = snapshot
        self.wanted = wanted
        self.reads_all = reads_all

    @cached_property
    def batches(self) -> list[int]:
        """The batches that may hold what is wanted."""
        wanted = self.wanted
        return self.snapshot.batches_with(wanted.imports, wanted.start, wanted.end)

    @cached_property
    def accounts(self) -> list[int] | None:
        """The numbers of the accounts that are wanted; None: all."""
        return self._numbers(CodeKind.ACCOUNT, self.wanted.accounts)

    @cached_property
    def journals(self) -> list[int] | None:
        """The numbers of the journals that are wanted; None: all."""
        if not self.wanted.journals:
            return None
        named = self.snapshot.names(CodeKind.JOURNAL)
        return [number for number, (code, _) in named.items() if code in self.wanted.journals]

    @cached_property
    def third_parties(self) -> list[int | None] | None:
        """The numbers of the third parties wanted, None for lines without; None: all."""
        patterns = self.wanted.third_parties
        numbers = self._numbers(CodeKind.THIRD_PARTY, patterns)
        nobody = [None] if any_holds(patterns, "") else []
        return None if numbers is None else [*numbers, *nobody]

    @cached_property
    def lettering(self) -> sa.ColumnElement[str]:
        """The lettering in force of a line, in a query from `from_lines`."""
        if self.snapshot.by_hand is None:
            return lines.c.lettering
        hand = self.snapshot.by_hand.c
        return sa.case((hand.line.is_not(None), hand.code), else_=lines.c.lettering)

    @cached_property
    def lettering_date(self) -> sa.ColumnElement[date]:
        """The day of that lettering."""
        if self.snapshot.by_hand is None:
            return lines.c.lettering_date
        hand = self.snapshot.by_hand.c
        return sa.case((hand.line.is_not(None), hand.day), else_=lines.c.lettering_date)

    @property
    def are_matched(self) -> bool:
        """Whether any lines are matched by hand."""
        return self.snapshot.by_hand is not None

    @cached_property
    def matching_id(self) -> sa.ColumnElement[int]:
        """The number of the matching by hand that decides about a line; null: none does."""
        hand = self.snapshot.by_hand
        return sa.cast(sa.null(), sa.Integer) if hand is None else hand.c.matching_id

    def within(self, start: date | None, end: date | None) -> Conditions:
        """Return the same, between two days; None: no limit besides its own."""
        wanted = self.wanted
        starts = [day for day in (start, wanted.start) if day is not None]
        ends = [day for day in (end, wanted.end) if day is not None]
        first, last = max(starts, default=None), min(ends, default=None)
        return self.between(first, last)

    def between(self, start: date | None, end: date | None) -> Conditions:
        """Return the same, between two days instead of its own; None: no limit."""
        wanted = replace(self.wanted, start=start, end=end)
        found = Conditions(self.snapshot, wanted, reads_all=self.reads_all)
        shared = ("accounts", "journals", "third_parties", "_sirets", "few_entries")
        found.__dict__ |= {name: getattr(self, name) for name in shared}
        return found

    def of_accounts(
        self, numbers: list[int], third_parties: list[int | None] | None = None
    ) -> Conditions:
        """Return the same, of a few accounts of those wanted, and of a few third parties."""
        found = self.within(None, None)
        found.accounts = numbers
        if third_parties is not None:
            found.third_parties = third_parties
        return found

    def accounts_held(self) -> list[int]:
        """Return the numbers of the accounts that may have such lines, by the totals of months."""
        query = sa.select(totals.c.account_id).where(*self.of_totals()).distinct()
        return list(self.snapshot.connection.execute(query).scalars())

    @property
    def are_of_totals(self) -> bool:
        """Whether the totals of months answer them, but for the days."""
        return self.totals_table is not None

    @property
    def totals_table(self) -> sa.Table | None:
        """The totals of months that answer them, but for the days; None: only lines do."""
        wanted = self.wanted
        if wanted.imports and self.snapshot.removals.removers.keys() & set(self.batches):
            return None  # what is removed is in the totals of what removes it
        if wanted.numbers or wanted.amounts or wanted.lettering or self.are_of_words:
            return None
        if not wanted.third_parties:
            return totals
        return None if any_holds(wanted.third_parties, "") else third_party_totals

    @property
    def are_of_entries(self) -> bool:
        """Whether entries answer them, so that no line need be looked at."""
        wanted = self.wanted
        return not (wanted.accounts or wanted.sirets or self._are_of_single_lines)

    @cached_property
    def begin_with_lines(self) -> bool:
        """Whether entries are found by their lines: these are few, or no index finds them."""
        if self.are_of_entries or self.are_of_words:
            return False
        if self.accounts is None:
            return True
        count = sa.select(sa.func.sum(totals.c.lines)).where(*self.of_totals())
        return (self.snapshot.connection.execute(count).scalar() or 0) <= FEW_LINES

    @property
    def are_of_words(self) -> bool:
        """Whether the words of an entry tell that it may hold what is wanted."""
        return bool(self.wanted.words or self.wanted.anywhere or self.wanted.pieces)

    @property
    def _are_of_single_lines(self) -> bool:
        wanted = self.wanted
        asked = wanted.third_parties, wanted.amounts, wanted.lettering
        return self.are_of_words or any(asked)

    def of_totals(self, of: sa.Table = totals) -> list[Condition]:
        """Return the conditions on rows of totals, of all periods that overlap the days.

        Args:
            of: One of the tables of totals.
        """
        wanted, table = self.wanted, of.c
        batches: Iterable[int] = self.snapshot.numbers_of_totals
        if wanted.imports:
            batches = self.snapshot.batches_with(wanted.imports)
        found = [table.domain_id == self._domain, table.batch_id.in_(batches)]
        if wanted.imports:
            found.append(table.removed.is_(sa.false()))
        if self.accounts is not None:
            found.append(table.account_id.in_(self.accounts))
        if self.journals is not None:
            found.append(table.journal_id.in_(self.journals))
        if wanted.sirets:
            found.append(table.siret.in_(self._sirets))
        if self.third_parties is not None and of is not totals:
            found.append(one_of(table.third_party_id, self.third_parties))
        return found + overlapping(of, wanted.start, wanted.end)

    def of_lines(self, batches: Iterable[int] | None = None) -> list[Condition]:
        """Return the conditions on lines, in a query from `from_lines`.

        Args:
            batches: Only of these batches; None: of all that may hold what is wanted.
        """
        found = self._in_force(lines, batches)
        if self.are_of_words or self.wanted.numbers:  # entries tell first: they are fewer
            found.append(self._of_told_entries(batches))
        if self.journals is not None:
            found.append(JOURNAL_OF_LINE.in_(self.journals))
        # The day is the last column of a line, which a scan takes longest to come to.
        return found + self._met_by_lines() + self._days(lines.c.day)

    def of_entries(self, batches: Iterable[int] | None = None) -> list[Condition]:
        """Return the conditions on rows of `entries`.

        Args:
            batches: Only of these batches; None: of all that may hold what is wanted.
        """
        wanted = self.wanted
        found = [*self._in_force(entries, batches), *self._days(entries.c.entry_date)]
        if self.journals is not None:
            found.append(entries.c.journal_id.in_(self.journals))
        if wanted.numbers:
            found.append(entries.c.number.in_(wanted.numbers))
        if self.begin_with_lines:
            found.append(sa.tuple_(entries.c.batch_id, entries.c.entry).in_(self._entries_met()))
        elif not self.are_of_entries:
            one = sa.select(lines.c.line).select_from(self._with_hand(lines))
            mine = (
                lines.c.domain_id == entries.c.domain_id,
                lines.c.batch_id == entries.c.batch_id,
                lines.c.entry == entries.c.entry,
            )
            found += self._words()
            found.append(one.where(*mine, *self._met_by_lines()).correlate(entries).exists())
        return found

    def from_lines(self) -> Any:  # noqa: ANN401 - a join
        """Return what a query of lines selects from: lines with their entries."""
        of_line = sa.and_(
            entries.c.domain_id == lines.c.domain_id,
            entries.c.batch_id == lines.c.batch_id,
            entries.c.entry == lines.c.entry,
        )
        # Every line has one. From the left: else SQLite may begin with all entries.
        return self._with_hand(lines.outerjoin(entries, of_line))

    def select_lines(self, *columns: Any) -> sa.Select[Any]:  # noqa: ANN401 - columns
        """Select columns of the lines wanted, and of their entries if there are any such."""
        query = sa.select(*columns)
        asked = self.journals is not None or self.are_of_words
        joins = asked or entries in query.get_final_froms()
        source = self.from_lines() if joins else self._with_hand(lines)
        return query.select_from(source).where(*self.of_lines())

    @property
    def _domain(self) -> int:
        return self.snapshot.dossier.domain_id

    @cached_property
    def _sirets(self) -> list[str]:
        """The establishments wanted; "" among them where the main one is."""
        main = self.snapshot.dossier.sirets[:1]
        return [*self.wanted.sirets, *([""] if set(main) & set(self.wanted.sirets) else [])]

    def _in_force(self, table: sa.Table, batches: Iterable[int] | None) -> list[Condition]:
        if batches is None and self.wanted.numbers and not self.snapshot.removals.removers:
            # An index finds the few rows: writing out thousands of numbers takes longer.
            wanted = self.wanted
            in_force = self.snapshot.select_batches(wanted.imports, wanted.start, wanted.end)
            there = looked_up(self.snapshot.connection, table.c.batch_id, in_force)
            return [table.c.domain_id == self._domain, there]
        those = self.batches if batches is None else list(batches)
        mine: Condition = table.c.batch_id.in_(written_out(those))
        if table is lines and self._scans_many(those):
            mine = scanned_for(self.snapshot.connection, table.c.batch_id, those)
        found = [table.c.domain_id == self._domain, mine]
        return found + self.snapshot.removals.left_in(table, those)

    def _scans_many(self, those: list[int]) -> bool:
        """Return whether all lines of many batches are looked at, and few others are among them."""
        by_index = self.accounts is not None or self.wanted.numbers or self.are_of_words
        if by_index or len(those) <= MANY_BATCHES:
            return False
        between = sa.select(sa.func.count()).where(
            batch_table.c.domain_id == self._domain,
            batch_table.c.id.between(min(those), max(those)),
        )
        return self.snapshot.connection.execute(between).scalar_one() <= 2 * len(those)

    def _days(self, day: sa.ColumnElement[Any]) -> list[Condition]:
        wanted = self.wanted
        found = [] if wanted.start is None else [day >= wanted.start]
        return found if wanted.end is None else [*found, day <= wanted.end]

    def _entries_met(self) -> sa.Select[Any]:
        """Select batch and number of the entries of which a line meets the conditions."""
        mine = lines.c.domain_id == self._domain, lines.c.batch_id.in_(self.batches)
        query = sa.select(lines.c.batch_id, lines.c.entry).select_from(self._with_hand(lines))
        return query.where(*mine, *self._met_by_lines())

    @cached_property
    def few_entries(self) -> dict[int, list[int]] | None:
        """The entries whose words may be those wanted, by batch; None: they are many.

        Whoever reads lines part by part would look through all entries for each part otherwise.
        """
        if not self.are_of_words:
            return None
        query = self._entries_told_by_texts(None).limit(FEW_TOLD + 1)
        rows = self.snapshot.connection.execute(query).all()
        if len(rows) > FEW_TOLD:
            return None
        found: dict[int, list[int]] = {}
        for batch_id, entry in rows:
            found.setdefault(batch_id, []).append(entry)
        return found

    def _of_told_entries(self, batches: Iterable[int] | None) -> Condition:
        line, entries_of = lines.c, self.few_entries
        if entries_of is None:
            return sa.tuple_(line.batch_id, line.entry).in_(self._entries_told_by_texts(batches))
        those = entries_of if batches is None else entries_of.keys() & set(batches)
        each = (sa.and_(line.batch_id == one, line.entry.in_(entries_of[one])) for one in those)
        return sa.or_(sa.false(), *each)

    def _entries_told_by_texts(self, batches: Iterable[int] | None) -> sa.Select[Any]:
        """Select batch and number of the entries that may hold the texts wanted."""
        those = self.batches if batches is None else list(batches)
        mine = [entries.c.domain_id == self._domain, entries.c.batch_id.in_(those)]
        if self.wanted.numbers:
            mine.append(entries.c.number.in_(self.wanted.numbers))
        query = sa.select(entries.c.batch_id, entries.c.entry).where(*mine, *self._words())
        return query.correlate(None)

    def _words(self) -> list[Condition]:
        """Return what the words of entries tell quickly of the texts wanted."""
        wanted = self.wanted
        found = [may_hold(word) for word in (*wanted.words, *wanted.anywhere)]
        if wanted.pieces:
            texts = (one.exact if one.root is None else one.root for one in wanted.pieces)
            found.append(sa.or_(*(may_hold(fold(text)) for text in texts)))
        return found

    def _met_by_lines(self) -> list[Condition]:
        """Return the conditions that a single line meets, whatever its entry."""
        wanted, line = self.wanted, lines.c
        found: list[Condition] = []
        if self.accounts is not None:
            scans = self.reads_all and are_much(self)
            account = unindexed(line.account_id) if scans else line.account_id
            found.append(account.in_(self.accounts))
        if self.third_parties is not None:
            found.append(one_of(line.third_party_id, self.third_parties))
        if wanted.sirets:
            found.append(sa.func.coalesce(line.siret, "").in_(self._sirets))
        if wanted.pieces:
            found.append(sa.or_(*(is_piece(one) for one in wanted.pieces)))
        found += [holds(LABEL_OF_LINE, word) for word in wanted.words]
        texts = LABEL_OF_LINE, PIECE_OF_LINE, entries.c.number
        found += [sa.or_(*(holds(one, word) for one in texts)) for word in wanted.anywhere]
        if wanted.amounts:
            found.append(sa.or_(*map(has_amount, wanted.amounts)))
        if wanted.lettering is not None:
            code = self.lettering
            is_lettered = code.is_not(None)
            found.append(
                is_lettered if wanted.lettering is LetteringState.LETTERED else ~is_lettered
            )
        return found

    def _with_hand(self, source: Any) -> Any:  # noqa: ANN401 - tables
        """Join what was matched by hand, where it matters."""
        hand = self.snapshot.by_hand
        if hand is None:
            return source
        is_it = sa.and_(hand.c.batch_id == lines.c.batch_id, hand.c.line == lines.c.line)
        return source.outerjoin(hand, is_it)

    def _numbers(self, kind: CodeKind, patterns: tuple[CodePattern, ...]) -> list[int] | None:
        if not patterns:
            return None
        named = self.snapshot.names(kind)
        return [number for number, (code, _) in named.items() if any_holds(patterns, code)]
