"""A ledger in plain Python: what each act does to it, and what prevents an act."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

OPENING = "AN"
Place = tuple[int, int]
"""A batch of the model, and the rank of an entry there."""


class Line(NamedTuple):
    """A line of an entry; `lettering` is no part of the entry."""

    account: str
    third_party: str
    debit: int
    credit: int
    lettering: str = ""


@dataclass(frozen=True)
class Entry:
    """An entry. `is_known`: whether it has fingerprints, as all have but reversals."""

    journal: str
    number: str
    day: date
    label: str
    piece: str
    lines: tuple[Line, ...]
    is_made: bool = False
    is_known: bool = True

    @property
    def key(self) -> tuple[str, str] | None:
        return (self.journal, self.number) if self.number and self.is_known else None

    @property
    def content(self) -> Any:
        return (self.day, *sorted(line[:4] for line in self.lines)) if self.is_known else None

    @property
    def full(self) -> Any:
        whole = self.journal, self.label, self.piece, self.is_made, self.content
        return whole if self.is_known else None

    @property
    def cents(self) -> int:
        return sum(line.debit - line.credit for line in self.lines)

    @property
    def month(self) -> tuple[int, int]:
        return self.day.year, self.day.month


@dataclass
class Batch:
    """What an import, or a reversal, added, and what it did to entries of other batches.

    Attributes:
        opened: From which revision it is in force; None: it is not.
        ended: At which revision it left last.
    """

    entries: dict[int, Entry]
    content: bytes | None
    opened: int | None
    removes: set[Place] = field(default_factory=set)
    confirms: set[Place] = field(default_factory=set)
    ended: int = 0
    is_reversed: bool = False
    is_purged: bool = False


@dataclass(frozen=True)
class Scope:
    """What a replacement replaces; None: no limit."""

    start: date | None = None
    end: date | None = None
    journals: tuple[str, ...] | None = None

    def holds(self, entry: Entry) -> bool:
        return (
            (self.start is None or entry.day >= self.start)
            and (self.end is None or entry.day <= self.end)
            and (self.journals is None or entry.journal in self.journals)
        )


@dataclass
class Verdict:
    """What an import does: the entries it leaves out, changes, and removes.

    `duplicates`: known, alike, with a number again. `known`: the file is left out, unread.
    """

    added: dict[int, Entry]
    refusals: set[str] = field(default_factory=set)
    kept: dict[int, Place] = field(default_factory=dict)
    changed: dict[int, Place] = field(default_factory=dict)
    removed: set[Place] = field(default_factory=set)
    skips: bool = False
    duplicates: tuple[int, int, int] = (0, 0, 0)
    reversed: set[Place] = field(default_factory=set)
    known: bool = False

    @property
    def counts(self) -> dict[str, int]:
        found = {
            "added": len(self.added) - len(self.changed),
            "removed": len(self.removed),
            "changed": len(self.changed),
            "unchanged": 0,
            "skipped": 0,
        }
        return found | {"skipped" if self.skips else "unchanged": len(self.kept)}

    @property
    def signature(self) -> Any:
        links = self.kept, self.changed, self.removed, self.reversed
        return self.counts, set(self.added), *links, self.duplicates


class Refused(Exception):  # noqa: N818 - no error
    """The act is refused: the codes or the kinds that are to be reported, one or all of them."""

    def __init__(self, *codes: str) -> None:
        super().__init__(*codes)
        self.codes = set(codes)


class Model:
    """The ledger. `years`: first and last day of each fiscal year, and its state."""

    def __init__(self, years: Iterable[tuple[date, date]]) -> None:
        self.batches: list[Batch] = []
        self.validated: set[Place] = set()
        self.cancelled: set[Place] = set()  # entries that were reversed, and their reversals
        self.reversed_by: dict[int, set[Place]] = {}  # what each replacement reversed
        self.locked: date | None = None
        self.closed: date | None = None
        self.years = dict.fromkeys(years, "open")
        self.history: list[dict[Place, Entry]] = [{}]

    @property
    def revision(self) -> int:
        return len(self.history) - 1

    def step(self) -> None:
        self.history.append(self.now())

    def in_force(self, but: int = -1) -> list[int]:
        return [n for n, one in enumerate(self.batches) if one.opened is not None and n != but]

    def removed(self, but: int = -1) -> set[Place]:
        return set().union(*(self.batches[one].removes for one in self.in_force(but)))

    def now(self) -> dict[Place, Entry]:
        gone = self.removed()
        return {
            (batch, rank): entry
            for batch in self.in_force()
            for rank, entry in sorted(self.batches[batch].entries.items())
            if (batch, rank) not in gone
        }

    def at(self, place: Place) -> Entry:
        return self.batches[place[0]].entries[place[1]]

    def state(self, day: date) -> str:
        states = [state for (start, end), state in self.years.items() if start <= day <= end]
        if (self.closed and day <= self.closed) or "final" in states:
            return "closed"
        return "locked" if "closed" in states or (self.locked and day <= self.locked) else "open"

    def set_year(self, year: tuple[date, date], state: str) -> None:
        self.years[year] = state
        self.step()

    def year_of(self, day: date) -> Any:
        return next((year for year in self.years if year[0] <= day <= year[1]), day.year)

    # What imports do.

    def append(
        self, file: Mapping[int, Entry], content: bytes, options: Mapping[str, Any]
    ) -> Verdict:
        """Say what an import that replaces nothing does."""
        existing = self.now()
        months = [entry.month for entry in file.values()]
        near = {p: e for p, e in existing.items() if min(months) <= e.month <= max(months)}
        reversals = {p for p in self.cancelled if self.batches[p[0]].content is None}
        near = {p: e for p, e in near.items() if p not in self.cancelled - reversals}
        same = pair(file, near, lambda one: one.key and (one.key, one.content))
        alike = pair(file, near, lambda one: None if one.number else one.content)
        known = options.get("duplicateEntries", "refuse")
        kept = same if known == "skip" else {}
        kept |= alike if options.get("lookalikes") == "skip" else {}
        found = Verdict({n: e for n, e in file.items() if n not in kept}, kept=kept, skips=True)
        left = {one.key for place, one in near.items() if place not in same.values() and one.key}
        reused = sum(one.key in left for rank, one in file.items() if rank not in same)
        found.duplicates = len(same), len(alike), reused
        if same and known == "refuse":
            found.refusals.add("entries-known")
        if options.get("duplicates") != "allow":
            whole = self._same_file(content, set(existing) - self.cancelled)
            if whole is not None and options.get("duplicates") == "skip":
                found.kept = dict(enumerate(whole))
                return replace(found, added={}, refusals=set(), known=True)
            came = any(self.batches[one].content == content for one in self.in_force())
            if whole is not None:
                found.refusals |= {"imported-before", "imported-once"}
            elif came and alike and options.get("lookalikes") != "skip":
                found.refusals.add("imported-in-part")
        openings = options.get("openings", "refuse")
        years = {self.year_of(e.day) for e in found.added.values() if e.journal == OPENING}
        second = {
            place
            for place, entry in existing.items()
            if entry.journal == OPENING and self.year_of(entry.day) in years
        } - self.cancelled
        if second and openings == "refuse":
            found.refusals.add("opening-present")
        if openings == "replace":
            found.removed = second - set(kept.values())
        self._check_days(found, found.removed)
        return found

    def _same_file(self, content: bytes, standing: set[Place]) -> set[Place] | None:
        """Return what an import of a content posted, or counted on, if all of it still stands."""
        those = [one for one in self.in_force() if self.batches[one].content == content]
        wholes = [
            {(n, e) for e in self.batches[n].entries} | self.batches[n].confirms for n in those
        ]
        return next((whole for whole in wholes if whole <= standing), None)

    def replace(
        self, file: Mapping[int, Entry], scope: Scope, *, planned: bool, reverse: bool = False
    ) -> Verdict:
        """Say what a replacement does. `planned`: whether its plan was seen."""
        there = {p: e for p, e in self.now().items() if p not in self.cancelled}
        inside = {place: entry for place, entry in there.items() if scope.holds(entry)}
        unchanged = pair(file, inside, lambda one: one.key and (one.key, one.full))
        unchanged |= pair(file, inside, lambda one: None if one.number else one.full)
        rest = {n: e for n, e in file.items() if n not in unchanged}
        left = {p: e for p, e in inside.items() if p not in unchanged.values()}
        changed = pair(rest, left, lambda one: one.key)
        gone = set(left) - set(changed.values())
        found = Verdict(rest, set(), unchanged, changed, gone)
        found.reversed = set(left) & self.validated if reverse else set()
        if not all(scope.holds(entry) for entry in file.values()):
            found.refusals.add("outside-scope")
        if len(gone) * 2 > len(inside) and not planned:
            found.refusals.add("replace-removes-much")
        self._check_days(found, set(left))
        if reverse:
            found.refusals -= {"entries-validated"}
        return found

    def _check_days(self, found: Verdict, leaving: set[Place]) -> None:
        days = [e.day for e in found.added.values()] + [self.at(one).day for one in leaving]
        if any(self.state(day) != "open" for day in days):
            found.refusals.add("days-not-open")
        if leaving & self.validated:
            found.refusals.add("entries-validated")

    def publish(self, verdict: Verdict, content: bytes, *, binding: bool = False) -> None:
        number = len(self.batches)
        removes = (verdict.removed | set(verdict.changed.values())) - verdict.reversed
        batch = Batch(
            verdict.added, content, self.revision + 1, removes, set(verdict.kept.values())
        )
        self.batches.append(batch)
        if binding:
            self.validated |= {(number, rank) for rank in verdict.added}
        self.step()
        if verdict.reversed:
            self._post_reversal(sorted(verdict.reversed), set())
            self.reversed_by[number] = verdict.reversed

    # What takes a batch back, and brings it back.

    def undo(self, number: int, *, force: bool = False, reverse: bool = False) -> None:
        """Take a batch back, or reverse it.

        Raises:
            Refused: Something prevents it.
        """
        batch = self.batches[number]
        if batch.opened is None or batch.is_reversed:
            raise Refused("already-undone")
        own = {(number, rank) for rank in batch.entries}
        kinds = self._prevents(own, number, "replaced-since")
        reversed_ = self.reversed_by.get(number, set())
        kinds |= self._prevents_return(batch.removes | reversed_, batch.opened, number)
        kinds |= {"validated"} if reversed_ else set()
        kinds -= {"confirmed-since"} if force else set()
        back = sorted(batch.removes | self.reversed_by.get(number, set()))
        stays = any(self.state(self.at(place).day) == "closed" for place in back)
        definitive = kinds & {"validated", "closed"} if reverse and not stays else set()
        kinds -= definitive
        if definitive and not kinds:
            return self._reverse(number, back)
        if kinds:
            raise Refused(*kinds)
        batch.opened, batch.ended = None, self.revision + 1
        return self.step()

    def restore(self, number: int, *, force: bool = False) -> None:
        """Bring a batch back.

        Raises:
            Refused: Something prevents it.
        """
        batch = self.batches[number]
        if batch.is_reversed:
            raise Refused("reversed")
        if batch.opened is not None:
            raise Refused("not-undone")
        kinds = self._prevents(batch.removes, number, "moved-since", since=batch.ended)
        if batch.is_purged:
            kinds.add("purged")
        else:
            own = {(number, rank) for rank in batch.entries}
            kinds |= self._prevents_return(own, batch.ended, number)
        kinds -= {"confirmed-since"} if force else set()
        if kinds:
            raise Refused(*kinds)
        batch.opened = self.revision + 1
        self.step()

    def _prevents(self, leaving: set[Place], but: int, gone: str, *, since: int = -1) -> set[str]:
        """Return what prevents entries from leaving. `since`: of later files counting on them."""
        others = [self.batches[one] for one in self.in_force(but)]
        there = {place for place in leaving if self.batches[place[0]].opened is not None}
        found = {gone} if leaving - there or there & self.removed(but) else set()
        later = [one for one in others if (one.opened or 0) > since]
        found |= {"confirmed-since"} if any(leaving & one.confirms for one in later) else set()
        definitive = leaving & self.validated
        if leaving & self.cancelled:
            found.add("reversed")
        kept = {place for place in leaving if not self.batches[place[0]].is_purged}
        found |= {"validated"} if definitive else set()
        return found | ({self.state(self.at(place).day) for place in kept} - {"open"})

    def _prevents_return(self, arriving: set[Place], since: int, moving: int) -> set[str]:
        still = {moving} | {batch for batch, _ in arriving}
        later = [
            entry
            for place, entry in self.now().items()
            if place[0] not in still and (self.batches[place[0]].opened or 0) > since
        ]
        held = {(one.key, one.content) for one in later if one.key}
        years = {self.year_of(one.day) for one in later if one.journal == OPENING}
        contents = {
            self.batches[one].content
            for one in self.in_force()
            if one not in still and (self.batches[one].opened or 0) > since
        } - {None}
        found = set()
        for place in arriving:
            entry = self.at(place)
            opened = entry.journal == OPENING and self.year_of(entry.day) in years
            whole = place[0] == moving and self.batches[moving].content in contents
            if (entry.key and (entry.key, entry.content) in held) or opened or whole:
                found.add("would-duplicate")
            found |= {self.state(entry.day)} - {"open"}
        return found

    def _reverse(self, number: int, back: Iterable[Place]) -> None:
        """Reverse the definitive entries of a batch, remove its drafts, post others again."""
        batch = self.batches[number]
        own = [(number, rank) for rank in sorted(batch.entries)]
        kept = {
            place
            for place in own
            if place in self.validated or self.state(self.at(place).day) == "closed"
        }
        again = [self.at(place) for place in back]
        self._post_reversal([one for one in own if one in kept], set(own) - kept, again)
        batch.is_reversed = True

    def _post_reversal(
        self, definitive: Iterable[Place], drafts: set[Place], again: Iterable[Entry] = ()
    ) -> None:
        made: dict[int, Entry] = {}
        last: dict[str, int] = {}
        for place in definitive:
            entry = self.at(place)
            day = self.first_open(entry.day)
            if day != entry.day and self.years and self.year_of(day) not in self.years:
                raise Refused("no-open-day")
            rank_made = len(made) + 1
            made[rank_made] = replace(
                entry,
                number=self._next_number(entry, last, rank_made),
                day=day,
                label=f"Contre-passation de {entry.journal} {entry.number}".strip()
                + f" du {entry.day:%d/%m/%Y}",
                lines=tuple(Line(a, t, credit, debit) for a, t, debit, credit, _ in entry.lines),
                is_known=False,
            )
        mine = {(len(self.batches), rank) for rank in made}
        self.validated |= mine
        self.cancelled |= mine | set(definitive)
        posted = made | dict(enumerate(again, len(made) + 1))
        self.batches.append(Batch(posted, None, self.revision + 1, drafts))
        self.step()

    def _next_number(self, entry: Entry, last: dict[str, int], rank: int) -> str:
        if not entry.number.isdigit():
            return f"CP-{entry.number or rank}"
        ever = [
            int(one.number)
            for batch in self.batches
            if not batch.is_purged
            for one in batch.entries.values()
            if one.journal == entry.journal and one.number.isdigit()
        ]
        last[entry.journal] = last.get(entry.journal, max(ever)) + 1
        return str(last[entry.journal]).zfill(len(entry.number))

    def first_open(self, day: date) -> date:
        while self.state(day) != "open":
            day += timedelta(days=1)
        return day

    # What makes entries definitive, and forgets those that left.

    def validate(self, through: date, journals: tuple[str, ...] | None) -> int:
        """Validate entries; return how many were drafts."""
        scope = Scope(end=through, journals=journals)
        found = {p for p, e in self.now().items() if scope.holds(e)} - self.validated
        self.validated |= found
        self.step()
        return len(found)

    def purge(self) -> int:
        """Forget the batches that are not in force; return how many."""
        gone = [one for one in self.batches if one.opened is None and not one.is_purged]
        for one in gone:
            one.is_purged = True
            self.step()
        return len(gone)

    def balance(self, start: date | None = None, end: date | None = None) -> dict[str, Place]:
        """Return debit and credit of each account between two days."""
        entries = list(self.now().values())
        counted = self._openings_until(entries, start)
        found: Counter[tuple[str, int]] = Counter()
        for entry in entries:
            if not Scope(start, end).holds(entry):
                continue
            if entry.journal == OPENING and counted is not None and entry.month > counted:
                continue
            for line in entry.lines:
                found[line.account, 0] += line.debit
                found[line.account, 1] += line.credit
        return {account: (found[account, 0], found[account, 1]) for account, _ in found}

    def _openings_until(self, entries: list[Entry], start: date | None) -> tuple[int, int] | None:
        """Return the last month whose openings count: of the year that the period begins in."""
        if not entries:
            return None
        first = min(entry.month for entry in entries)
        begins = date(*max(first, (start.year, start.month) if start else first), 1)
        end = next((year[1] for year in self.years if year[0] <= begins <= year[1]), begins)
        return end.year, end.month


def pair(
    file: Mapping[int, Entry], ledger: Mapping[Place, Entry], by: Callable[[Entry], Any]
) -> dict[int, Place]:
    """Pair entries that agree: the first with the first, and so on."""
    waiting: defaultdict[Any, deque[Place]] = defaultdict(deque)
    for place, entry in ledger.items():
        if by(entry) is not None:
            waiting[by(entry)].append(place)
    return {
        rank: waiting[by(entry)].popleft()
        for rank, entry in file.items()
        if by(entry) is not None and waiting[by(entry)]
    }


def codes_of_refusal(act: Callable[[], object]) -> set[str]:
    """Have the model act; return why it refuses, if it does."""
    try:
        act()
    except Refused as refused:
        return refused.codes
    return set()
