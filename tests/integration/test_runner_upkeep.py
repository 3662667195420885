"""What the runner does beside running imports."""

from __future__ import annotations

import os
import threading
import time

import pytest
import sqlalchemy as sa

from ecritures.database import tables
from ecritures.imports.dependencies import Dependencies
from ecritures.imports.queries import get_import, list_attempts
from ecritures.imports.request import ImportRequest, Status
from ecritures.imports.submission.submit import submit_import
from ecritures.sources.fake import FakeDownloader
from ecritures.worker import runner as embedded
from ecritures.worker.recovery import SCRATCH_SECONDS, remove_scratch
from ecritures.worker.runner import Runner
from helpers.fec import entries, fec
from helpers.transitions import claim_import
from helpers.waiting import GUARD_SECONDS, wait_until

pytestmark = pytest.mark.timing

ADDRESS = "https://files.example/079555421FEC20241231.txt"


@pytest.fixture
def runner(settings, database):
    settings = settings.model_copy(update={"lease_seconds": 1})
    deps = Dependencies(settings, database, FakeDownloader({ADDRESS: [fec(entries(1))]}))
    runner = Runner(deps)
    yield runner
    runner.stop()


@pytest.fixture
def asked(database, caller, dossier):
    return submit_import(database, caller, ImportRequest("fec", dossier.code, url=ADDRESS)).id


def test_an_import_about_which_nothing_could_be_written_is_taken_up_again(
    runner, database, asked, monkeypatch
):
    original = embedded.run_claim

    def fail_once(*_arguments):
        monkeypatch.setattr(embedded, "run_claim", original)
        raise sa.exc.OperationalError("", {}, Exception("database or disk is full"))

    monkeypatch.setattr(embedded, "run_claim", fail_once)
    runner.start()
    wait_until(lambda: get_import(database, asked).status is Status.DONE)
    outcomes = [attempt.outcome for attempt in list_attempts(database, asked)]
    assert outcomes == ["interrupted", "done"]


def test_leases_are_renewed_while_the_upkeep_stands_still(runner, monkeypatch):
    renewed, free = threading.Event(), threading.Event()
    monkeypatch.setattr(embedded, "reconcile", lambda _deps: free.wait(GUARD_SECONDS))
    monkeypatch.setattr(embedded, "renew_leases", lambda *_: renewed.set())
    runner.start()
    is_renewed = renewed.wait(GUARD_SECONDS / 2)
    free.set()
    assert is_renewed


def test_a_runner_that_starts_removes_what_is_no_longer_needed(runner, database, asked):
    state = get_import(database, asked)
    with database.write() as connection:
        connection.execute(
            tables.batches.insert().values(
                domain_id=state.domain_id, dossier_id=state.dossier_id, id=1, origin="import",
                source="somebody", state="dead", leased_until=database.clock.now(),
            )
        )  # fmt: skip

    def dead() -> int:
        query = sa.select(sa.func.count()).where(tables.batches.c.source == "somebody")
        with database.read() as connection:
            return int(connection.execute(query).scalar_one())

    assert dead() == 1
    runner.start()
    wait_until(lambda: dead() == 0)


def test_what_is_still_received_or_read_is_not_removed(database, settings, asked):
    """A file that takes long to arrive is written to, while its folder is as old as its start."""
    claim_import(database, asked)
    old = time.time() - SCRATCH_SECONDS - 1
    for name, written in (("upload-slow", time.time()), ("upload-left", old), (f"{asked}-1", old)):
        folder = settings.scratch_dir / name
        folder.mkdir(parents=True)
        (folder / "source").touch()
        os.utime(folder / "source", (written, written))
        os.utime(folder, (old, old))

    remove_scratch(Dependencies(settings, database, FakeDownloader({})), SCRATCH_SECONDS)

    kept = {path.name for path in settings.scratch_dir.iterdir()}
    assert kept == {"upload-slow", f"{asked}-1"}
