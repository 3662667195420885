"""A process that is told to stop: what runs ends, or is handed back."""

from __future__ import annotations

import threading

import pytest

from ecritures.config.settings import Settings
from ecritures.imports.dependencies import Dependencies
from ecritures.imports.queries import get_import, list_attempts
from ecritures.imports.request import ImportRequest, Phase, Status
from ecritures.imports.submission.submit import submit_import
from ecritures.sources.fake import FakeDownloader
from ecritures.worker.runner import Runner
from helpers.balances import read_balance
from helpers.faulty_server import FaultyServer, drip, whole
from helpers.fec import entries, fec
from helpers.waiting import wait_until

pytestmark = pytest.mark.timing

ADDRESS = "https://files.example/079555421FEC20241231.txt"
SECONDS_MAX = 60


class SlowDownloader(FakeDownloader):
    """Gives its file once it is let to."""

    def __init__(self):
        super().__init__({ADDRESS: [fec(entries(1))]})
        self.begun, self.go = threading.Event(), threading.Event()

    def download(self, *arguments):
        self.begun.set()
        assert self.go.wait(SECONDS_MAX)
        return super().download(*arguments)


def ask(database, caller, dossier, url=ADDRESS):
    return submit_import(database, caller, ImportRequest("fec", dossier.code, url=url)).id


def test_what_runs_ends_and_nothing_else_is_taken(settings, database, caller, dossier):
    downloader = SlowDownloader()
    runner = Runner(Dependencies(settings, database, downloader))
    first, second = (ask(database, caller, dossier) for _ in range(2))
    runner.start()
    assert downloader.begun.wait(SECONDS_MAX)
    stopping = threading.Thread(target=runner.stop)
    stopping.start()
    wait_until(runner._stopping.is_set)
    downloader.go.set()
    stopping.join(SECONDS_MAX)
    assert not stopping.is_alive()
    assert get_import(database, first).status is Status.DONE
    assert get_import(database, second).status is Status.WAITING


@pytest.mark.parametrize("seconds", [0, 0.2])
def test_what_lasts_is_handed_back_and_run_by_the_next(
    tmp_path, database, caller, dossier, monkeypatch, seconds
):
    monkeypatch.setattr("ecritures.imports.execution.pulse.PULSE_SECONDS", 0.01)
    settings = Settings(data_dir=tmp_path, allow_private_addresses=True, stop_seconds_max=seconds)
    with FaultyServer() as files:
        path = "/079555421FEC20241231.txt"
        asked = ask(database, caller, dossier, files.serve(path, drip(0.01)))
        runner = Runner(Dependencies.over(settings, database))
        runner.start()
        wait_until(lambda: get_import(database, asked).status is Status.RUNNING)
        wait_until(lambda: files.requests)
        runner.stop()
        state = get_import(database, asked)
        assert (state.status, state.phase) == (Status.WAITING, Phase.WAITING)
        assert state.message.code == "handed-back"

        files.serve(path, whole(fec(entries(2))))
        runner = Runner(Dependencies.over(settings, database))
        runner.start()
        wait_until(lambda: get_import(database, asked).status is Status.DONE)
        runner.stop()
    outcomes = [attempt.outcome for attempt in list_attempts(database, asked)]
    assert outcomes == ["handed-back", "done"]
    assert read_balance(database, dossier).debit_cents == 24000
