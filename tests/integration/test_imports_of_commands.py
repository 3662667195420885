"""Imports of files of some machine: its command runs them, and no worker does."""

from __future__ import annotations

from datetime import timedelta
from threading import Event, Thread

import pytest

from ecritures.core.errors import ConflictError
from ecritures.database.tables import imports
from ecritures.imports import state as states
from ecritures.imports.execution import attempt as attempts
from ecritures.imports.execution.attempt import run_import
from ecritures.imports.queries import get_import, list_attempts
from ecritures.imports.request import Status
from ecritures.worker.recovery import reconcile
from ecritures.worker.scheduler import FairScheduler
from helpers.importing import FILE
from helpers.waiting import wait_until

pytestmark = pytest.mark.fake_clock

LEASE_SECONDS = 30


@pytest.fixture
def asked(importing, tmp_path):
    """An import of a file of this machine."""
    path = tmp_path / "079555421FEC20241231.txt"
    path.write_bytes(FILE)
    return importing.submit(path=str(path))


def next_one(database, clock):
    with database.read() as connection:
        return FairScheduler(2).next(connection, (), clock.now())


def test_no_worker_takes_one(importing, asked, database, clock):
    assert next_one(database, clock) is None
    other = importing.submit(FILE)
    assert next_one(database, clock).id == other.id
    assert importing.run(asked.id).status is Status.DONE


@pytest.mark.parametrize("is_alone", [False, True])
def test_one_whose_command_died_ends_with_a_sentence(asked, database, clock, is_alone):
    claim = states.claim_import(database, asked.domain_id, asked.id, LEASE_SECONDS)
    assert claim is not None
    # It may well run, beside a service that starts.
    states.recover(database, 10, every_lease=is_alone)
    assert get_import(database, asked.id).status is Status.RUNNING
    clock.advance(timedelta(seconds=LEASE_SECONDS + 1))
    states.recover(database, 10, every_lease=is_alone)
    ended = get_import(database, asked.id)
    assert (ended.status, ended.message.code) == (Status.ENDED_WITH_ERROR, "command-stopped")
    assert [one.outcome for one in list_attempts(database, asked.id)] == ["interrupted"]


def test_one_whose_command_died_before_it_began_ends_too(importing, asked, database, clock):
    clock.advance(states.COMMAND_PATIENCE - timedelta(seconds=1))
    reconcile(importing.deps)
    assert get_import(database, asked.id).status is Status.WAITING
    clock.advance(timedelta(seconds=2))
    reconcile(importing.deps)
    ended = get_import(database, asked.id)
    assert (ended.status, ended.message.code) == (Status.ENDED_WITH_ERROR, "command-stopped")


def test_one_that_ended_is_not_left_waiting_for_nobody_by_a_retry(asked, database, clock):
    clock.advance(states.COMMAND_PATIENCE + timedelta(seconds=1))
    states.end_abandoned(database)
    with database.write() as connection, pytest.raises(ConflictError) as refused:
        states.retry(connection, get_import(database, asked.id), clock.now(), None)
    assert refused.value.sentence.code == "import-of-a-command"


@pytest.mark.timing
def test_a_command_renews_the_lease_of_its_import(importing, asked, database, clock, monkeypatch):
    importing.configure(lease_seconds=0.3)
    begun, may_end = Event(), Event()
    original = attempts.run_claim

    def run_slowly(deps, claim):
        begun.set()
        assert may_end.wait(60)
        original(deps, claim)

    monkeypatch.setattr(attempts, "run_claim", run_slowly)
    command = Thread(target=run_import, args=(importing.deps, asked.id))
    command.start()
    try:
        assert begun.wait(60)
        clock.advance(timedelta(hours=1))  # the lease has run out; the next heartbeat renews it
        wait_until(lambda: is_leased(database, clock))
        reconcile(importing.deps)
    finally:
        may_end.set()
        command.join()
    assert get_import(database, asked.id).status is Status.DONE


def is_leased(database, clock):
    with database.read() as connection:
        return connection.execute(
            imports.select().where(imports.c.leased_until > clock.now())
        ).first()
