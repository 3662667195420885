"""Kill the service at any moment, start it again: every accepted request ends, once.

The seed is printed; `ECRITURES_CHAOS_SEED` repeats a run; `ECRITURES_CHAOS_KILLS`, how often
the service is killed over twelve imports, and `ECRITURES_CHAOS_SECONDS` lengthen it.
"""

from __future__ import annotations

import os
import random
import secrets
import socket
import subprocess
import sys
import time

import httpx2
import pytest
import sqlalchemy as sa

from ecritures.database import Database, tables
from ecritures.directory.dossiers import create_dossier
from ecritures.imports.store import list_attempts
from ecritures.ledger.balance import read_balance
from ecritures.ledger.sweep import sweep
from ecritures.model.imports import Status
from fec import entries, entry, fec
from fixtures.faulty_server import FaultyServer, whole
from fixtures.waiting import wait_until

KILLS = int(os.environ.get("ECRITURES_CHAOS_KILLS", "8"))
SECONDS = float(os.environ.get("ECRITURES_CHAOS_SECONDS", "0"))
SECONDS_MAX = 600
LOOP = "loop-api-publiques"


class Service:
    """The real program, which can be killed and started again on the same folder."""

    def __init__(self, folder, port):
        self.address = f"http://127.0.0.1:{port}"
        self._command = [sys.executable, "-m", "ecritures", "serve", "--port", str(port)]
        self._environment = os.environ | {
            "ECRITURES_DATA_DIR": str(folder),
            "ECRITURES_ALLOW_PRIVATE_ADDRESSES": "true",
            "ECRITURES_INTERRUPTIONS_MAX": "100000",
            "ECRITURES_BLOCK_BYTES": "100000",  # many blocks, hence many moments to die in
        }

    def start(self):
        self._process = subprocess.Popen(
            self._command, env=self._environment, stdout=subprocess.DEVNULL
        )
        wait_until(self._is_ready, SECONDS_MAX)

    def kill(self):
        self._process.kill()
        self._process.wait()

    def _is_ready(self):
        assert self._process.poll() is None, "the service stopped by itself"
        try:
            return httpx2.get(f"{self.address}/readyz").status_code == 200
        except httpx2.TransportError:
            return False


def kill_while_working(service, database, chance):
    """Start the service, wait for an import to run, let a random while pass, kill."""
    service.start()
    wait_until(lambda: count(database, Status.RUNNING) or not unfinished(database), SECONDS_MAX)
    time.sleep(chance.uniform(0.0, chance.choice([0.15, 1.0])))
    service.kill()


@pytest.fixture
def chance():
    seed = int(os.environ.get("ECRITURES_CHAOS_SEED") or secrets.randbits(32))
    print(f"ECRITURES_CHAOS_SEED={seed}")  # noqa: T201 - shown when the test fails
    return random.Random(seed)  # noqa: S311 - to repeat a run


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_every_accepted_import_ends_once(settings, database, domain, dossier, key, chance):
    create_dossier(database, domain, code="D2", name="", siren="732829320")
    service = Service(settings.data_dir, free_port())
    until = time.monotonic() + SECONDS
    accepted = {}
    with FaultyServer() as files:
        while not accepted or time.monotonic() < until:
            service.start()
            accepted |= submit(service, files, key, chance)
            service.kill()
            for _ in range(KILLS):
                kill_while_working(service, database, chance)
        service.start()
        wait_until(lambda: not unfinished(database), SECONDS_MAX)
        service.kill()
    print(len(accepted))  # noqa: T201 - what the run was made of

    assert statuses(database) == {id_: 3 if size else 4 for id_, size in accepted.items()}
    sweep(database)
    posted = [size for size in accepted.values() if size]
    assert totals(database) == (sum(posted) * 2, sum(posted) * 12000, len(posted))
    interrupted = 0
    for import_id in accepted:
        outcomes = [attempt.outcome for attempt in list_attempts(database, import_id)]
        assert set(outcomes[:-1]) <= {"interrupted"}
        assert outcomes[-1] in {"done", "refused"}
        interrupted += len(outcomes) - 1
    print(interrupted)  # noqa: T201 - attempts cut short by a kill
    assert interrupted, "no kill met an import at work"
    assert read_balance(database, dossier).debit_cents % 12000 == 0


def submit(service, files, key, chance):
    accepted = {}
    for number in range(12):
        size = chance.choice([1, 10, 500, 3000])
        lines = entries(size) if number % 4 else entry(1, "1.50")  # one in four is refused
        url = files.serve(f"/{number}-{chance.random()}.txt", whole(fec(lines)))
        answer = httpx2.post(
            f"{service.address}/{LOOP}/importFEC",
            headers={"x-apikey": key},
            json={"codeIbs": chance.choice(["CEGID003", "D2"]), "URL": url},
        )
        accepted[answer.json()["accountingImportRequestId"]] = size if number % 4 else None
    return accepted


def unfinished(database: Database):
    return count(database, Status.WAITING) + count(database, Status.RUNNING)


def count(database: Database, status):
    with database.read() as connection:
        query = sa.select(sa.func.count()).where(tables.imports.c.status == status)
        return connection.execute(query).scalar_one()


def statuses(database: Database):
    with database.read() as connection:
        query = sa.select(tables.imports.c.id, tables.imports.c.status)
        return {row.id: row.status for row in connection.execute(query)}


def totals(database: Database):
    """Lines and debit of the whole ledger, swept or not, and how many batches hold them."""
    with database.read() as connection:
        lines = tables.lines.c
        query = sa.select(sa.func.count(), sa.func.sum(lines.debit_cents))
        count, debit = connection.execute(query.select_from(tables.lines)).one()
        batches = connection.execute(
            sa.select(sa.func.count()).select_from(tables.batches)
        ).scalar_one()
        return count, debit, batches
