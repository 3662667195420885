"""What is decided about a ledger is carried out on that ledger, or decided again."""

from __future__ import annotations

import pytest

from ecritures.imports.request import Status
from ecritures.ledger.loading import loader
from helpers.fec import entry, fec

ELSEWHERE = "https://files.example/other/079555421FEC20241231.txt"


def numbered(*numbers, **changes):
    return fec([row for number in numbers for row in entry(number, **changes)])


@pytest.fixture
def interrupt(importing, monkeypatch):
    """Have something done while an import is between its plan and the lines it loads by it."""

    def run(act):
        load = loader.BatchLoader.load_again

        def act_then_load(*arguments):
            monkeypatch.setattr(loader.BatchLoader, "load_again", load)
            act()
            return load(*arguments)

        monkeypatch.setattr(loader.BatchLoader, "load_again", act_then_load)

    importing.configure(attempt_pause_seconds=0)
    return run


def end(importing, state):
    while state.status is Status.WAITING:
        assert state.message.code == "ledger-moved"
        state = importing.run(state.id)
    return state


def test_entries_that_came_since_an_import_was_planned_are_not_posted_twice(
    importing, books, interrupt
):
    importing.post(numbered(1))
    interrupt(lambda: importing.post(numbered(2), url=ELSEWHERE))
    skipping = {"duplicateEntries": "skip"}
    state = end(importing, importing.post(numbered(1, 2, 3), options=skipping))
    assert state.plan["impact"]["entries"]["skipped"] == 2
    assert books.balance()["607000"] == (36000, 0)


def test_of_two_replacements_at_once_the_second_replaces_what_the_first_left(
    importing, books, interrupt
):
    year = {"replace": {"fiscalYear": "2024"}}
    importing.post(numbered(1, 2))
    other = numbered(1, 2, amount="50,00")
    interrupt(lambda: importing.post(other, url=ELSEWHERE, options=year))
    state = end(importing, importing.post(numbered(1, 2, amount="70,00"), options=year))
    assert state.status is Status.DONE
    assert books.balance()["607000"] == (14000, 0)


def test_an_undo_after_a_replacement_was_planned_is_seen_by_it(importing, books, interrupt):
    first = importing.post(numbered(1, 2))
    interrupt(lambda: books.undo(first.id))
    year = {"replace": {"fiscalYear": "2024"}}
    state = end(importing, importing.post(numbered(1, 2, 3), options=year, url=ELSEWHERE))
    assert state.status is Status.DONE
    assert books.balance()["607000"] == (36000, 0)
