"""Who is served next when many ask."""

from __future__ import annotations

import queue
import threading
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from ecritures.config.settings import Settings
from ecritures.database import tables
from ecritures.directory.domains import create_domain
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import Caller
from ecritures.imports.dependencies import Dependencies
from ecritures.imports.request import ImportRequest, Status
from ecritures.imports.submission.submit import prepare_import
from ecritures.sources.download import Fetched
from ecritures.worker.runner import Runner

FILES = "https://files.example/"
SECONDS_MAX = 60


@pytest.fixture
def firm(database):
    """Make a firm that has asked for imports, so many in each of its dossiers."""
    asked = database.clock.now() - timedelta(hours=1)

    def make(code, *counts):
        nonlocal asked
        domain = create_domain(database, code)
        caller = Caller("", domain.id, code, None)
        for rank, count in enumerate(counts):
            name = f"{code}D{rank}"
            create_dossier(database, domain, code=name, name="", siren="079555421")
            row = prepare_import(database, caller, ImportRequest("fec", name, url=FILES))
            rows = []
            for number in range(count):
                asked += timedelta(milliseconds=1)
                one = {"id": f"{name}-{number}", "created_at": asked}
                rows.append(row | one | {"source_location": f"{FILES}{one['id']}"})
            with database.write() as connection:
                connection.execute(tables.imports.insert(), rows)

    return make


class GatedDownloader:
    """Says which imports ask for their file, and lets each have it, an empty one, when told."""

    def __init__(self):
        self.asked = queue.Queue()
        self._gates = {}
        self._lock = threading.Lock()
        self._open = False

    def download(self, address, target, _progress=None):
        import_id = address.removeprefix(FILES)
        gate = threading.Event()
        with self._lock:
            self._gates[import_id] = gate
            if self._open:
                gate.set()
        self.asked.put(import_id)
        assert gate.wait(SECONDS_MAX)
        target.write_bytes(b"")
        return Fetched(0, "")

    def end(self, import_id):
        self._gates[import_id].set()

    def end_all(self):
        with self._lock:
            self._open = True
            for gate in self._gates.values():
                gate.set()


class Service:
    """A runner at work: what it takes lasts until it is told to end."""

    def __init__(self, settings, database):
        self._downloader = GatedDownloader()
        self._runner = Runner(Dependencies(settings, database, self._downloader))
        self._runner.start()
        self.end = self._downloader.end

    def take(self, count=1):
        """Wait for the next imports to be taken."""
        return [self._downloader.asked.get(timeout=SECONDS_MAX) for _ in range(count)]

    def wake(self):
        self._runner.wake()

    def takes_no_other(self):
        return self._downloader.asked.empty()

    def stop(self):
        self._downloader.end_all()
        self._runner.stop()


@pytest.fixture
def runner(tmp_path, database):
    """Start a runner of so many slots, so many of them for one firm."""
    started = []

    def start(slots, for_domain, ahead=0):
        settings = Settings(
            data_dir=tmp_path,
            runner_imports_max=slots,
            domain_imports_max=for_domain,
            downloads_max=ahead,  # 0: none is fetched ahead, so they come in their order
        )
        settings.scratch_dir.mkdir(parents=True, exist_ok=True)
        started.append(Service(settings, database))
        return started[-1]

    yield start
    for service in started:
        service.stop()


def test_a_firm_that_asks_for_one_does_not_wait_for_one_that_asks_for_a_thousand(firm, runner):
    firm("LARGE", *[100] * 10)
    firm("SMALL", 1)
    service = runner(slots=1, for_domain=1)

    first = service.take()
    service.end(*first)
    second = service.take()

    assert first == ["LARGED0-0"]
    assert second == ["SMALLD0-0"]


def test_firms_take_their_turns_whatever_their_queues(firm, runner):
    firm("LARGE", 900)
    firm("MIDDLE", 50)
    firm("SMALL", 10)
    service = runner(slots=1, for_domain=1)

    served = []
    for _ in range(15):
        (import_id,) = service.take()
        served.append(import_id.partition("D0")[0])
        service.end(import_id)

    assert served == ["LARGE", "MIDDLE", "SMALL"] * 5


def test_free_threads_go_to_the_firms_with_the_fewest_running(firm, runner):
    firm("LARGE", 5, 5, 5, 5)
    firm("OTHER", 5, 5)

    taken = runner(slots=4, for_domain=4).take(4)

    assert sorted(taken) == ["LARGED0-0", "LARGED1-0", "OTHERD0-0", "OTHERD1-0"]


def test_one_firm_leaves_a_thread_for_another(firm, runner):
    """Three huge files of one firm do not stop the small file that comes later."""
    firm("LARGE", 1, 1, 1, 1)
    service = runner(slots=3, for_domain=2)

    first = service.take(2)
    firm("SMALL", 1)
    service.wake()
    third = service.take()

    assert sorted(first) == ["LARGED0-0", "LARGED1-0"]
    assert third == ["SMALLD0-0"]
    assert service.takes_no_other()


def test_slow_servers_of_some_firms_do_not_hold_up_the_file_of_another(firm, runner):
    """As many downloads last as imports may run; they are waited for beside those."""
    firm("SLOW", 1, 1)
    firm("LAZY", 1, 1)
    service = runner(slots=2, for_domain=2, ahead=3)

    first = service.take(4)
    firm("SMALL", 1)
    service.wake()
    last = service.take()

    assert sorted(first) == ["LAZYD0-0", "LAZYD1-0", "SLOWD0-0", "SLOWD1-0"]
    assert last == ["SMALLD0-0"]


def test_of_those_that_may_have_killed_a_process_one_runs_at_a_time(firm, runner, database):
    firm("FIRST", 1)
    firm("SECOND", 1)
    firm("OTHER", 1)
    suspects = tables.imports.c.id.in_(["FIRSTD0-0", "SECONDD0-0"])
    with database.write() as connection:
        connection.execute(tables.imports.update().where(suspects).values(alone=True))
    service = runner(slots=3, for_domain=1)

    assert sorted(service.take(2)) == ["FIRSTD0-0", "OTHERD0-0"]
    assert service.takes_no_other()
    service.end("FIRSTD0-0")
    assert service.take() == ["SECONDD0-0"]


def test_a_dossier_is_served_in_the_order_of_its_requests_one_at_a_time(firm, runner):
    firm("LARGE", 3)
    service = runner(slots=3, for_domain=3)

    order = []
    for _ in range(3):
        (import_id,) = service.take()
        assert service.takes_no_other()
        order.append(import_id)
        service.end(import_id)

    assert order == ["LARGED0-0", "LARGED0-1", "LARGED0-2"]


def test_what_is_due_later_lets_others_pass(firm, runner, database):
    firm("LARGE", 2)
    later = database.clock.now() + timedelta(hours=1)
    with database.write() as connection:
        connection.execute(
            tables.imports.update().where(tables.imports.c.id == "LARGED0-0").values(due_at=later)
        )

    assert runner(slots=1, for_domain=1).take() == ["LARGED0-1"]


def test_many_firms_are_all_served(firm, runner, monkeypatch, database):
    monkeypatch.setattr("ecritures.worker.scheduler.SERVED_FIRMS_KEPT", 3)
    for number in range(6):
        firm(f"FIRM{number}", 2)
    service = runner(slots=1, for_domain=1)

    served = Counter()
    for _ in range(12):
        (import_id,) = service.take()
        served[import_id.partition("D0")[0]] += 1
        service.end(import_id)

    assert served == {f"FIRM{number}": 2 for number in range(6)}
    with database.read() as connection:
        waiting = sa.select(sa.func.count()).where(tables.imports.c.status == Status.WAITING)
        assert connection.execute(waiting).scalar_one() == 0
