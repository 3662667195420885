"""Two acts on one ledger at the same moment have the effect of one after the other."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from threading import Barrier

import pytest

from ecritures.core.errors import ConflictError
from ecritures.database import tables
from ecritures.imports.request import Status
from helpers import ledger_files as files
from helpers.ledger_model import Model, Refused, Scope

pytestmark = pytest.mark.timing

SECONDS_MAX = 120
ALL = {"replace": {"from": "2024-01-01", "to": "2025-12-31"}}
SKIP = {"duplicateEntries": "skip"}


def held(*numbers, version=0):
    return [files.entry_of(number, version) for number in numbers]


FIRST = held(1, 2, 3, 4)
REVISED = [*held(1, 2), *held(3, version=1)]
OTHER = [*held(1, 4), *held(2, version=1), *held(7)]


@pytest.fixture(params=["postgresql"])
def database(database):
    """SQLite has one writer at a time."""
    return database


class Import:
    """Posts a file."""

    def __init__(self, entries, options):
        self.entries, self.options = entries, options

    def prepare(self, stage):
        self.id = stage.submit(self.entries, self.options)

    def do(self, stage):
        stage.run(self.id)

    def model(self, model):
        file, content = dict(enumerate(self.entries, 1)), files.file_of(self.entries)
        if self.options == ALL:
            verdict = model.replace(file, Scope(), planned=False)
        else:
            verdict = model.append(file, content, self.options)
        if verdict.refusals:
            raise Refused(*verdict.refusals)
        model.publish(verdict, content)


class Move:
    """Undoes or restores the batch that was posted first, or second."""

    def __init__(self, what, batch=0, *, force=False):
        self.what, self.batch, self.force = what, batch, force

    def prepare(self, stage):
        pass

    def do(self, stage):
        try:
            getattr(stage.books, self.what)(stage.posted[self.batch], force=self.force)
        except ConflictError:
            return

    def model(self, model):
        getattr(model, self.what)(self.batch, force=self.force)


class Stage:
    """A dossier whose ledger and whose model have the same."""

    def __init__(self, importing, books):
        self.importing, self.books = importing, books
        self.model, self.posted = Model(()), []
        self._numbers = itertools.count()
        importing.configure(attempt_pause_seconds=0, attempt_pause_seconds_max=0)

    def submit(self, entries, options):
        url = f"https://files.example/{next(self._numbers)}.txt"
        return self.importing.submit(files.file_of(entries), url=url, options=options).id

    def run(self, import_id):
        state = self.importing.run(import_id)
        while state.status is Status.WAITING:
            assert state.message.code == "ledger-moved", state.message
            state = self.importing.run(import_id)

    def post(self, act):
        act.prepare(self)
        act.do(self)
        act.model(self.model)
        self.posted.append(act.id)

    def ledger(self):
        return sorted(files.read_ledger(self.books.database, self.books.dossier).values())


def in_order(model, acts):
    """Return the ledger after acts, one after the other; those refused change nothing."""
    after = deepcopy(model)
    for act in acts:
        try:
            act.model(after)
        except Refused:
            continue
    return sorted(map(files.as_read, after.now().values()))


ON_AN_EMPTY_LEDGER = {
    "two imports of the same entries": (Import(FIRST, {}), Import([*FIRST, *held(5)], {})),
    "two that skip what is there": (Import(FIRST, SKIP), Import(held(3, 4, 5, 6), SKIP)),
}
PAIRS = ON_AN_EMPTY_LEDGER | {
    "two replacements": (Import(REVISED, ALL), Import(OTHER, ALL)),
    "the same replacement twice": (Import(REVISED, ALL), Import(REVISED, ALL)),
    "an import and an undo": (Import(held(3, 4, 8), SKIP), Move("undo", force=True)),
    "a replacement and an undo": (Import(REVISED, ALL), Move("undo")),
    "a replacement and its undo": (Import(OTHER, ALL), Move("undo", 1)),
    "an undo and a restore": (Move("undo"), Move("restore")),
    "two undos of one and the other": (Move("undo"), Move("undo", 1)),
}


@pytest.mark.parametrize("both", PAIRS)
@pytest.mark.parametrize("_attempt", range(2))
def test_at_once(importing, books, both, _attempt):
    acts = PAIRS[both]
    stage = Stage(importing, books)
    if both not in ON_AN_EMPTY_LEDGER:
        stage.post(Import(FIRST, {}))
        stage.post(Import(REVISED, ALL))
    possible = [in_order(stage.model, order) for order in (acts, acts[::-1])]
    for act in acts:
        act.prepare(stage)
    barrier = Barrier(len(acts))

    def do(act):
        barrier.wait()
        act.do(stage)

    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(do, act) for act in acts]:
            done.result(SECONDS_MAX)
    assert stage.ledger() in possible
    revisions = sorted(row.revision for row in books.rows(tables.events))
    assert revisions == list(range(1, len(revisions) + 1))
