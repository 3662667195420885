"""The same file is never booked twice by accident: identity is the content."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest

from ecritures.app.actions.imports import confirm_import
from ecritures.directory.domains import change_domain
from ecritures.imports.queries import get_import
from ecritures.imports.request import Status
from ecritures.ledger.blockers import BlockedError
from ecritures.ledger.proof.verify import verify_ledger
from helpers.balances import read_balance
from helpers.fec import entries, entry, fec
from helpers.ledgers import kinds

pytestmark = pytest.mark.fake_clock

FILE = fec(entries(2))
OTHER = fec(entry(7, "120,00") + entry(8, "240,00"))
ELSEWHERE = "https://files.example/again/079555421FEC20241231.txt"


def test_a_repeated_request_for_what_is_posted_succeeds_and_adds_nothing(
    importing, database, dossier
):
    first = importing.post(FILE)
    again = importing.post(FILE)
    assert again.id != first.id
    assert (again.status, again.message.code) == (Status.DONE, "imported-once")
    assert first.id in again.message.fr
    assert read_balance(database, dossier).debit_cents == 24000


def test_a_repeated_request_for_another_content_is_imported(importing, database, dossier):
    importing.post(FILE)
    again = importing.post(OTHER)
    assert (again.status, again.message) == (Status.DONE, None)
    assert read_balance(database, dossier).debit_cents == 24000 + 36000


@pytest.mark.parametrize("content", [FILE, gzip.compress(FILE)], ids=["as it is", "packed"])
def test_another_request_for_what_is_posted_is_refused(importing, database, dossier, content):
    first = importing.post(FILE)
    again = importing.post(content, url=ELSEWHERE)
    assert (again.status, again.message.code) == (Status.ENDED_WITH_ERROR, "imported-before")
    assert first.id in again.message.fr
    assert f"{get_import(database, first.id).ended_at:%d/%m/%Y}" in again.message.fr
    assert read_balance(database, dossier).debit_cents == 24000


def test_after_the_window_the_same_request_is_another_one(importing):
    importing.post(FILE)
    importing.deps.database.clock.advance(timedelta(seconds=601))
    assert importing.post(FILE).message.code == "imported-before"


def test_it_may_be_allowed_or_skipped(importing, database, dossier):
    importing.post(FILE)
    skipped = importing.post(FILE, url=ELSEWHERE, options={"duplicates": "skip"})
    assert (skipped.status, skipped.message.code) == (Status.DONE, "imported-once")
    allowed = importing.post(
        FILE, url=ELSEWHERE, options={"duplicates": "allow", "duplicateEntries": "allow"}
    )
    assert (allowed.status, allowed.message) == (Status.DONE, None)
    assert read_balance(database, dossier).debit_cents == 48000


def test_a_repeated_request_adds_nothing_though_the_firm_allows_duplicates(
    importing, database, domain, dossier
):
    allowed = {"duplicates": "allow", "duplicateEntries": "allow"}
    with database.write() as connection:
        change_domain(connection, domain.code, allowed)
    importing.post(FILE)
    assert importing.post(FILE).message.code == "imported-once"
    assert importing.post(FILE, url=ELSEWHERE).message is None
    importing.post(FILE, options=allowed)
    assert importing.post(FILE, options=allowed).message is None
    assert read_balance(database, dossier).debit_cents == 4 * 24000


def test_what_was_not_posted_is_no_first(importing):
    importing.post(FILE, dry_run=True)
    importing.post(b"not a FEC", url=ELSEWHERE)
    assert importing.post(FILE, url=f"{ELSEWHERE}?2").message is None
    assert importing.post(b"not a FEC", url=f"{ELSEWHERE}?3").message.code == "import-refused"


def test_another_dossier_is_another_ledger(importing, other_dossier):
    importing.post(FILE)
    assert importing.post(FILE, dossier=other_dossier.code).message is None


def test_a_dry_run_of_what_is_posted_still_says_what_it_found(importing):
    first = importing.post(FILE)
    dry = importing.post(FILE, url=ELSEWHERE, dry_run=True)
    assert (dry.status, dry.message.code) == (Status.DONE, "dry-run-refused")
    assert dry.plan["impact"]["duplicates"]["file"] == first.id
    assert [one["code"] for one in dry.plan["refusals"]] == ["imported-before"]
    assert dry.report["lines"] == 4


def test_two_that_run_at_once_are_posted_once(importing, database, dossier, monkeypatch):
    """The second one looks before the first one has published."""
    from ecritures.imports.execution import duplicates  # noqa: PLC0415

    first = importing.submit(FILE)
    second = importing.submit(FILE, url=ELSEWHERE)
    look = duplicates.find_first

    def look_then_let_the_first_publish(*arguments):
        found = look(*arguments)
        monkeypatch.setattr(duplicates, "find_first", look)
        importing.run(first.id)
        return found

    monkeypatch.setattr(duplicates, "find_first", look_then_let_the_first_publish)
    assert importing.run(second.id).message.code == "imported-before"
    assert importing.run(first.id).status is Status.DONE
    assert read_balance(database, dossier).debit_cents == 24000


def months(*numbers, amount="120,00"):
    """Return a file with one entry a month of 2024, each numbered by its month."""
    rows = (entry(one, amount, EcritureDate=f"2024{one:02}15") for one in numbers)
    return fec([row for rows_of_entry in rows for row in rows_of_entry])


YEAR = {"replace": {"fiscalYear": "2024"}}
WHOLE = months(1, 2, 3, 4, 5, 6)


def added(state):
    counts = state.plan["impact"]["entries"]
    return {name: count for name, count in counts.items() if count}


def test_a_file_that_has_lost_entries_since_is_no_longer_the_same_file(
    importing, database, dossier
):
    importing.post(WHOLE)
    importing.post(months(1, 2, 3, 4), url=f"{ELSEWHERE}?4", options=YEAR)
    for options in ({"duplicates": "skip"}, {}):
        refused = importing.post(WHOLE, url=f"{ELSEWHERE}?refused", options=options)
        assert refused.message.code == "entries-known"
        assert refused.plan["impact"]["duplicates"] == {
            "file": None, "entries": 4, "lookalikes": 0, "numberReused": 0,
        }  # fmt: skip
    options = {"duplicates": "skip", "duplicateEntries": "skip"}
    again = importing.post(WHOLE, url=f"{ELSEWHERE}?again", options=options)
    assert (again.status, added(again)) == (Status.DONE, {"added": 2, "skipped": 4})
    assert read_balance(database, dossier).debit_cents == 6 * 12000
    known = importing.post(WHOLE, url=f"{ELSEWHERE}?known")
    assert known.message.code == "imported-before"
    assert again.id in known.message.fr  # it is by this one that the whole is there


def test_a_file_of_which_one_entry_was_changed_since_is_no_longer_the_same_file(importing, books):
    importing.post(WHOLE)
    other = months(5, amount="7,00")
    may = {"replace": {"from": "2024-05-01", "to": "2024-05-31"}}
    replacement = importing.post(other, url=f"{ELSEWHERE}?5", options=may)
    assert importing.post(WHOLE, url=ELSEWHERE).message.code == "entries-known"
    books.undo(replacement.id)
    assert importing.post(WHOLE, url=ELSEWHERE).message.code == "imported-before"


def test_a_file_whose_opening_was_replaced_since_is_no_longer_the_same_file(importing):
    opening = entry(9, JournalCode="AN", JournalLib="A-nouveaux", EcritureDate="20240101")
    content = fec([*opening, *entry(2)])
    importing.post(content)
    other = entry(9, "5,00", JournalCode="AN", JournalLib="A-nouveaux", EcritureDate="20240101")
    importing.post(fec(other), url=f"{ELSEWHERE}?9", options={"openings": "replace"})
    again = importing.post(content, url=ELSEWHERE, options={"openings": "allow"})
    assert again.message.code == "entries-known"


def test_a_file_that_counted_on_entries_undone_since_is_no_longer_the_same_file(importing, books):
    first = importing.post(months(1, 2))
    importing.post(WHOLE, url=ELSEWHERE, options={"duplicateEntries": "skip"})
    assert importing.post(WHOLE, url=f"{ELSEWHERE}?2").message.code == "imported-before"
    books.undo(first.id, force=True)
    again = importing.post(WHOLE, url=f"{ELSEWHERE}?2", options={"duplicateEntries": "skip"})
    assert added(again) == {"added": 2, "skipped": 4}


def test_entries_without_a_number_of_a_file_that_is_there_in_part_are_not_posted_twice(
    importing, database, dossier
):
    def unnumbered(*amounts):
        days = ("20240110", "20240111", "20240112")
        rows = (entry("", one, EcritureDate=day) for one, day in zip(amounts, days, strict=True))
        return fec([row for rows_of_entry in rows for row in rows_of_entry])

    content = unnumbered("1,00", "2,00", "3,00")
    first = importing.post(content)
    importing.post(unnumbered("1,00", "2,00", "5,00"), url=f"{ELSEWHERE}?2", options=YEAR)
    for options in ({"duplicates": "skip"}, {}):
        refused = importing.post(content, url=f"{ELSEWHERE}?refused", options=options)
        assert refused.message.code == "imported-in-part"
        assert first.id in refused.message.fr
        assert "2 de ses écritures sans numéro sont semblables" in refused.message.fr
    importing.post(content, url=f"{ELSEWHERE}?skip", options={"lookalikes": "skip"})
    assert read_balance(database, dossier).debit_cents == 1100
    twice = {"duplicates": "allow"}
    assert importing.post(content, url=f"{ELSEWHERE}?allow", options=twice).status is Status.DONE
    assert read_balance(database, dossier).debit_cents == 1700


def test_a_file_that_is_left_out_counts_on_the_first_one(importing, books, database, dossier):
    first = importing.post(WHOLE)
    skip = {"duplicates": "skip"}
    again = importing.post(WHOLE, url=ELSEWHERE, options=skip)
    assert again.message.code == "imported-once"
    third = importing.post(WHOLE, url=f"{ELSEWHERE}?3", options=skip)
    with pytest.raises(BlockedError) as caught:
        books.undo(first.id)
    assert kinds(caught.value) == {"confirmed-since": 6}
    books.undo(third.id)
    books.undo(first.id, force=True)
    assert read_balance(database, dossier).debit_cents == 0
    last = importing.post(WHOLE, url=f"{ELSEWHERE}?last")
    assert last.message.code == "imported-with-anomalies"
    books.undo(last.id)
    books.restore(first.id)  # the file that added nothing is no duplicate of it
    firm = database.for_domain(dossier.domain_id)
    verdict = verify_ledger(firm, dossier.domain_id, dossier.id, full=True)
    assert verdict.first_break is None


def test_a_dry_run_of_a_file_to_be_left_out_says_that_nothing_would_be_added(importing):
    first = importing.post(WHOLE)
    dry = importing.post(WHOLE, url=ELSEWHERE, options={"duplicates": "skip"}, dry_run=True)
    assert (dry.status, dry.message.code) == (Status.DONE, "dry-run-known")
    assert "rien ne serait ajouté, ce fichier est déjà dans le dossier" in dry.message.fr
    assert (dry.plan["refusals"], added(dry)) == ([], {"skipped": 6})
    assert dry.plan["impact"]["duplicates"]["file"] == first.id
    assert dry.plan["impact"]["balances"] == []
    confirm_import(importing.deps.database, dry.id)
    done = importing.run(dry.id)
    assert (done.status, done.message.code) == (Status.DONE, "imported-once")
