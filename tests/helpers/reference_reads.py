"""Every read of a ledger, computed in plain Python from the rows of lines alone."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from ecritures.database import tables
from helpers.ledgers import Books, holds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ecritures.database import Database
    from ecritures.directory.dossiers import Dossier
    from ecritures.ledger.read.filters import Filter

Days = tuple[date, date]
OPENINGS = {"AN", "ANO", "AN0", "RAN", "OUV"}


class Row(NamedTuple):
    """A line of the ledger."""

    batch: int
    line: int
    entry: int
    day: date
    journal: str
    number: str
    account: str
    third_party: str
    piece: str
    label: str
    debit: int
    credit: int
    lettering: str
    siret: str
    source: str

    @property
    def place(self) -> tuple[date, int, int]:
        return self.day, self.batch, self.line


@dataclass
class Reference:
    """The lines in a ledger at a revision; `heads`: date, journal and number of its entries."""

    dossier: Dossier
    rows: list[Row]
    heads: dict[tuple[int, int], tuple[date, str, str]]

    @classmethod
    def read(cls, database: Database, dossier: Dossier, revision: int) -> Reference:
        books = Books(database, dossier)
        there = {
            one.batch_id
            for one in books.rows(tables.batch_spans)
            if one.dossier_id == dossier.id and holds(one, revision)
        }
        gone = {
            (one.target_batch_id, entry)
            for one in books.rows(tables.batch_links)
            if one.batch_id in there and one.kind in {"removes", "changes"}
            for entry in range(one.first_entry, one.last_entry + 1)
        }
        code = {
            (one.kind, one.id): one.code
            for one in books.rows(tables.codes)
            if one.dossier_id == dossier.id
        }
        sources = {one.id: one.source for one in books.rows(tables.batches)}
        entries = {
            (one.batch_id, one.entry): one
            for one in books.rows(tables.entries)
            if one.batch_id in there and (one.batch_id, one.entry) not in gone
        }
        hands = _by_hand(books, dossier, revision)
        rows = []
        for one in books.rows(tables.lines):
            entry = entries.get((one.batch_id, one.entry))
            if entry is None:
                continue
            third_party = one.third_party_id
            lettering = hands.get((one.batch_id, one.line), one.lettering)
            rows.append(
                Row(
                    *(one.batch_id, one.line, one.entry, one.entry_date or entry.entry_date),
                    code["journal", one.journal_id or entry.journal_id],
                    entry.number or "",
                    code["account", one.account_id],
                    code["third-party", third_party] if third_party is not None else "",
                    one.piece_ref if one.piece_ref is not None else entry.piece_ref or "",
                    one.label if one.label is not None else entry.label or "",
                    *(one.debit_cents, one.credit_cents, lettering or "", one.siret or ""),
                    sources[one.batch_id],
                )
            )
        heads = {
            key: (one.entry_date, code["journal", one.journal_id], one.number or "")
            for key, one in entries.items()
        }
        return cls(dossier, sorted(rows, key=lambda row: row.place), heads)

    def lines(self, wanted: Filter) -> list[Row]:
        return [
            row
            for row in self.rows
            if _of_entry(wanted, row.day, row.journal, row.number, row.source)
            and self._is_met(wanted, row)
        ]

    def entries(self, wanted: Filter) -> list[tuple[date, int, int]]:
        held = defaultdict(list)
        for row in self.rows:
            held[row.batch, row.entry].append(row)
        return sorted(
            (day, *key)
            for key, (day, journal, number) in self.heads.items()
            if _of_entry(wanted, day, journal, number, held[key][0].source)
            and any(self._is_met(wanted, row) for row in held[key])
        )

    def totals(self, wanted: Filter, by: Callable[[Row], str]) -> list[tuple[str, int, int, int]]:
        """Code, lines, debit and credit."""
        return _add_up(self.lines(wanted), by)

    def totals_once(
        self, wanted: Filter, by: Callable[[Row], str]
    ) -> list[tuple[str, int, int, int]]:
        """The same, without the openings of later years, unless journals are chosen."""
        lines = self.lines(wanted)
        if self.rows and not wanted.journals:
            _, (_, end), _ = self.opening(wanted)
            lines = [row for row in lines if row.journal not in OPENINGS or row.day <= end]
        return _add_up(lines, by)

    def ledger(self, wanted: Filter) -> list[tuple[str, int, list[tuple[Any, int]]]]:
        """Account, opening, and its lines (date, batch, line) with the balance after each."""
        met = [row for row in self.rows if self._is_met(wanted, row)]
        met = [row for row in met if _of_entry(wanted, None, row.journal, row.number, row.source)]
        if not self.rows:
            return []
        start, year, base = self.opening(wanted)
        opens: dict[str, list[int]] = defaultdict(list)
        moves: dict[str, list[Row]] = defaultdict(list)
        for row in met:
            cents = row.debit - row.credit
            of_result = row.account[:1] in {"6", "7"}
            if row.journal in OPENINGS:
                if self._year(row.day) == base and (not of_result or base == year):
                    opens[row.account].append(cents)
            elif row.day < start:
                begin = year[0] if of_result else base[0] if base else date.min
                if row.day >= begin:
                    opens[row.account].append(cents)
            elif wanted.end is None or row.day <= wanted.end:
                moves[row.account].append(row)
        return [
            (account, sum(opens[account]), _running(sum(opens[account]), moves[account]))
            for account in sorted(opens.keys() | moves.keys())
        ]

    def opening(self, wanted: Filter) -> tuple[date, Days, Days | None]:
        """The first day, its year, and the last year that has an opening up to that one."""
        first = min(row.day for row in self.rows)
        first_year, start = self._year(first), wanted.start
        year = self._year(start) if start else first_year
        if start is None:
            start = first if year[0] == date.min else min(first, year[0])
        elif year < first_year and first_year[0] <= (wanted.end or date.max):
            start, year = first_year[0], first_year
        openings = {self._year(row.day) for row in self.rows if row.journal in OPENINGS}
        return start, year, max((one for one in openings if one <= year), default=None)

    def balance(
        self, wanted: Filter, by: Callable[[Row], tuple[str, ...]]
    ) -> tuple[dict[tuple[str, ...], list[int]], int]:
        """Opening, debit and credit by key, and the result that no opening has carried.

        Lines that cancel out have their key too, with zeros.
        """
        found: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
        if not self.rows:
            return found, 0
        start, year, base = self.opening(wanted)
        result = 0
        for row in self.rows:
            if not self._is_met(wanted, row) or not _of_entry(
                wanted, None, row.journal, row.number, row.source
            ):
                continue
            key, cents = by(row), row.debit - row.credit
            if row.journal in OPENINGS:
                opens, this_year = self._year(row.day) == base, base == year
            else:
                opens = row.day < start and (base is None or row.day >= base[0])
                this_year = row.day >= year[0]
            if opens and row.account[:1] in {"6", "7"} and not this_year:
                result += cents
            elif opens:
                found[key][0] += cents
            elif start <= row.day <= (wanted.end or date.max) and row.journal not in OPENINGS:
                found[key][1] += row.debit
                found[key][2] += row.credit
        return found, result

    def _year(self, day: date) -> Days:
        for year in self.dossier.fiscal_years:
            if year.start <= day <= year.end:
                return year.start, year.end
        days = sorted(row.day for row in self.rows if row.journal in OPENINGS)
        starts = [*{(one.year, one.month): one for one in reversed(days)}.values()][::-1]
        if self.dossier.fiscal_years or not starts:
            one, years = timedelta(days=1), self.dossier.fiscal_years
            before = [year.end + one for year in years if year.end < day]
            after = [year.start - one for year in years if year.start > day]
            start, end = date(day.year, 1, 1), date(day.year, 12, 31)
            return max([start, *before]), min([end, *after])
        bounds = [date.min, *starts, date.max]
        (place,) = [n for n, begin in enumerate(bounds[:-1]) if begin <= day < bounds[n + 1]]
        end = bounds[place + 1]
        return bounds[place], end if end == date.max else end - timedelta(days=1)

    def _is_met(self, wanted: Filter, row: Row) -> bool:
        """Return whether a line meets the conditions on single lines."""
        main = self.dossier.sirets[0] if self.dossier.sirets else None
        texts = [plain(text) for text in (row.label, row.piece, row.number)]
        return (
            (not wanted.accounts or any(one.holds(row.account) for one in wanted.accounts))
            and _any_or_all(wanted.third_parties, row.third_party)
            and (not wanted.sirets or (row.siret or main) in wanted.sirets)
            and _any_or_all(wanted.pieces, row.piece)
            and all(word in texts[0] for word in wanted.words)
            and all(any(word in text for text in texts) for word in wanted.anywhere)
            and (
                not wanted.amounts
                or any(one.holds(row.debit, row.credit) for one in wanted.amounts)
            )
            and (
                wanted.lettering is None
                or bool(row.lettering) is (wanted.lettering.value == "lettered")
            )
        )


def _running(balance: int, rows: list[Row]) -> list[tuple[Any, int]]:
    found = []
    for row in rows:
        balance += row.debit - row.credit
        found.append((row.place, balance))
    return found


def plain(text: str) -> str:
    """Fold a text as a person would: accents and capitals do not count."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return bare.lower().replace("œ", "oe").replace("æ", "ae")


def _any_or_all(patterns: Iterable[Any], code: str) -> bool:
    held = list(patterns)
    return not held or any(one.holds(code) for one in held)


def _of_entry(wanted: Filter, day: date | None, journal: str, number: str, source: str) -> bool:
    return (
        (day is None or wanted.start is None or day >= wanted.start)
        and (day is None or wanted.end is None or day <= wanted.end)
        and (not wanted.journals or journal in wanted.journals)
        and (not wanted.numbers or number in wanted.numbers)
        and (not wanted.imports or source.split("/", maxsplit=1)[0] in wanted.imports)
    )


def _add_up(rows: Iterable[Row], by: Callable[[Row], str]) -> list[tuple[str, int, int, int]]:
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        sums = found[by(row)]
        sums[0] += 1
        sums[1] += row.debit
        sums[2] += row.credit
    return sorted((code, *sums) for code, sums in found.items())  # type: ignore[misc]


def _by_hand(books: Books, dossier: Dossier, revision: int) -> dict[tuple[int, int], str | None]:
    acts = {
        one.id: one.code
        for one in books.rows(tables.matchings)
        if one.dossier_id == dossier.id and holds(one, revision)
    }
    found: dict[tuple[int, int], str | None] = {}
    for one in sorted(books.rows(tables.matching_lines), key=lambda row: row.matching_id):
        if one.dossier_id == dossier.id and one.matching_id in acts:
            found[one.batch_id, one.line] = acts[one.matching_id] if one.matched else None
    return found
