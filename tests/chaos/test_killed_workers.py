"""Many workers on PostgreSQL: killed, asleep, denied their disk, their storage, their database.

Every accepted import ends, once. The seed is printed; `ECRITURES_CHAOS_SEED` repeats a run,
`ECRITURES_CHAOS_SECONDS` lengthens it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from ecritures.config.settings import Settings
from ecritures.database import Database, tables
from ecritures.database.migrate import migrate
from ecritures.directory.domains import create_domain
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import Caller
from ecritures.imports.dependencies import Dependencies
from ecritures.imports.request import ImportRequest
from ecritures.imports.submit import submit_import
from ecritures.worker.recovery import reconcile
from helpers.azurite import azurite, new_container
from helpers.faulty_server import FaultyServer, cut, late, status, whole
from helpers.fec import entries, entry, fec
from helpers.postgresql import postgresql_server
from helpers.reckoning import check_every_import_ended_once
from helpers.striking import STEPS, Program, read, unfinished
from helpers.waiting import wait_until

pytestmark = pytest.mark.timing

SECONDS = float(os.environ.get("ECRITURES_CHAOS_SECONDS", "20"))
SECONDS_LONG = 900  # a run as long as that has met every step
SECONDS_MAX = 600
WORKERS = 3
IMPORTS = int(os.environ.get("ECRITURES_CHAOS_IMPORTS", "60"))
FILES = {size: fec(entries(size)) for size in (1, 5, 50, 500, 3000)}
REFUSED = fec(entry(1, "1.50"))
STRIKES = {
    "killed": 6,
    "asleep": 4,
    "disk denied": 3,
    "storage stopped": 1,
    "database stopped": 2,
}
"""How to strike, and how often."""


class Worker(Program):
    """A worker on a machine of its own: it shares the database and the storage alone."""

    def __init__(self, url, container, folder):
        options = container.settings["storage_options"].items()
        super().__init__(
            ["worker", "--concurrency", "3"],
            folder,
            database_url=url,
            storage_url=container.settings["storage_url"],
            storage_options=json.dumps({name: one.get_secret_value() for name, one in options}),
            allow_private_addresses="true",
            block_bytes="100000",
            lease_seconds="2",
            interruptions_max="100000",
            attempt_pause_seconds="0.2",
            attempt_pause_seconds_max="1",
            log_level="warning",
        )

    def revive(self, struck):
        if not self.is_alive:  # the database was not there when it started
            struck["revived"] += 1
            self.start()


class World:
    """The servers, the workers, and the firms."""

    def __init__(self, folder, stack):
        self.server = stack.enter_context(postgresql_server(folder / "cluster"))
        self.storage = stack.enter_context(azurite(folder / "azurite"))
        self.files = stack.enter_context(FaultyServer())
        self.container = new_container(self.storage.endpoint)
        url = self.server.url(self.server.create_database())
        self.database = Database(url).for_all_domains()
        stack.callback(self.database.close)
        migrate(self.database)
        self.firms = [self._firm(f"CABINET{number}") for number in range(3)]
        self.settings = [
            Settings(data_dir=folder / f"worker{number}", **self.container.settings)
            for number in range(WORKERS)
        ]
        self.workers = [Worker(url, self.container, one.data_dir) for one in self.settings]
        for worker in self.workers:
            worker.start()
            stack.callback(worker.kill)

    def _firm(self, code):
        domain = create_domain(self.database, code)
        for number in range(4):
            create_dossier(self.database, domain, code=f"D{number}", name="", siren="732829320")
        return domain


@pytest.fixture
def world():
    folder = Path(tempfile.mkdtemp(prefix="ecritures-chaos-"))
    folder.chmod(0o755)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield World(folder, stack)


def test_every_accepted_import_ends_once_whatever_dies(world, rng):
    database = world.database
    accepted, struck = {}, Counter()
    until = time.monotonic() + SECONDS
    while is_too_early(database, until):
        accepted |= submit(world, rng)
        while is_too_early(database, until) and unfinished(database):
            strike(world, rng, struck)
    deadline = time.monotonic() + SECONDS_MAX
    while unfinished(database):
        for worker in world.workers:
            worker.revive(struck)
        assert time.monotonic() < deadline, [worker.log[-2000:] for worker in world.workers]
        time.sleep(0.2)

    outcomes = check_every_import_ended_once(database, accepted)
    print(len(accepted), dict(outcomes), dict(sorted(struck.items())))  # noqa: T201 - the run
    for settings in world.settings:
        reconcile(Dependencies.over(settings, database), scratch_seconds_min=0)
        wait_until(lambda folder=settings.scratch_dir: not list(folder.iterdir()))
    if SECONDS >= SECONDS_LONG:
        assert {f"{how} {at}" for how in ("killed", "asleep") for at in STEPS} <= struck.keys()


def is_too_early(database, until):
    """Strike for a while, and until something died at work, which is late on a busy machine."""
    if time.monotonic() < until:
        return True
    assert time.monotonic() < until + SECONDS_MAX, "nothing died at work"
    died = tables.attempts.select().where(tables.attempts.c.outcome == "interrupted")
    return not read(database, died)


def submit(world, rng):
    """Ask for imports of mixed sizes: some refused, some behind a server that fails at first."""
    accepted = {}
    for number in range(IMPORTS):
        size = rng.choice([*FILES, None])
        content = FILES[size] if size else REFUSED
        domain = rng.choice(world.firms)
        name = f"{number}-{rng.random()}.txt"
        if rng.random() < 0.2:
            world.container.put(f"{domain.storage_prefix}/{name}", content)
            where = {"uri": name}
        else:
            first = [whole(content), late(content, 0.3), status(503), cut(content, 40)]
            where = {"url": world.files.serve(f"/{name}", rng.choice(first), whole(content))}
        request = ImportRequest("fec", f"D{rng.randrange(4)}", **where)
        caller = Caller("", domain.id, domain.code, None)
        accepted[submit_import(world.database, caller, request).id] = size
    return accepted


def strike(world, rng, struck):
    """Let something fail while a worker stands at one step or another."""
    how = rng.choices(list(STRIKES), STRIKES.values())[0]
    wanted = rng.choice(STEPS)
    from_byte = rng.choice([0, 5_000, 100_000])
    seconds = rng.choice([rng.uniform(0.0, 1.0), rng.uniform(1.0, 4.0)])
    worker = rng.choice(world.workers)
    worker.revive(struck)
    with ExitStack() as failing:
        with worker.caught(world.database, rng, wanted) as steps:
            struck.update(f"{how} {step}" for step in steps)
            match how:
                case "killed":
                    worker.kill()
                case "asleep":
                    time.sleep(seconds)  # at times longer than its lease
                case "disk denied":
                    failing.enter_context(worker.denied_the_disk(from_byte))
                case "database stopped":
                    world.server.stop(rng.choice(["fast", "immediate"]))
                    failing.callback(world.server.start)
        if how == "storage stopped":  # which waits for whoever is connected, hence not asleep
            world.storage.stop()
            failing.callback(world.storage.start)
        if how not in {"killed", "asleep"}:
            time.sleep(min(seconds, 1.0))
    if how == "killed":
        worker.start()
