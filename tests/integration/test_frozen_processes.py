"""A process that stands still, holding locks, stops no other."""

from __future__ import annotations

import fcntl
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa

from ecritures.database import tables
from ecritures.database.dialects import postgresql, sqlite
from ecritures.imports.execution.infrastructure_errors import classify
from ecritures.imports.request import Status
from ecritures.imports.state import claim_import, end_overdue, recover, recovery, renew_leases
from ecritures.ledger.batch import (
    BatchState,
    NewBatch,
    Origin,
    abandon_batches,
    insert_batch,
    require_loading,
)
from ecritures.ledger.loading.sweep import sweep
from ecritures.worker.recovery import abandon_lost_batches
from helpers.fec import entries, fec
from helpers.transitions import count_rows, read_all

pytestmark = pytest.mark.fake_clock

FILE = fec(entries(1))

on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
"""SQLite has one writer, which no other process can freeze in the midst of a load."""
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""The lock of a file is SQLite's alone."""


@pytest.fixture
def frozen_load(importing, database, clock):
    """An import whose process stands still in the midst of a COPY, and holds its batch."""
    state = importing.submit(FILE)
    claim = claim_import(database, state.domain_id, state.id)
    of_firm = database.for_domain(state.domain_id)
    ends = clock.now() + timedelta(hours=6)
    batch = NewBatch(state.domain_id, state.dossier_id, 1, Origin.IMPORT, claim.batch_source, ends)
    with of_firm.write() as connection:
        insert_batch(connection, batch)
    with of_firm.load() as connection:
        require_loading(connection, state.domain_id, 1)
        clock.advance(timedelta(minutes=5))
        yield claim


def states(database):
    return [row.state for row in read_all(database, sa.select(tables.batches.c.state))]


@on_postgresql
def test_its_import_is_requeued_and_run_while_it_stands_still(importing, database, frozen_load):
    recover(database, 10)
    assert importing.state.status is Status.WAITING
    sweep(database)
    abandon_lost_batches(database)
    assert importing.run(frozen_load.import_id).status is Status.DONE
    assert sorted(states(database)) == [BatchState.LOADING, BatchState.PUBLISHED]


def test_its_batch_is_removed_once_it_is_gone(importing, database, clock):
    state = importing.submit(FILE)
    claim = claim_import(database, state.domain_id, state.id)
    of_firm = database.for_domain(state.domain_id)
    ends = clock.now() + timedelta(hours=6)
    place = state.domain_id, state.dossier_id
    with of_firm.write() as connection:
        insert_batch(connection, NewBatch(*place, 1, Origin.IMPORT, claim.batch_source, ends))
        insert_batch(connection, NewBatch(*place, 2, Origin.IMPORT, "somebody/1", ends))
    abandon_lost_batches(database)
    assert sorted(states(database)) == [BatchState.DEAD, BatchState.LOADING]
    sweep(database)
    assert count_rows(database, tables.batches) == 1


@on_postgresql
def test_leases_are_renewed_though_another_process_holds_one_of_the_imports(
    importing, database, clock
):
    held, other = (
        claim_import(database, one.domain_id, one.id)
        for one in [importing.submit(FILE, url=f"https://x.example/{name}") for name in "ab"]
    )
    row = sa.select(tables.imports.c.id).where(tables.imports.c.id == held.import_id)
    with database.write() as frozen:
        frozen.execute(row.with_for_update())
        clock.advance(timedelta(seconds=20))
        renew_leases(database, [held, other], 30)
    clock.advance(timedelta(seconds=20))
    recover(database, 10)
    shown = sa.select(tables.imports.c.id).where(tables.imports.c.status == Status.RUNNING)
    assert [row.id for row in read_all(database, shown)] == [other.import_id]


@on_postgresql
def test_abandoning_waits_for_no_lock(database, frozen_load):
    of_firm = database.for_domain(frozen_load.domain_id)
    with of_firm.write() as connection:
        abandon_batches(connection, frozen_load.domain_id, [frozen_load.batch_source])
    assert states(database) == [BatchState.LOADING]


@on_postgresql
@pytest.mark.usefixtures("frozen_load")
def test_sweeping_waits_for_no_lock(database, clock):
    clock.advance(timedelta(hours=7))
    assert sweep(database) == 0
    assert states(database) == [BatchState.LOADING]


@on_postgresql
def test_an_import_that_publishes_at_this_moment_is_not_ended(importing, database, clock):
    """What lasted too long may be committing: its end is its own."""
    state = importing.submit(FILE)
    claim = claim_import(database, state.domain_id, state.id)
    clock.advance(timedelta(hours=7))
    of_firm = database.for_domain(state.domain_id)
    with of_firm.write() as connection:
        connection.execute(
            tables.imports.update()
            .where(tables.imports.c.id == claim.import_id)
            .values(status=Status.DONE)
        )
        end_overdue(database, 6)
    assert importing.state.status is Status.DONE


@pytest.mark.parametrize("changed", [{"status": Status.DONE}, {"attempt": 2}], ids=str)
@pytest.mark.parametrize("upkeep", [end_overdue, recover])
def test_an_import_that_ended_or_began_anew_since_it_was_found_is_left_alone(
    importing, database, clock, monkeypatch, upkeep, changed
):
    state = importing.submit(FILE)
    claim_import(database, state.domain_id, state.id)
    clock.advance(timedelta(hours=7))
    find = recovery._list

    def find_then_change(*arguments):
        found = find(*arguments)
        with database.write() as connection:
            connection.execute(tables.imports.update().values(changed))
        assert len(found) == 1
        return found

    monkeypatch.setattr(recovery, "_list", find_then_change)
    upkeep(database, 6)
    assert importing.state.status is changed.get("status", Status.RUNNING)
    assert importing.outcomes == [None]


def test_an_attempt_that_runs_too_long_is_ended(importing, database, clock):
    state = importing.submit(FILE)
    claim_import(database, state.domain_id, state.id)
    clock.advance(timedelta(hours=5))
    end_overdue(database, 6)
    assert importing.state.status is Status.RUNNING
    clock.advance(timedelta(hours=2))
    end_overdue(database, 6)
    assert (importing.state.status, importing.state.message.code) == (
        Status.ENDED_WITH_ERROR,
        "ran-too-long",
    )
    assert importing.outcomes == ["failed"]


@on_postgresql
def test_no_transaction_waits_for_a_lock_without_limit(database):
    with database.read() as connection:
        shown = [
            connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in ("lock_timeout", "idle_in_transaction_session_timeout")
        ]
        idle = connection.exec_driver_sql(
            "SELECT setting FROM pg_settings WHERE name = 'tcp_keepalives_idle'"
        ).scalar()
        client = connection.connection.driver_connection.info.get_parameters()
    assert (shown, idle) == (["10s", "1min"], "30")
    assert {name: int(client[name]) for name in postgresql.KEEPALIVES} == postgresql.KEEPALIVES
    assert "lock_timeout" in postgresql.LIMITS


@on_postgresql
def test_a_transaction_that_the_server_ended_is_tried_again(database):
    def stand_still():
        with database.read() as connection:
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '10ms'")
            time.sleep(1)
            connection.exec_driver_sql("SELECT 1")

    with pytest.raises(sa.exc.DBAPIError) as ended:
        stand_still()
    error = classify(ended.value)
    assert error is not None
    assert error.sentence.code == "database-unavailable"


@on_sqlite
def test_a_command_stopped_in_a_write_is_not_waited_for(database, settings, monkeypatch):
    monkeypatch.setattr(sqlite, "LOCK_SECONDS_MAX", 0.1)
    with settings.data_dir.joinpath("ecritures.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(sa.exc.TimeoutError), database.write():
            pass
    with database.write():
        pass
