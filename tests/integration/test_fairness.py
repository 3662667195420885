"""Who is served next when many ask."""

from __future__ import annotations

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
from ecritures.imports.record import ImportRequest
from ecritures.imports.submit import prepare_import
from ecritures.sources.fake import FakeDownloader
from ecritures.worker.runner import Runner

URL = "https://files.example/079555421FEC20241231.txt"


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
            row = prepare_import(database, caller, ImportRequest("fec", name, url=URL))
            rows = []
            for number in range(count):
                asked += timedelta(milliseconds=1)
                rows.append(row | {"id": f"{name}-{number}", "created_at": asked})
            with database.write() as connection:
                connection.execute(tables.imports.insert(), rows)
        return domain.id

    return make


class Threadless:
    """A runner whose threads never run: what it takes stays taken until it is said to end."""

    def __init__(self, settings, database):
        self.runner = Runner(Dependencies(settings, database, FakeDownloader({})))
        self.runner._pool.shutdown()
        self.runner._pool = self
        self.taken = []

    def submit(self, _run, _services, claim):
        self.taken.append((claim.import_id, (claim.domain_id, claim.state.dossier_id)))

    def dispatch(self):
        before = len(self.taken)
        self.runner._dispatch()
        return [import_id for import_id, _ in self.taken[before:]]

    def end(self, import_id):
        database = self.runner._database
        with database.write() as connection:
            connection.execute(
                tables.imports.update().where(tables.imports.c.id == import_id).values(status=3)
            )
        self.runner._busy.discard(dict(self.taken)[import_id])


@pytest.fixture
def runner(tmp_path, database):
    def make(slots, for_domain):
        return Threadless(
            Settings(data_dir=tmp_path, runner_imports_max=slots, domain_imports_max=for_domain),
            database,
        )

    return make


def test_a_firm_that_asks_for_one_does_not_wait_for_one_that_asks_for_a_thousand(firm, runner):
    firm("LARGE", *[100] * 10)
    firm("SMALL", 1)
    one = runner(slots=1, for_domain=1)

    first = one.dispatch()
    assert first == ["LARGED0-0"]
    one.end(first[0])
    assert one.dispatch() == ["SMALLD0-0"]


def test_firms_take_their_turns_whatever_their_queues(firm, runner):
    large, middle, small = firm("LARGE", 900), firm("MIDDLE", 50), firm("SMALL", 10)
    one = runner(slots=1, for_domain=1)
    served = []
    for _ in range(15):
        (import_id,) = one.dispatch()
        served.append(import_id.partition("D0")[0])
        one.end(import_id)
    assert Counter(served) == {"LARGE": 5, "MIDDLE": 5, "SMALL": 5}
    assert len({large, middle, small}) == 3


def test_free_threads_go_to_the_firms_with_the_fewest_running(firm, runner):
    firm("LARGE", 5, 5, 5, 5)
    firm("OTHER", 5, 5)
    taken = runner(slots=4, for_domain=4).dispatch()
    assert taken == ["LARGED0-0", "OTHERD0-0", "LARGED1-0", "OTHERD1-0"]


def test_one_firm_leaves_a_thread_for_another(firm, runner):
    """Three huge files of one firm do not stop the small file that comes later."""
    firm("LARGE", 1, 1, 1, 1)
    three = runner(slots=3, for_domain=2)
    assert three.dispatch() == ["LARGED0-0", "LARGED1-0"]
    assert three.dispatch() == []
    firm("SMALL", 1)
    assert three.dispatch() == ["SMALLD0-0"]


def test_a_dossier_is_served_in_the_order_of_its_requests_one_at_a_time(firm, runner):
    firm("LARGE", 3)
    three = runner(slots=3, for_domain=3)
    order = []
    for _ in range(3):
        (import_id,) = three.dispatch()
        assert three.dispatch() == []
        order.append(import_id)
        three.end(import_id)
    assert order == ["LARGED0-0", "LARGED0-1", "LARGED0-2"]


def test_what_is_due_later_lets_others_pass(firm, runner, database):
    firm("LARGE", 2)
    later = database.clock.now() + timedelta(hours=1)
    with database.write() as connection:
        connection.execute(
            tables.imports.update().where(tables.imports.c.id == "LARGED0-0").values(due_at=later)
        )
    assert runner(slots=1, for_domain=1).dispatch() == ["LARGED0-1"]


def test_many_firms_are_all_served(firm, runner, monkeypatch, database):
    monkeypatch.setattr("ecritures.worker.scheduler.SERVED_FIRMS_KEPT", 3)
    for number in range(6):
        firm(f"FIRM{number}", 2)
    one = runner(slots=1, for_domain=1)
    for _ in range(12):
        (import_id,) = one.dispatch()
        one.end(import_id)
    assert one.dispatch() == []
    assert len(one.runner._scheduler._served) == 3
    with database.read() as connection:
        waiting = sa.select(sa.func.count()).where(tables.imports.c.status == 1)
        assert connection.execute(waiting).scalar_one() == 0
