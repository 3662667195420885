"""Imports are taken back and brought back, or everything that prevents it is named."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from ecritures.core.errors import ConflictError
from ecritures.database import tables
from ecritures.imports.queries import get_import
from ecritures.imports.request import Status
from ecritures.ledger.blockers import BlockedError
from helpers.fec import entries, entry, fec
from helpers.ledgers import kinds

FILE = fec(entries(2))
BALANCE = {"607000": (24000, 0), "401000": (0, 24000)}
ELSEWHERE = "https://files.example/again/079555421FEC20241231.txt"


def other_file(*numbers, **changes):
    return fec([row for number in numbers for row in entry(number, **changes)])


def refused(act, *arguments, **options):
    with pytest.raises(BlockedError) as caught:
        act(*arguments, **options)
    return caught.value


def test_an_undo_takes_the_entries_out_and_a_restore_brings_them_back(importing, books, database):
    first = importing.post(FILE)
    undone = books.undo(first.id, reason="Mauvais exercice")
    assert (undone["entriesRemoved"], undone["entriesRestored"]) == (2, 0)
    assert books.balance() == {}
    seen = get_import(database, first.id)
    assert (seen.status, seen.undone["reason"]) == (Status.DONE, "Mauvais exercice")

    restored = books.restore(first.id)
    assert (restored["entriesRemoved"], restored["entriesRestored"]) == (0, 2)
    assert restored["ledgerRevision"] == undone["ledgerRevision"] + 1
    assert books.balance() == BALANCE
    assert get_import(database, first.id).undone is None


def test_an_undo_is_done_once_and_a_restore_needs_one(importing, books):
    first = importing.post(FILE)
    with pytest.raises(ConflictError, match="not undone"):
        books.restore(first.id)
    books.undo(first.id)
    with pytest.raises(ConflictError) as caught:
        books.undo(first.id)
    assert caught.value.sentence.code == "already-undone"
    revisions = [row.revision for row in books.rows(tables.events)]
    assert revisions == [1, 2]


def test_what_posted_nothing_is_not_undone(importing, books):
    dry = importing.post(FILE, dry_run=True)
    with pytest.raises(ConflictError) as caught:
        books.undo(dry.id)
    assert caught.value.sentence.code == "import-posted-nothing"


def test_the_same_file_may_come_again_after_an_undo_and_then_prevents_the_restore(importing, books):
    first = importing.post(FILE)
    books.undo(first.id)
    again = importing.post(FILE, url=ELSEWHERE)
    assert (again.status, again.message) == (Status.DONE, None)
    assert books.balance() == BALANCE
    error = refused(books.restore, first.id)
    assert kinds(error) == {"would-duplicate": 2}
    assert [one.number for one in error.blockers[0].entries] == ["1", "2"]
    books.undo(again.id)
    books.restore(first.id)
    assert books.balance() == BALANCE


def test_an_entry_that_came_again_in_another_file_prevents_the_restore(importing, books):
    first = importing.post(FILE)
    books.undo(first.id)
    again = importing.post(other_file(2, 3))
    for batch, shift in ((books.batch_of(first.id), 0), (books.batch_of(again.id), 1)):
        for row in books.rows(tables.entries, tables.entries.c.batch_id == batch):
            with books.database.for_domain(row.domain_id).write() as connection:
                same = tables.entries.c.batch_id == batch, tables.entries.c.entry == row.entry
                hashes = {"key_hash": row.entry + shift, "content_hash": row.entry + shift}
                connection.execute(tables.entries.update().where(*same).values(**hashes))
    error = refused(books.restore, first.id)
    assert kinds(error) == {"would-duplicate": 1}
    assert error.blockers[0].entries[0].number == "2"


def test_what_came_again_and_was_removed_since_does_not_prevent_the_restore(importing, books):
    opening = {"JournalCode": "AN", "EcritureDate": "20240101"}
    first = importing.post(fec([*entry(1), *entry(5, **opening)]))
    books.undo(first.id)
    importing.post(fec([*entry(1), *entry(2), *entry(6, **opening)]))
    january = {"replace": {"from": "2024-01-01", "to": "2024-01-31"}}
    kept = other_file(2)
    plan = importing.post(kept, url=ELSEWHERE, options=january, dry_run=True).plan
    importing.post(kept, url=ELSEWHERE, options=january | {"ifPlan": plan["planDigest"]})
    assert books.restore(first.id)["entriesRestored"] == 2
    assert books.balance()["607000"] == (36000, 0)


def test_an_undo_while_another_import_runs_leaves_a_right_ledger(importing, books, monkeypatch):
    """It starts again, since the ledger has changed since it looked."""
    from ecritures.ledger.loading import loader  # noqa: PLC0415

    first = importing.post(FILE)
    second = importing.submit(other_file(7), url=ELSEWHERE)
    make = loader.RowMaker.make

    def undo_then_make(*arguments):
        monkeypatch.setattr(loader.RowMaker, "make", make)
        books.undo(first.id)
        return make(*arguments)

    monkeypatch.setattr(loader.RowMaker, "make", undo_then_make)
    state = importing.run(second.id)
    while state.status is not Status.DONE:
        assert state.status is Status.WAITING
        state = importing.run(second.id)
    assert books.balance() == {"607000": (12000, 0), "401000": (0, 12000)}
    assert [row.kind for row in books.rows(tables.events)] == ["published", "undone", "published"]


def test_what_was_replaced_since_is_undone_after_its_replacement(importing, books):
    first = importing.post(FILE)
    second = importing.post(other_file(2, amount="50,00"))
    old, new = books.batch_of(first.id), books.batch_of(second.id)
    books.link(new, old, 2, 2, "changes")
    assert books.balance()["607000"] == (17000, 0)
    error = refused(books.undo, first.id)
    assert kinds(error) == {"replaced-since": 1}
    assert error.blockers[0].entries[0].number == "2"

    undone = books.undo(second.id)
    assert (undone["entriesRemoved"], undone["entriesRestored"]) == (1, 1)
    assert books.balance() == BALANCE
    restored = books.restore(second.id)
    assert (restored["entriesRemoved"], restored["entriesRestored"]) == (1, 1)
    assert books.balance()["607000"] == (17000, 0)


def test_what_was_replaced_whole_comes_back_with_the_undo_and_leaves_with_the_restore(
    importing, books
):
    first = importing.post(FILE)
    second = importing.post(other_file(1, amount="50,00"))
    books.end_with(books.batch_of(first.id), books.batch_of(second.id))
    with pytest.raises(ConflictError, match="not undone"):
        books.restore(first.id)
    for _ in range(2):
        undone = books.undo(second.id)
        assert (undone["entriesRemoved"], undone["entriesRestored"]) == (1, 2)
        assert books.balance() == BALANCE
        restored = books.restore(second.id)
        assert (restored["entriesRemoved"], restored["entriesRestored"]) == (2, 1)
        assert books.balance()["607000"] == (5000, 0)


def test_a_restore_needs_what_it_replaces_to_be_there_again(importing, books):
    first = importing.post(FILE)
    second = importing.post(other_file(2, amount="50,00"))
    books.link(books.batch_of(second.id), books.batch_of(first.id), 2, 2, "changes")
    books.undo(second.id)
    books.undo(first.id)
    assert kinds(refused(books.restore, second.id)) == {"moved-since": 1}
    books.restore(first.id)
    books.restore(second.id)
    assert books.balance()["607000"] == (17000, 0)


def test_what_a_later_file_counts_on_is_undone_by_force(importing, books):
    first = importing.post(FILE)
    second = importing.post(other_file(3))
    books.link(books.batch_of(second.id), books.batch_of(first.id), 1, 2, "confirms")
    assert kinds(refused(books.undo, first.id)) == {"confirmed-since": 2}
    undone = books.undo(first.id, force=True)
    assert [(one["kind"], one["count"]) for one in undone["lifted"]] == [("confirmed-since", 2)]
    assert books.balance() == {"607000": (12000, 0), "401000": (0, 12000)}


def test_a_file_that_came_before_a_replacement_does_not_prevent_its_restore(importing, books):
    year = {"replace": {"fiscalYear": "2024"}}
    content = other_file(1, 2, 3)
    importing.post(content)
    importing.post(content, url=ELSEWHERE, options=year)
    changed = fec([*entry(1), *entry(2, "7,00"), *entry(3)])
    replacement = importing.post(changed, url=f"{ELSEWHERE}?2", options=year)
    books.undo(replacement.id)
    books.restore(replacement.id)
    books.undo(replacement.id)
    importing.post(content, url=f"{ELSEWHERE}?3", options=year)  # counts on what would leave again
    assert kinds(refused(books.restore, replacement.id)) == {"confirmed-since": 1}
    books.restore(replacement.id, force=True)
    assert books.balance()["607000"] == (24700, 0)


def test_a_matching_by_hand_with_another_import_is_lifted_when_asked(importing, books):
    first, second = importing.post(FILE), importing.post(other_file(3))
    old, new = books.batch_of(first.id), books.batch_of(second.id)
    across = books.match("AA", (old, 3), (new, 2))
    within = books.match("AB", (old, 4), (old, 5))
    assert kinds(refused(books.undo, first.id)) == {"matched-later": 1}
    books.undo(first.id, unmatch=True)
    ended = {row.id: row.to_revision for row in books.rows(tables.matchings)}
    assert ended == {across: 5, within: None}
    (event,) = books.rows(tables.events, tables.events.c.revision == 5)
    assert event.details["unmatched"] == [across]


@pytest.mark.parametrize(
    ("column", "kind"), [("locked_through", "locked"), ("closed_through", "closed")]
)
def test_what_is_locked_or_closed_neither_leaves_nor_comes_back(importing, books, column, kind):
    first = importing.post(FILE)
    books.set_dossier(**{column: date(2024, 1, 14)})
    books.undo(first.id)
    books.set_dossier(**{column: date(2024, 1, 15)})
    assert kinds(refused(books.restore, first.id)) == {kind: 2}
    books.set_dossier(**{column: None})
    books.restore(first.id)
    books.set_dossier(**{column: date(2024, 1, 15)})
    error = refused(books.undo, first.id)
    assert kinds(error) == {kind: 2}
    assert "HA 1, HA 2" in error.sentence.fr
    assert [row.kind for row in books.rows(tables.events)] == ["published", "undone", "restored"]


def test_the_spans_follow_from_the_events(importing, books):
    first = importing.post(FILE)
    second = importing.post(other_file(3))
    books.undo(first.id)
    books.restore(first.id)
    books.undo(second.id)
    opened, spans = {}, set()
    for row in sorted(books.rows(tables.events), key=lambda one: one.revision):
        details = row.details or {}
        for batch in details.get("closed", ()):
            spans.add((batch, opened.pop(batch), row.revision))
        begun = [row.batch_id] if row.kind == "published" else details.get("opened", ())
        opened |= dict.fromkeys(begun, row.revision)
    spans |= {(batch, start, None) for batch, start in opened.items()}
    kept = books.rows(tables.batch_spans)
    assert spans == {(row.batch_id, row.from_revision, row.to_revision) for row in kept}


def test_every_refusal_is_told_at_once(importing, books):
    first, second = importing.post(FILE), importing.post(other_file(3))
    old, new = books.batch_of(first.id), books.batch_of(second.id)
    books.link(new, old, 1, 1, "confirms")
    books.match("AA", (old, 3), (new, 2))
    books.set_dossier(locked_through=date(2024, 12, 31))
    error = refused(books.undo, first.id)
    assert kinds(error) == {"confirmed-since": 1, "matched-later": 1, "locked": 2}
    assert error.sentence.fr.startswith("Annulation impossible : 1 écriture qu'un fichier")
    error = refused(books.undo, first.id, force=True, unmatch=True)
    assert kinds(error) == {"locked": 2}


def test_a_second_opening_of_the_same_year_prevents_the_restore(importing, books):
    opening = {"JournalCode": "AN", "EcritureDate": "20240101"}
    first = importing.post(fec([*entry(1, **opening), *entry(2)]))
    books.undo(first.id)
    importing.post(fec(entry(7, amount="99,00", **opening)))
    error = refused(books.restore, first.id)
    assert kinds(error) == {"would-duplicate": 1}
    assert error.blockers[0].entries[0].journal == "AN"


def test_one_line_in_a_locked_period_locks_its_entry(importing, books):
    rows = [
        *entry(1, "120,00", EcritureDate="20240201"),
        *entry(2, "50,00", EcritureDate="20240201"),
    ]
    first = importing.post(fec(rows))
    with books.database.for_domain(books.dossier.domain_id).write() as connection:
        second = tables.lines.c.line == 5
        early = {"entry_date": date(2024, 1, 31)}
        connection.execute(tables.lines.update().where(second).values(**early))
    books.set_dossier(locked_through=date(2024, 1, 31))
    error = refused(books.undo, first.id)
    assert kinds(error) == {"locked": 1}
    assert error.blockers[0].entries[0].number == "2"


def test_an_undo_that_is_struck_before_its_commit_changes_nothing(
    importing, books, database, monkeypatch
):
    from ecritures.app.actions import undo  # noqa: PLC0415

    def strike(*_):
        raise ConnectionError

    first = importing.post(FILE)
    monkeypatch.setattr(undo, "set_undone", strike)
    with pytest.raises(ConnectionError):
        books.undo(first.id)
    monkeypatch.undo()
    assert books.balance() == BALANCE
    assert get_import(database, first.id).undone is None
    assert books.undo(first.id)["ledgerRevision"] == 2


def test_of_several_undos_at_once_one_takes_effect(importing, books):
    first = importing.post(FILE)

    def undo(_):
        try:
            return books.undo(first.id)["entriesRemoved"]
        except ConflictError as error:
            return error.sentence.code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(undo, range(4)))
    assert sorted(answers, key=str) == [2, *["already-undone"] * 3]
    assert [row.kind for row in books.rows(tables.events)] == ["published", "undone"]
    assert books.balance() == {}


def test_what_came_back_by_an_undo_is_undone_alone(importing, books):
    """Its replacement, which ended at that moment, stays out."""
    first = importing.post(FILE)
    second = importing.post(other_file(1, amount="50,00"))
    books.end_with(books.batch_of(first.id), books.batch_of(second.id))
    books.undo(second.id)
    assert books.undo(first.id)["entriesRestored"] == 0
    assert books.balance() == {}
