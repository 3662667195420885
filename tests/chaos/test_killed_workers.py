"""Many workers on PostgreSQL: killed, stopped and continued, the database restarted under them.

Every accepted import ends, once. The seed is printed; `ECRITURES_CHAOS_SEED` repeats a run,
`ECRITURES_CHAOS_SECONDS` lengthens it.
"""

from __future__ import annotations

import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from ecritures.database import Database, tables
from ecritures.database.migrate import migrate
from ecritures.directory.domains import create_domain
from ecritures.directory.dossiers import create_dossier
from ecritures.directory.keys import Caller
from ecritures.imports.submit import submit_import
from ecritures.ledger.sweep import sweep
from ecritures.model.imports import ImportRequest, Status
from fec import entries, entry, fec
from fixtures.faulty_server import FaultyServer, cut, status, whole
from fixtures.postgresql import postgresql_server

SECONDS = float(os.environ.get("ECRITURES_CHAOS_SECONDS", "25"))
SECONDS_MAX = 600
WORKERS = 3
IMPORTS = int(os.environ.get("ECRITURES_CHAOS_IMPORTS", "90"))
FILES = {size: fec(entries(size)) for size in (1, 5, 50, 500, 3000)}
REFUSED = fec(entry(1, "1.50"))


class Worker:
    """A real worker process, which can be killed, and put to sleep past its own death."""

    def __init__(self, url, folder):
        self._environment = os.environ | {
            "ECRITURES_DATABASE_URL": url,
            "ECRITURES_DATA_DIR": str(folder),
            "ECRITURES_ALLOW_PRIVATE_ADDRESSES": "true",
            "ECRITURES_BLOCK_BYTES": "100000",
            "ECRITURES_LEASE_SECONDS": "2",
            "ECRITURES_INTERRUPTIONS_MAX": "100000",
            "ECRITURES_ATTEMPT_PAUSE_SECONDS": "0.2",
            "ECRITURES_LOG_LEVEL": "warning",
        }
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ecritures", "worker", "--concurrency", "3"],
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self):
        self.process.kill()
        self.process.wait()

    def sleep(self, seconds):
        self.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.process.send_signal(signal.SIGCONT)


@pytest.fixture
def chance():
    seed = int(os.environ.get("ECRITURES_CHAOS_SEED") or secrets.randbits(32))
    print(f"ECRITURES_CHAOS_SEED={seed}")  # noqa: T201 - shown when the test fails
    return random.Random(seed)  # noqa: S311 - to repeat a run


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="ecritures-chaos-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_every_accepted_import_ends_once_whatever_dies(chance, folder):
    with postgresql_server(folder / "cluster") as server, FaultyServer() as files:
        url = server.url(server.create_database())
        database = Database(url).of_every_domain()
        migrate(database)
        callers = [firm(database, f"CABINET{number}") for number in range(3)]
        workers = [Worker(url, folder / f"worker{number}") for number in range(WORKERS)]
        accepted = {}
        until = time.monotonic() + SECONDS
        try:
            while time.monotonic() < until:
                accepted |= submit(database, callers, files, chance)
                torment(workers, server, database, chance, until)
            deadline = time.monotonic() + SECONDS_MAX
            while unfinished(database):
                for worker in workers:
                    if worker.process.poll() is not None:
                        worker.start()
                assert time.monotonic() < deadline, "imports are left unfinished"
                time.sleep(0.2)
        finally:
            for worker in workers:
                worker.kill()
        check(database, accepted)
        database.close()


def firm(database, code):
    domain = create_domain(database, code)
    for number in range(4):
        create_dossier(database, domain, code=f"D{number}", name="", siren="732829320")
    return Caller("", domain.id, domain.code, None)


def submit(database, callers, files, chance):
    """Ask for imports of mixed sizes, some refused, some behind a server that fails at first."""
    accepted = {}
    for number in range(IMPORTS):
        size = chance.choice(list(FILES))
        refused = chance.random() < 0.15
        content = REFUSED if refused else FILES[size]
        first = chance.choice([whole(content), status(503), cut(content, len(content) // 2)])
        address = files.serve(f"/{number}-{chance.random()}.txt", first, whole(content))
        request = ImportRequest("fec", f"D{chance.randrange(4)}", url=address)
        caller = callers[number % len(callers)]
        accepted[submit_import(database, caller, request).id] = None if refused else size
    return accepted


def torment(workers, server, database, chance, until):
    while time.monotonic() < until and unfinished(database):
        while not count(database, [Status.RUNNING]) and unfinished(database):
            time.sleep(0.01)  # strike when something is at work
        time.sleep(chance.uniform(0.0, 0.2))
        worker = chance.choice(workers)
        match chance.randrange(8):
            case 0:
                server.stop(chance.choice(["fast", "immediate"]))
                server.start()
            case 1 | 2 | 3:
                worker.sleep(chance.uniform(0.1, 4.0))  # at times longer than its lease
            case _:
                worker.kill()
                worker.start()


def unfinished(database):
    return count(database, [Status.WAITING, Status.RUNNING])


def count(database, statuses):
    query = sa.select(sa.func.count()).where(tables.imports.c.status.in_(statuses))
    for _ in range(50):
        try:
            with database.read() as connection:
                return connection.execute(query).scalar_one()
        except sa.exc.OperationalError:  # the database is being restarted
            time.sleep(0.2)
    return -1


def check(database, accepted):
    with database.read() as connection:
        query = sa.select(tables.imports.c.id, tables.imports.c.status)
        statuses = {row.id: row.status for row in connection.execute(query)}
    assert statuses == {id_: 3 if size else 4 for id_, size in accepted.items()}
    sweep(database)
    with database.read() as connection:
        orphans = connection.execute(
            sa.select(sa.func.count()).where(
                tables.lines.c.batch_id.not_in(sa.select(tables.batches.c.id))
            )
        ).scalar_one()
    assert orphans == 0, "rows are left of attempts that woke up after they were swept"
    posted = [size for size in accepted.values() if size]
    with database.read() as connection:
        lines = tables.lines.c
        by_import = dict(
            connection.execute(
                sa.select(tables.batches.c.import_id, sa.func.count())
                .join(tables.lines, lines.batch_id == tables.batches.c.id)
                .group_by(tables.batches.c.import_id)
            ).all()
        )
        total = connection.execute(sa.select(sa.func.sum(lines.debit_cents))).scalar_one()
        outcomes = connection.execute(
            sa.select(tables.attempts.c.outcome, sa.func.count()).group_by("outcome")
        ).all()
    print(len(accepted), dict(outcomes))  # noqa: T201 - what the run was made of
    assert by_import == {id_: size * 2 for id_, size in accepted.items() if size}
    assert total == sum(posted) * 12000
    assert dict(outcomes).get("interrupted"), "nothing died at work"
