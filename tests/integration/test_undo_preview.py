"""What an undo or a restore would do is what it then does."""

from __future__ import annotations

from datetime import date

import pytest

from ecritures.app.actions.undo import preview_undo
from ecritures.database import tables
from helpers.fec import entries, entry, fec, line

FILE = fec(entries(2))
ELSEWHERE = "https://files.example/again/079555421FEC20241231.txt"
YEAR = {"replace": {"fiscalYear": "2024"}}


@pytest.fixture
def shown(database, caller):
    of_firm = database.for_domain(caller.domain_id)
    return lambda import_id: preview_undo(of_firm, import_id, caller)


@pytest.fixture
def promises(shown, books):
    """Do an act, and compare its counts and the balances with what was shown before it."""

    def _promises(act, import_id, **options):
        seen, before = shown(import_id), net(books)
        done = act(import_id, **options)
        removed = done["entriesRemoved"] + done["reversalEntries"]
        assert (seen["entriesRemoved"], seen["entriesRestored"]) == (
            removed,
            done["entriesRestored"],
        )
        after = net(books)
        moved = {
            one["account"]: (one["beforeCents"], one["afterCents"]) for one in seen["balances"]
        }
        assert moved == {
            account: (before.get(account, 0), after.get(account, 0))
            for account in sorted(before | after)
            if before.get(account, 0) != after.get(account, 0)
        }
        assert moved

    return _promises


def net(books):
    return {account: debit - credit for account, (debit, credit) in books.balance().items()}


def test_a_file_leaves_and_comes_back(importing, books, promises):
    first = importing.post(FILE)
    importing.post(fec(entry(3)), url=ELSEWHERE)
    promises(books.undo, first.id)
    promises(books.restore, first.id)


def test_what_was_replaced_in_part_comes_back(importing, books, promises):
    importing.post(fec([*entry(1), *entry(2), *entry(3, JournalCode="OD")]))
    changed = fec([*entry(1), line(2, "607000", "7,00"), line(2, "401000", "", "7,00")])
    second = importing.post(changed, url=ELSEWHERE, options=YEAR)
    promises(books.undo, second.id)
    promises(books.restore, second.id)


def test_what_was_replaced_whole_comes_back(importing, books, promises):
    importing.post(FILE)
    other = fec(entry(7, amount="9,00"))
    plan = importing.post(other, url=ELSEWHERE, options=YEAR, dry_run=True).plan
    chosen = YEAR | {"ifPlan": plan["planDigest"]}
    second = importing.post(other, url=ELSEWHERE, options=chosen)
    promises(books.undo, second.id)
    promises(books.restore, second.id)


def test_validated_entries_are_reversed_and_drafts_removed(importing, books, promises):
    early = entry(1, EcritureDate="20240115", ValidDate="20240131")
    first = importing.post(fec([*early, *entry(2)]), options={"fileValidation": "binding"})
    promises(books.undo, first.id, definitive="reverse")


def test_what_was_reversed_by_the_file_is_posted_again(importing, books, promises):
    importing.post(FILE, options={"fileValidation": "binding"})
    changed = fec([*entry(1), *entry(2, amount="9,00")])
    again = YEAR | {"definitive": "reverse"}
    second = importing.post(changed, url=ELSEWHERE, options=again)
    promises(books.undo, second.id, definitive="reverse")


def test_letterings_by_hand_that_would_end_are_named(importing, books, shown, promises):
    first, second = importing.post(FILE), importing.post(fec(entry(3)), url=ELSEWHERE)
    old, new = books.batch_of(first.id), books.batch_of(second.id)
    books.match("AA", (old, 3), (new, 2))
    books.match("AB", (old, 4), (old, 5))
    (broken,) = shown(first.id)["matchings"]
    assert (broken["code"], broken["account"]) == ("AA", "607000")
    promises(books.undo, first.id, unmatch=True)


def test_no_balances_are_shown_of_what_is_not_there_any_more(importing, shown):
    first = importing.post(FILE)
    importing.post(fec([*entry(1), *entry(2, amount="9,00")]), url=ELSEWHERE, options=YEAR)
    seen = shown(first.id)
    assert seen["blockers"][0]["kind"] == "replaced-since"
    assert seen["balances"] == []


def test_nothing_is_changed(importing, books, shown):
    first = importing.post(FILE)
    books.set_dossier(locked_through=date(2024, 12, 31))
    assert [one["kind"] for one in shown(first.id)["blockers"]] == ["locked"]
    assert [row.kind for row in books.rows(tables.events)] == ["published"]
