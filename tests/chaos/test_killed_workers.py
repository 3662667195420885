"""Many workers on PostgreSQL: killed, frozen, denied their disk, their storage, their database.

Every accepted import ends, once; and while one process stands still, the others go on. The seed is
printed; `ECRITURES_CHAOS_SEED` repeats a run, `ECRITURES_CHAOS_SECONDS` lengthens it.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from ecritures.config.settings import Settings
from ecritures.database import Database, tables
from ecritures.database.migrate import migrate
from ecritures.directory.domains import create_domain
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import Caller
from ecritures.imports.dependencies import Dependencies
from ecritures.imports.request import ImportRequest, Status
from ecritures.imports.submission.submit import submit_import
from ecritures.worker.recovery import remove_scratch
from helpers import process_tree
from helpers.asking import good, hostile, hungry, unbalanced
from helpers.azurite import azurite, new_container
from helpers.faulty_server import FaultyServer, cut, late, status, whole
from helpers.policies import allow_known_entries
from helpers.postgresql import ADMINISTRATOR, postgresql_server
from helpers.reckoning import check_every_import_ended_once
from helpers.silent_proxy import SilentProxy
from helpers.striking import (
    READER_CPU_SECONDS,
    RUN_SECONDS_LONG,
    SIZE_LONG,
    STEPS,
    Program,
    freeze_seconds,
    logs_on_failure,
    read,
    step_to_strike,
    tell,
    unfinished,
)
from helpers.waiting import wait_until

pytestmark = pytest.mark.timing

SECONDS = float(os.environ.get("ECRITURES_CHAOS_SECONDS", "20"))
SECONDS_MAX = 600
WORKERS = 3
LEASE_SECONDS = 2
COPY_PROBABILITY = 0.7
COPY_SECONDS = 8.0  # less than what makes a worker give up waiting for a lock
STANDS_AT_COPY = """
    SELECT client_port FROM pg_stat_activity
    WHERE starts_with(query, 'COPY "lines') AND %s = ANY(pg_blocking_pids(pid))
"""
IMPORTS = int(os.environ.get("ECRITURES_CHAOS_IMPORTS", "60"))
WANTED = {f"{how} {at}" for how in ("killed", "frozen") for at in STEPS} | {"reader frozen COPY"}
SIZES = (1, 5, 50, 500, 3000, *((SIZE_LONG,) if SECONDS >= RUN_SECONDS_LONG else ()))
STRIKES = {
    "killed": 6,
    "frozen": 4,
    "reader killed": 3,
    "reader frozen": 3,
    "disk denied": 3,
    "storage stopped": 1,
    "database stopped": 2,
    "network vanished": 2,
}
"""How to strike, and how often."""
AT_WORK = {"disk denied", "database stopped", "network vanished"}
AWAKE = {"storage stopped", "reader frozen"}
"""What begins while the worker is asleep, and what does not: the storage waits for its callers."""


class Worker(Program):
    """A worker on a machine of its own: it shares the database and the storage alone.

    Args:
        url: The database, through the proxy.
        proxy: The network between them.
        container: The storage.
        folder: Its own.
    """

    def __init__(self, url, proxy, container, folder):
        self.proxy = proxy
        options = container.settings["storage_options"].items()
        super().__init__(
            ["worker", "--concurrency", "3"],
            folder,
            database_url=url,
            storage_url=container.settings["storage_url"],
            storage_options=json.dumps({name: one.get_secret_value() for name, one in options}),
            allow_private_addresses="true",
            block_bytes="100000",
            reader_cpu_seconds_max=str(READER_CPU_SECONDS),
            lease_seconds=str(LEASE_SECONDS),
            interruptions_max="100000",
            attempt_pause_seconds="0.2",
            attempt_pause_seconds_max="1",
            log_level="warning",
        )

    def reader_behind(self, port):
        """Return the reader that reaches the database from a port of the proxy, if any."""
        caller = self.proxy.caller_of(port)
        inode = caller and process_tree.socket_inode(caller)
        holders = (pid for pid in self.readers if process_tree.holds_socket(pid, inode))
        return next(holders, None) if inode else None

    def revive(self, struck):
        if not self.is_alive:  # the database was not there when it started
            struck["revived"] += 1
            self.start()


class World:
    """The servers, the workers, and the firms."""

    def __init__(self, folder, stack):
        self._numbers = itertools.count()
        self.server = stack.enter_context(postgresql_server(folder / "cluster"))
        self.storage = stack.enter_context(azurite(folder / "azurite"))
        self.files = stack.enter_context(FaultyServer())
        self.container = new_container(self.storage.endpoint)
        self.name = self.server.create_database()
        self.database = Database(self.server.url(self.name)).for_all_domains()
        stack.callback(self.database.close)
        migrate(self.database)
        self.firms = [self._firm(f"CABINET{number}") for number in range(3)]
        self.settings = [
            Settings(data_dir=folder / f"worker{number}", **self.container.settings)
            for number in range(WORKERS)
        ]
        self.bystander = create_domain(self.database, "TEMOIN")
        self.workers = [self._worker(one.data_dir, stack) for one in self.settings]

    def _worker(self, folder, stack):
        proxy = stack.enter_context(SilentProxy(self.server.port))
        url = self.server.url(self.name, port=proxy.port)
        worker = Worker(url, proxy, self.container, folder)
        worker.start()
        stack.callback(worker.kill)
        return worker

    def _firm(self, code):
        domain = create_domain(self.database, code)
        allow_known_entries(self.database, code)
        for number in range(4):
            create_dossier(self.database, domain, code=f"D{number}", name="", siren="732829320")
        return domain

    def ask(self, domain, dossier, asked, first_answer):
        """Ask for an import: by an address and how it first answers, or in the storage."""
        name = f"{next(self._numbers)}.txt"
        where = {"model": asked.model} if asked.model else {}
        if first_answer is None:
            self.container.put(f"{domain.storage_prefix}/{name}", asked.file)
            where["uri"] = name
        else:
            where["url"] = self.files.serve(f"/{name}", first_answer, whole(asked.file))
        request = ImportRequest("perso" if asked.model else "fec", dossier, **where)
        caller = Caller("", domain.id, domain.code, None)
        return {submit_import(self.database, caller, request).id: asked}

    def go_on(self, seconds):
        """Wait while a process stands still; if for longer than its lease, the others must work."""
        until = time.monotonic() + seconds
        accepted = {}
        if seconds > LEASE_SECONDS:
            code = f"T{next(self._numbers)}"
            create_dossier(self.database, self.bystander, code=code, name="", siren="732829320")
            asked = good(SIZES[0])
            accepted = self.ask(self.bystander, code, asked, whole(asked.file))
            ended = tables.imports.select().where(
                tables.imports.c.id.in_(accepted), tables.imports.c.status == Status.DONE
            )
            wait_until(lambda: read(self.database, ended), SECONDS_MAX)
        time.sleep(max(0.0, until - time.monotonic()))
        return accepted


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
    began = time.monotonic()
    while is_too_early(database, began + SECONDS, struck):
        accepted |= submit(world, rng, hungry() if not accepted else None)
        while is_too_early(database, began + SECONDS, struck) and unfinished(database):
            accepted |= strike(world, rng, struck)
    deadline = time.monotonic() + SECONDS_MAX
    while unfinished(database):
        for worker in world.workers:
            worker.revive(struck)
        assert time.monotonic() < deadline, [worker.log[-2000:] for worker in world.workers]
        time.sleep(0.2)

    with logs_on_failure(world.workers):
        outcomes = check_every_import_ended_once(
            database, accepted, readers_killed=struck["readers killed"]
        )
    tell("PostgreSQL", began, accepted, outcomes, struck)
    for settings in world.settings:
        remove_scratch(Dependencies.over(settings, database), 0)
        wait_until(lambda folder=settings.scratch_dir: not list(folder.iterdir()))


def is_too_early(database, until, struck):
    """Strike for a while, and until something died at work, which is late on a busy machine.

    A long run strikes at every step.
    """
    if time.monotonic() < until:
        return True
    missing = WANTED - struck.keys() if SECONDS >= RUN_SECONDS_LONG else set()
    assert time.monotonic() < until + SECONDS_MAX, missing or "nothing died at work"
    if missing:
        return True
    died = tables.attempts.select().where(tables.attempts.c.outcome == "interrupted")
    return not read(database, died)


def submit(world, rng, first):
    """Ask for imports of mixed sizes: some refused, some behind a server that fails at first."""
    accepted = {}
    for number in range(IMPORTS):
        asked = rng.choice([*map(good, SIZES), unbalanced()])
        if number % 10 == 0:
            asked = (first if number == 0 else None) or hostile(rng)
        content = asked.file
        first_answer = [whole(content), late(content, 0.3), status(503), cut(content, 40)]
        domain = rng.choice(world.firms)
        accepted |= world.ask(
            domain,
            f"D{rng.randrange(4)}",
            asked,
            None if rng.random() < 0.2 else rng.choice(first_answer),
        )
    return accepted


def strike(world, rng, struck):
    """Let something fail while a worker stands at one step or another; give what was asked then."""
    how = rng.choices(list(STRIKES), STRIKES.values())[0]
    seconds = freeze_seconds(rng, SECONDS)
    worker = rng.choice(world.workers)
    for one in world.workers:
        one.revive(struck)
    if how == "reader frozen" and rng.random() < COPY_PROBABILITY:
        with reader_frozen_in_copy(world, struck):
            return world.go_on(seconds)
    with ExitStack() as failing:
        with worker.caught(world.database, rng, step_to_strike(rng, struck, how)) as steps:
            struck.update([how, *(f"{how} {step}" for step in steps)])
            if how == "killed":
                worker.kill()
            elif how == "frozen":
                return world.go_on(seconds)
            elif how == "reader killed":
                struck["readers killed"] += worker.kill_reader(rng)
            elif how in AT_WORK:
                failing.enter_context(failure(world, worker, rng, how))
        if how == "killed":
            worker.start()
            return {}
        if how in AWAKE:
            failing.enter_context(failure(world, worker, rng, how))
        if how in {"network vanished", "reader frozen"}:
            return world.go_on(seconds)
        time.sleep(min(seconds, 1.0))
    return {}


def failure(world, worker, rng, how):
    """Return a block during which something fails."""
    match how:
        case "disk denied":
            return worker.denied_the_disk(rng.choice([0, 5_000, 100_000]))
        case "database stopped":
            return stopped(world.server, rng.choice(["fast", "immediate"]))
        case "network vanished":
            return worker.proxy.vanished(cut=rng.random() < 0.5)
        case "storage stopped":
            return stopped(world.storage)
    return worker.one_reader_frozen(rng)


@contextmanager
def stopped(server, *mode):
    server.stop(*mode)
    try:
        yield
    finally:
        server.start()


@contextmanager
def reader_frozen_in_copy(world, struck):
    """Freeze a reader of some worker in the midst of a COPY, if one comes there in time."""
    frozen = []
    address = world.server.url(world.name, ADMINISTRATOR)
    with psycopg.connect(address) as holder, psycopg.connect(address, autocommit=True) as watch:
        holder.execute("LOCK TABLE lines IN SHARE MODE")
        deadline = time.monotonic() + COPY_SECONDS
        while not frozen and time.monotonic() < deadline and unfinished(world.database):
            ports = watch.execute(STANDS_AT_COPY, [holder.info.backend_pid]).fetchall()
            readers = (one.reader_behind(port) for (port,) in ports for one in world.workers)
            frozen = [*filter(None, readers)][:1]
        for pid in frozen:
            process_tree.freeze(pid)
    struck.update(["reader frozen", *("reader frozen COPY" for _ in frozen)])
    try:
        yield
    finally:
        for pid in frozen:
            process_tree.thaw(pid)
