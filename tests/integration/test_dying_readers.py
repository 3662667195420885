"""A file that kills its reader harms its own import, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ecritures.database import tables
from ecritures.imports.execution import processing
from ecritures.imports.messages import interrupted
from ecritures.imports.request import Status
from ecritures.imports.state import claim_import, recover
from ecritures.processes import DirectExecutor, ProcessExecutor, ReaderDiedError
from ecritures.processes.limits import Death
from ecritures.worker.recovery import reconcile
from ecritures.worker.scheduler import FairScheduler
from helpers.fec import entries, fec
from helpers.transitions import count_rows, retry_import

pytestmark = pytest.mark.fake_clock

PRELOAD = "ecritures.processes.child"


class DyingExecutor(DirectExecutor):
    """Its child dies so many times, then it works."""

    def __init__(self, deaths):
        super().__init__()
        self.deaths = deaths

    def _run(self, call, is_wanted):
        if self.deaths:
            raise ReaderDiedError(self.deaths.pop(0))
        return super()._run(call, is_wanted)


@pytest.fixture
def dying(importing):
    def _dying(*deaths):
        importing.deps = replace(importing.deps, executor=DyingExecutor(list(deaths)))
        return importing

    return _dying


def test_a_file_whose_reader_died_is_read_once_more_alone(dying):
    importing = dying(Death.MEMORY)
    state = importing.post(fec(entries(2)))
    assert (state.status, state.message.code) == (Status.WAITING, "reader-memory")
    assert state.alone
    assert (state.source_bytes, len(state.source_sha256)) == (len(fec(entries(2))), 64)
    assert importing.run_to_the_end().status is Status.DONE
    assert importing.outcomes == ["crashed", "done"]


@pytest.mark.parametrize("death", list(Death))
def test_the_second_death_is_final_and_says_why(dying, database, death):
    importing = dying(death, death, death)
    importing.post(fec(entries(2)))
    state = importing.run_to_the_end()
    assert (state.status, state.message.code) == (Status.ENDED_WITH_ERROR, death.value)
    assert importing.outcomes == ["crashed", "crashed"]
    assert count_rows(database, tables.lines) == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # a server's has connections
def test_python_at_its_limit_of_memory_is_a_death_like_any_other(importing, monkeypatch):
    def check_file(*_, **__):
        raise MemoryError

    monkeypatch.setattr(processing, "check_file", check_file)
    executor = ProcessExecutor(importing.deps.settings, 1, preload=PRELOAD, method="fork")
    importing.deps = replace(importing.deps, executor=executor)
    try:
        state = importing.post(fec(entries(2)))
    finally:
        executor.close()
    assert (state.status, state.message.code) == (Status.WAITING, "reader-memory")
    assert (importing.outcomes, state.alone) == (["crashed"], True)


def test_deaths_count_though_the_clock_was_put_back_after_the_request(dying, clock):
    importing = dying(Death.MEMORY, Death.MEMORY, Death.MEMORY)
    importing.submit(fec(entries(2)))
    clock.advance(timedelta(hours=-1))
    reconcile(importing.deps)
    importing.run()
    importing.run_to_the_end()
    assert importing.outcomes == ["crashed", "crashed"]


@pytest.mark.parametrize("interruptions_max", [1, 3])
def test_an_interruption_counts_only_when_the_import_ran_alone(
    importing, database, interruptions_max
):
    """Any of the imports that ran in a process may have caused its death."""
    state = importing.submit(fec(entries(1)))
    for _ in range(interruptions_max):
        assert claim_import(database, state.domain_id, state.id) is not None
        recover(database, interruptions_max, every_lease=True)
        assert importing.state.message == interrupted()
    assert importing.state.alone
    claim_import(database, state.domain_id, state.id)
    recover(database, interruptions_max, every_lease=True)
    assert importing.state.message.code == "interrupted-too-often"


def test_a_retry_by_hand_starts_anew(importing, database):
    state = importing.submit(fec(entries(1)))
    claim_import(database, state.domain_id, state.id)
    recover(database, 3, every_lease=True)
    retry_import(database, importing.state)
    assert not importing.state.alone


def test_suspects_run_one_at_a_time(importing, database, other_dossier):
    first = importing.submit(fec(entries(1)))
    claim_import(database, first.domain_id, first.id)
    recover(database, 10, every_lease=True)
    database.clock.advance(timedelta(seconds=1))
    other = importing.submit(fec(entries(1)), dossier=other_dossier.code)
    now = database.clock.now()
    with database.read() as connection:
        scheduler = FairScheduler(2)
        assert scheduler.next(connection, [], now).id == first.id
        assert scheduler.next(connection, [], now, may_be_alone=False).id == other.id
