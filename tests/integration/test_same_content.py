"""The same file is never booked twice by accident: identity is the content."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest

from ecritures.core.clock import FakeClock
from ecritures.imports.queries import get_import
from ecritures.imports.request import Status
from helpers.balances import read_balance
from helpers.fec import entries, entry, fec

FILE = fec(entries(2))
OTHER = fec(entry(7, "120,00") + entry(8, "240,00"))
ELSEWHERE = "https://files.example/again/079555421FEC20241231.txt"


@pytest.fixture
def clock():
    return FakeClock()


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
    from ecritures.imports import duplicates  # noqa: PLC0415

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
