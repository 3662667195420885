"""A process dies at a chosen point: what it did is seen whole or not at all, and done again."""

from __future__ import annotations

import pytest

from ecritures.app.actions import undo as undoing
from ecritures.core.errors import ConflictError
from ecritures.database import tables
from ecritures.imports.execution import processing
from ecritures.imports.request import Status
from ecritures.imports.state import recover
from ecritures.ledger.loading import loader, publish, purge
from ecritures.ledger.loading.sweep import sweep
from ecritures.ledger.undoing import reversal, undo
from helpers import ledger_files as files
from helpers.ledger_model import Model, Scope

ELSEWHERE = "https://files.example/other.txt"
FIRST = [files.entry_of(number, 0) for number in range(1, 7)]
NEXT = [files.entry_of(number, 0) for number in range(4, 12)]
CHANGED = [files.entry_of(number, number % 2) for number in range(1, 6)]
SKIP = {"duplicateEntries": "skip"}
ALL = {"replace": {"from": "2024-01-01", "to": "2025-12-31"}}
POINTS = {
    "its batch has a number": (processing, "posting_options", 1),
    "a block is loaded": (loader.RowMaker, "make", 2),
    "its last block is made": (loader.RowMaker, "close", 1),
    "it is planned": (loader.BatchLoader, "load_again", 1),
    "its totals are compared": (loader, "check_totals", 1),
    "it takes the revision": (publish, "next_revision", 1),
    "its links are written": (publish, "batch_spans", 1),
    "its event is written": (processing.state, "finish", 1),
    "all is written": (processing, "announce_replacement", 1),
}


class Killed(BaseException):
    """The process dies here: nothing handles it."""


class _Deadly:
    """A table that kills who touches it."""

    def __getattr__(self, _):
        raise Killed


@pytest.fixture
def kill_at(monkeypatch):
    """Kill who calls a function for the n-th time, or touches a table."""

    def arm(owner, name, times):
        original, calls = getattr(owner, name), []

        def strike(*arguments, **options):
            calls.append(name)
            if len(calls) >= times:
                raise Killed
            return original(*arguments, **options)

        monkeypatch.setattr(owner, name, _Deadly() if name == "batch_spans" else strike)

    return arm


@pytest.fixture
def ledger(database, dossier):
    """Read the entries in the ledger, without the numbers of their batches."""
    return lambda: sorted(files.read_ledger(database, dossier).values())


@pytest.fixture
def model():
    model = Model(())
    model.publish(model.append(dict(enumerate(FIRST, 1)), b"", {}), b"")
    return model


def of_model(model):
    return sorted(map(files.as_read, model.now().values()))


def come_back(database):
    """Do what a service does when it starts again."""
    recover(database, 10, every_lease=True)
    sweep(database)


def left_over(books):
    """Count the rows that belong to no published batch."""
    known = {row.id for row in books.rows(tables.batches) if row.state == "published"}
    held = [*books.rows(tables.lines), *books.rows(tables.entries), *books.rows(tables.totals)]
    links = [*books.rows(tables.batch_links), *books.rows(tables.batch_blocks)]
    return sum(row.batch_id not in known for row in (*held, *links))


@pytest.mark.parametrize(("how", "block_bytes"), [("skips", 1_000_000), ("replaces", 800)])
@pytest.mark.parametrize("point", POINTS)
def test_an_import_is_killed_when(
    importing, database, books, ledger, model, kill_at, monkeypatch, point, how, block_bytes
):
    importing.configure(block_bytes=block_bytes)
    importing.post(files.file_of(FIRST))
    before = ledger()
    assert before == of_model(model)
    held, options = (NEXT, SKIP) if how == "skips" else (CHANGED, ALL)
    killed = importing.submit(files.file_of(held), url=ELSEWHERE, options=options)
    kill_at(*POINTS[point])
    if how == "replaces" or point != "all is written":  # only a replacement is announced
        with pytest.raises(Killed):
            importing.run(killed.id)
    monkeypatch.undo()
    assert ledger() == before
    come_back(database)
    assert ledger() == before
    assert left_over(books) == 0
    importing.run(killed.id)
    file = dict(enumerate(held, 1))
    verdict = (
        model.append(file, b"other", options)
        if how == "skips"
        else model.replace(file, Scope(), planned=False)
    )
    model.publish(verdict, b"other")
    assert importing.state.status is Status.DONE
    assert ledger() == of_model(model)
    assert left_over(books) == 0
    assert len(books.rows(tables.events)) == 2


@pytest.mark.parametrize("act", ["undo", "restore", "reverse"])
@pytest.mark.parametrize(
    "point", ["find_blockers", "record_event", "set_undone", "announce_ledger"]
)
def test_an_act_that_is_killed_before_its_commit_changes_nothing(
    importing, books, ledger, kill_at, monkeypatch, act, point
):
    first = importing.post(files.file_of(FIRST), options={"fileValidation": "binding"})
    if act != "reverse":
        books.update(tables.batches, books.batch_of(first.id), details={})
    if act == "restore":
        books.undo(first.id)
    do = books.restore if act == "restore" else books.undo
    options = {"definitive": "reverse"} if act == "reverse" else {}
    before, revisions = ledger(), len(books.rows(tables.events))
    owners = {"find_blockers": undo, "record_event": reversal if act == "reverse" else undo}
    kill_at(owners.get(point, undoing), point, 1)
    with pytest.raises(Killed):
        do(first.id, **options)
    monkeypatch.undo()
    assert (ledger(), len(books.rows(tables.events))) == (before, revisions)
    assert left_over(books) == 0
    do(first.id, **options)
    assert len(books.rows(tables.events)) == revisions + 1
    expected = {"undo": 0, "restore": 6, "reverse": 12}
    assert len(ledger()) == expected[act]


def test_an_undo_whose_answer_was_lost_is_told_to_be_done(importing, books, ledger):
    first = importing.post(files.file_of(FIRST))
    books.undo(first.id)
    with pytest.raises(ConflictError) as caught:
        books.undo(first.id)
    assert caught.value.sentence.code == "already-undone"
    assert ledger() == []


@pytest.mark.parametrize("steps", [1, 2, 3])
def test_a_purge_that_is_killed_between_steps_goes_on(
    importing, database, books, ledger, kill_at, monkeypatch, steps
):
    first = importing.post(files.file_of(FIRST))
    importing.post(files.file_of(NEXT[3:]), url=ELSEWHERE)
    second = importing.post(files.file_of([files.entry_of(12, 0)]), url=f"{ELSEWHERE}?2")
    books.undo(first.id)
    books.undo(second.id)
    before = ledger()
    place = {1: (purge, "_mark", 2), 2: (purge, "empty_batch", 1), 3: (purge, "empty_batch", 2)}
    kill_at(*place[steps])
    now = database.clock.now()
    with pytest.raises(Killed):
        purge.purge(database, now)
    monkeypatch.undo()
    assert ledger() == before
    with pytest.raises(ConflictError):
        books.restore(first.id)
    purge.purge(database, database.clock.now())
    assert ledger() == before
    there = {row.id for row in books.rows(tables.batches) if row.state == "published"}
    for table in (tables.lines, tables.entries, tables.totals):
        assert {row.batch_id for row in books.rows(table)} == there
    assert len(books.rows(tables.events, tables.events.c.kind == "purged")) == 2
