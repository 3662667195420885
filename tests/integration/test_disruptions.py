"""Maintenance and failures: what they keep from running, and what is noted of them."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from ecritures.app.actions.maintenance import end_maintenance, start_maintenance
from ecritures.app.queries import show_disruptions, show_import
from ecritures.core.errors import ConflictError, RefusedRequestError
from ecritures.directory import presence
from ecritures.directory.disruptions import (
    DisruptionKind,
    is_under_maintenance,
    list_disruptions,
    record_past,
)
from ecritures.directory.domains import create_domain
from ecritures.directory.keys import Caller
from ecritures.directory.presence import Process, register
from ecritures.imports.files.source_trouble import FORGOTTEN_AFTER, forget_silent
from ecritures.imports.queries import get_import
from ecritures.imports.request import Status
from ecritures.sources.failures import connection_refused, storage_down
from ecritures.worker.heartbeat import Heartbeat
from ecritures.worker.runner import Runner
from helpers.importing import FILE
from helpers.waiting import wait_until

pytestmark = pytest.mark.fake_clock

LEASE = timedelta(seconds=30)
HOUR = timedelta(hours=1)
WORKER = Process(1, id="worker")
RECEIVER = Process(0, id="receiver")


def kinds(database, domain_id=None):
    return [str(one.kind) for one in list_disruptions(database, domain_id, 100).items]


def only(database, domain_id=None):
    (one,) = list_disruptions(database, domain_id, 100).items
    return one


class BrokenStorage:
    """A storage that does not answer."""

    def __getattr__(self, _name):
        def fail(*_arguments):
            raise storage_down("gone")

        return fail


def test_under_maintenance_nothing_is_started_and_requests_wait(importing, database):
    runner = Runner(importing.deps)
    try:
        start_maintenance(database, "sauvegarde")
        asked = importing.submit(FILE)
        runner._dispatch()
        assert get_import(database, asked.id).status is Status.WAITING
        end_maintenance(database)
        runner._dispatch()
        wait_until(lambda: get_import(database, asked.id).status is Status.DONE)
    finally:
        runner.stop()


def test_an_import_says_that_it_waits_for_the_maintenance_and_forgets_it(
    importing, database, clock
):
    asked = importing.submit(FILE)
    start_maintenance(database, "sauvegarde", clock.now() + HOUR)
    clock.advance(timedelta(seconds=1))
    told = show_import(database, asked.id)
    assert (told["status"], told["messageCode"]) == (1, "under-maintenance")
    assert told["message"].startswith("Le service est en maintenance jusqu’au 01/01/2026 ")
    assert "(sauvegarde) : l’import attend." in told["message"]
    assert [one["kind"] for one in told["delays"]] == ["planned"]

    clock.advance(HOUR)  # it ends by itself
    waiting = show_import(database, asked.id)
    assert (waiting["status"], waiting["message"]) == (1, None)
    importing.run()
    told = show_import(database, asked.id)
    assert (told["status"], told["message"]) == (3, None)
    (delay,) = told["delays"]
    assert delay["endedAt"] == delay["until"]


def test_maintenance_ends_by_itself_and_may_be_announced_again(database, clock):
    first = start_maintenance(database, "one", clock.now() + HOUR)
    clock.advance(HOUR)
    assert not is_under_maintenance(database)
    with pytest.raises(ConflictError):
        end_maintenance(database)
    start_maintenance(database, "two")
    assert is_under_maintenance(database)
    end_maintenance(database)
    assert not is_under_maintenance(database)
    second, again = list_disruptions(database, None, 100).items
    assert (again.id, again.ended_at, second.reason) == (first.id, first.until, "two")


def test_announcing_maintenance_again_changes_it(database, clock):
    first = start_maintenance(database, "one", clock.now() + HOUR)
    clock.advance(timedelta(minutes=1))
    changed = start_maintenance(database, "two")
    assert (changed.id, changed.started_at) == (first.id, first.started_at)
    assert (changed.reason, changed.until) == ("two", None)
    assert kinds(database) == ["planned"]


@pytest.mark.parametrize("reason", ["", " ", "a\nb", "x" * 201])
def test_a_reason_is_one_line(database, reason):
    with pytest.raises(RefusedRequestError):
        start_maintenance(database, reason)
    assert not is_under_maintenance(database)


def test_maintenance_that_is_over_already_is_refused(database, clock):
    with pytest.raises(RefusedRequestError):
        start_maintenance(database, "late", clock.now())


def test_maintenance_delays_what_waits_and_not_what_runs(importing, database, caller, clock):
    importing.post(FILE)
    clock.advance(HOUR)
    importing.submit(FILE, url="https://files.example/2.txt")
    start_maintenance(database, "sauvegarde")
    clock.advance(HOUR)
    end_maintenance(database)
    clock.advance(HOUR)
    importing.run()
    other = Caller("", create_domain(database, "CABINET2").id, "CABINET2", None)
    counts = [
        show_disruptions(database, who, 10)["items"][0]["importsDelayed"]
        for who in (None, caller, other, replace(caller, dossier_ids=frozenset()))
    ]
    assert counts == [1, 1, 0, 0]


def test_the_time_without_a_worker_is_noted_when_one_starts(importing, database, clock):
    register(database, Process(1), LEASE)
    start = clock.now()
    asked = importing.submit(FILE)
    clock.advance(HOUR)
    register(database, WORKER, LEASE)
    gap = only(database)
    assert (gap.kind, gap.started_at, gap.ended_at) == (
        *(DisruptionKind.NO_WORKER, start, start + HOUR),
    )
    importing.run()
    assert [one["kind"] for one in show_import(database, asked.id)["delays"]] == ["no-worker"]


@pytest.mark.parametrize("seconds", [0, 29])
def test_a_quick_restart_is_no_disruption(database, clock, seconds):
    register(database, Process(1, id="before"), LEASE)
    presence.leave(database, Process(1, id="before"))
    clock.advance(timedelta(seconds=seconds))
    register(database, WORKER, LEASE)
    assert kinds(database) == []


def test_a_first_start_is_no_disruption(database):
    register(database, WORKER, LEASE)
    assert kinds(database) == []


def test_a_stop_during_maintenance_is_no_failure(database, clock):
    register(database, Process(1), LEASE)
    start_maintenance(database, "upgrade")
    clock.advance(HOUR)
    presence.beat(database, Process(1), LEASE)
    presence.leave(database, Process(1))
    clock.advance(HOUR)
    register(database, WORKER, LEASE)
    assert kinds(database) == ["planned"]


def test_a_process_that_only_receives_notices_that_no_worker_lives(importing, database, clock):
    register(database, WORKER, LEASE)
    register(database, RECEIVER, LEASE)
    asked = importing.submit(FILE)
    clock.advance(HOUR)
    for _ in range(2):
        presence.beat(database, RECEIVER, LEASE)
    assert only(database).ended_at is None
    told = show_import(database, asked.id)
    assert told["messageCode"] == "no-worker"
    register(database, Process(1), LEASE)
    gap = only(database)
    assert gap.ended_at - gap.started_at == HOUR
    assert show_import(database, asked.id)["message"] is None


def test_a_process_that_slept_notes_it(importing, database, clock):
    heart = Heartbeat(importing.deps)
    heart.begin()
    start = clock.now()
    clock.advance(timedelta(seconds=10))
    heart.beat()
    assert kinds(database) == []
    clock.advance(HOUR)
    heart.beat()
    gap = only(database)
    assert gap.started_at == start + timedelta(seconds=10)
    assert gap.ended_at == clock.now()
    heart.end()


def test_a_database_that_did_not_answer_is_noted_when_it_does(
    importing, database, clock, monkeypatch
):
    heart = Heartbeat(importing.deps)
    heart.begin()
    failure = sqlite3.OperationalError("disk I/O error")
    failure.sqlite_errorcode = sqlite3.SQLITE_IOERR

    def fail(*_arguments):
        raise sa.exc.OperationalError("", {}, failure)

    with monkeypatch.context() as broken:
        broken.setattr(presence, "beat", fail)
        heart.beat()
        heart.beat()
    clock.advance(HOUR)
    heart.beat()
    found = only(database)
    assert (found.kind, found.ended_at) == (DisruptionKind.DATABASE, clock.now())
    heart.beat()
    assert kinds(database) == ["database"]


def test_what_several_processes_noted_is_one_disruption(database, clock):
    start = clock.now()
    for first, last in ((10, 20), (0, 15), (19, 30), (40, 50)):
        with database.write() as connection:
            moments = (start + timedelta(minutes=number) for number in (first, last))
            record_past(connection, DisruptionKind.DATABASE, *moments)
    found = list_disruptions(database, None, 100).items
    assert [(one.started_at - start, one.ended_at - start) for one in found] == [
        (timedelta(minutes=40), timedelta(minutes=50)),
        (timedelta(minutes=0), timedelta(minutes=30)),
    ]


def test_a_storage_that_fails_is_noted_until_it_works_again(importing, database):
    working = importing.deps.storage
    importing.deps = replace(importing.deps, storage=BrokenStorage())
    importing.post(FILE)
    assert only(database).kind is DisruptionKind.STORAGE
    assert only(database).ended_at is None
    importing.deps = replace(importing.deps, storage=working)
    assert importing.run_when_due().status is Status.DONE
    assert only(database).ended_at is not None
    importing.post(FILE, url="https://files.example/2.txt")
    assert kinds(database) == ["storage"]


def test_a_server_that_fails_for_several_imports_is_noted_for_their_firm(importing, database):
    failing = connection_refused("files.example")
    first = importing.post(failing, FILE)
    domain_id = first.domain_id
    assert kinds(database, domain_id) == []  # of one import alone
    importing.post(failing, failing, FILE, url="https://files.example/2.txt")
    found = only(database, domain_id)
    assert (found.kind, found.host, found.imports_delayed) == (
        *(DisruptionKind.SOURCE_HOST, "files.example", 2),
    )
    importing.run_when_due()  # fails again: no third import
    assert only(database, domain_id).imports_delayed == 2
    assert importing.run_when_due().status is Status.DONE
    assert only(database, domain_id).ended_at is not None
    assert kinds(database, create_domain(database, "CABINET2").id) == []


def test_a_server_that_nobody_asks_any_more_failed_until_its_last_failure(
    importing, database, clock
):
    for number in (1, 2):
        url = f"https://files.example/{number}.txt"
        importing.post(connection_refused("files.example"), url=url)
    last = clock.now()
    clock.advance(FORGOTTEN_AFTER)
    forget_silent(database)
    assert only(database).ended_at is None
    clock.advance(timedelta(seconds=1))
    forget_silent(database)
    assert only(database).ended_at == last


def test_disruptions_are_read_page_by_page(importing, database, caller, clock):
    for number in range(3):
        start_maintenance(database, str(number))
        clock.advance(HOUR)
        end_maintenance(database)
    for number in (1, 2):
        url = f"https://files.example/{number}.txt"
        importing.post(connection_refused("files.example"), url=url)
    found, after = [], None
    while True:
        page = list_disruptions(database, caller.domain_id, 1, after)
        found += [one.reason or one.host for one in page.items]
        if (after := page.next_key) is None:
            break
    assert found == ["files.example", "2", "1", "0"]


@pytest.mark.parametrize(
    ("mine", "code"),
    [
        (Process(1, "storage", "key"), None),
        (Process(0, None, "key"), None),
        (Process(1, "another", "key"), "storage-not-shared"),
        (Process(0, "storage", "another"), "deposit-secret-not-shared"),
    ],
)
def test_processes_that_live_share_their_storage_and_their_secret(database, clock, mine, code):
    other = Process(1, "storage", "key")
    register(database, other, LEASE)
    if code is None:
        register(database, mine, LEASE)
    else:
        with pytest.raises(ConflictError) as refused:
            register(database, mine, LEASE)
        assert refused.value.sentence.code == code
    clock.advance(HOUR)  # nobody lives any more: what they had may change
    register(database, Process(1, "new", "new"), LEASE)


def test_a_storage_knows_itself_again(importing):
    storage = importing.deps.storage
    assert storage.identity() == storage.identity()
    assert len(storage.identity()) == 36
