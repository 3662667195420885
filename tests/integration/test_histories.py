"""Random histories of imports, replacements, undos and restores, compared with a plain model."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

import pytest

from ecritures.core.errors import ConflictError
from ecritures.database import tables
from helpers.fec import entry, fec
from helpers.ledgers import kinds

STEPS = 22


@dataclass
class Batch:
    """What the model knows of an import: cents by entry, and what it removed."""

    import_id: str
    number: int
    entries: dict[int, int]
    removes: set[tuple[int, int]] = field(default_factory=set)  # batch, entry
    ended: set[int] = field(default_factory=set)  # batches that it replaced whole
    was_undone: bool = False


class Model:
    """The ledger as dictionaries."""

    def __init__(self) -> None:
        self.batches: dict[int, Batch] = {}
        self.in_force: set[int] = set()

    def removed(self, but: int = 0) -> set[tuple[int, int]]:
        those = (self.batches[one].removes for one in self.in_force if one != but)
        return set().union(*those)

    def cents(self) -> int:
        return sum(
            cents
            for batch in self.in_force
            for one, cents in self.batches[batch].entries.items()
            if (batch, one) not in self.removed()
        )

    def is_touched(self, batch: int, but: int = 0) -> bool:
        return any(target == batch for target, _ in self.removed(but))

    def prevents_undo(self, batch: int) -> set[str]:
        return {"replaced-since"} if self.is_touched(batch, batch) else set()

    def prevents_restore(self, batch: int) -> set[str]:
        one = self.batches[batch]
        gone = any(
            target not in self.in_force or (target, entry_) in self.removed(batch)
            for target, entry_ in one.removes
        )
        gone |= any(
            target not in self.in_force or self.is_touched(target, batch) for target in one.ended
        )
        return {"moved-since"} if gone else set()

    def undo(self, batch: int) -> None:
        self.in_force = (self.in_force - {batch}) | self.batches[batch].ended
        self.batches[batch].was_undone = True

    def restore(self, batch: int) -> None:
        self.in_force = (self.in_force | {batch}) - self.batches[batch].ended
        self.batches[batch].was_undone = False
        for target in self.batches[batch].ended:
            self.batches[target].was_undone = False


class History:
    """Does the same to the ledger and to the model."""

    def __init__(self, importing, books, seed):
        self.importing, self.books, self.model = importing, books, Model()
        self.random = Random(seed)  # noqa: S311 - any chance does
        self.numbers = iter(range(1, 1000))

    def post(self):
        made = {}
        rows = []
        for rank in range(1, self.random.randint(2, 5)):
            cents = self.random.randint(1, 9999)
            amount = f"{cents // 100},{cents % 100:02d}"
            rows += entry(next(self.numbers), amount)
            made[rank] = cents
        url = f"https://files.example/{len(self.model.batches)}.txt"
        state = self.importing.post(fec(rows), url=url)
        number = self.books.batch_of(state.id)
        self.model.batches[number] = Batch(state.id, number, made)
        self.model.in_force.add(number)
        return number

    def replace_some(self):
        old = self._any_in_force()
        new = self.post()
        gone = self.model.removed()
        for one in self.model.batches[old].entries if old else ():
            if (old, one) not in gone and self.random.random() < 0.5:
                self.books.link(new, old, one, one, self.random.choice(("removes", "changes")))
                self.model.batches[new].removes.add((old, one))

    def replace_whole(self):
        old = self._any_in_force()
        new = self.post()
        one = self.model.batches.get(old)
        if one and not one.removes and not self.model.is_touched(old):
            (span,) = self.books.rows(tables.batch_spans, tables.batch_spans.c.batch_id == new)
            table = tables.batch_spans
            with self.books.database.for_domain(self.books.dossier.domain_id).write() as writing:
                still = table.c.batch_id == old, table.c.to_revision.is_(None)
                ended = table.update().where(*still).values(to_revision=span.from_revision)
                writing.execute(ended)
            self.model.batches[new].ended.add(old)
            self.model.in_force.discard(old)
            one.was_undone = False

    def undo(self):
        batch = self._any()
        one = self.model.batches[batch]
        if batch not in self.model.in_force:
            return self._refused(self.books.undo, one, set())
        if reasons := self.model.prevents_undo(batch):
            return self._refused(self.books.undo, one, reasons)
        before = self.books.balance()
        self.books.undo(one.import_id)
        self.model.undo(batch)
        if self.random.random() < 0.3:
            self.books.restore(one.import_id)
            self.model.restore(batch)
            assert self.books.balance() == before
        return None

    def restore(self):
        batch = self._any()
        one = self.model.batches[batch]
        if batch in self.model.in_force or not one.was_undone:
            return self._refused(self.books.restore, one, set())
        if reasons := self.model.prevents_restore(batch):
            return self._refused(self.books.restore, one, reasons)
        self.books.restore(one.import_id)
        return self.model.restore(batch)

    def _refused(self, act, batch, reasons):
        with pytest.raises(ConflictError) as caught:
            act(batch.import_id)
        assert kinds(caught.value).keys() == reasons

    def _any(self):
        return self.random.choice(sorted(self.model.batches))

    def _any_in_force(self):
        found = sorted(self.model.in_force)
        return self.random.choice(found) if found else 0


def debit(balance):
    return sum(debit for debit, _ in balance.values())


@pytest.mark.parametrize("seed", range(6))
def test_the_ledger_is_the_model_at_every_revision(importing, books, seed):
    history = History(importing, books, seed)
    history.post()
    known = {}
    acts = [history.post, history.replace_some, history.replace_whole]
    acts += [history.undo, history.restore] * 3
    for _ in range(STEPS):
        history.random.choice(acts)()
        assert debit(books.balance()) == history.model.cents()
        known[len(books.rows(tables.events))] = history.model.cents()
    for revision, cents in known.items():
        assert debit(books.balance(revision)) == cents
    revisions = sorted(row.revision for row in books.rows(tables.events))
    assert revisions == list(range(1, len(revisions) + 1))
