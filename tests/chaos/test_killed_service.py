"""Strike the service at any moment: every accepted request ends, once.

It is killed and started again; its disk is full, or its storage gone, and then well again. The
seed is printed; `ECRITURES_CHAOS_SEED` repeats a run; `ECRITURES_CHAOS_STRIKES` says how often the
service is struck over each batch of imports, and `ECRITURES_CHAOS_SECONDS` lengthens it.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from contextlib import ExitStack, contextmanager

import httpx2
import pytest
import sqlalchemy as sa

from ecritures.database import tables
from ecritures.directory.dossiers import create_dossier
from ecritures.imports.dependencies import Dependencies
from ecritures.ledger.read.balance import read_balance
from ecritures.worker.housekeeping import remove_deposits
from helpers.faulty_server import FaultyServer, late, whole
from helpers.fec import entries, entry, fec
from helpers.ports import free_port
from helpers.reckoning import CENTS, check_every_import_ended_once
from helpers.striking import STEPS, Program, read, unfinished
from helpers.waiting import wait_until

pytestmark = pytest.mark.timing

STRIKES = int(os.environ.get("ECRITURES_CHAOS_STRIKES", "10"))
SECONDS = float(os.environ.get("ECRITURES_CHAOS_SECONDS", "0"))
SECONDS_LONG = 900  # a run as long as that has met every step
SECONDS_MAX = 600
IMPORTS = 24
HOW = ("killed", "killed", "killed", "disk denied", "storage gone")
FILES = {size: fec(entries(size)) for size in (1, 10, 500, 3000)}
REFUSED = fec(entry(1, "1.50"))
DOSSIERS = ("CEGID003", "D2")


class Service(Program):
    """The service, on a port of its own."""

    def __init__(self, folder):
        port = free_port()
        super().__init__(
            ["serve", "--port", str(port)],
            folder,
            allow_private_addresses="true",
            interruptions_max="100000",
            block_bytes="100000",  # many blocks, hence many moments to be struck in
            lease_seconds="2",
            attempt_pause_seconds="0.2",
            attempt_pause_seconds_max="1",
            log_level="warning",
        )
        self.address = f"http://127.0.0.1:{port}"
        self.storage = folder / "storage"

    def start(self):
        super().start()
        wait_until(self._is_ready, SECONDS_MAX)

    def _is_ready(self):
        assert self.is_alive, f"the service stopped by itself\n{self.log[-5000:]}"
        try:
            return httpx2.get(f"{self.address}/readyz").status_code == 200
        except httpx2.TransportError:
            return False

    @contextmanager
    def without_its_storage(self):
        away = self.storage.with_name("away")
        self.storage.rename(away)
        self.storage.touch()  # where a folder was, there is something else
        try:
            yield
        finally:
            self.storage.unlink()
            away.rename(self.storage)


@pytest.fixture
def service(settings):
    service = Service(settings.data_dir)
    service.start()
    yield service
    service.kill()


def test_every_accepted_import_ends_once(service, settings, database, domain, dossier, key, rng):
    create_dossier(database, domain, code="D2", name="", siren="732829320")
    until = time.monotonic() + SECONDS
    accepted, struck = {}, Counter()
    with FaultyServer() as files:
        while not accepted or time.monotonic() < until:
            accepted |= submit(service, files, key, rng, struck)
            for number in range(STRIKES):
                if unfinished(database):
                    how = rng.choice(HOW) if number else "killed"
                    strike(service, database, rng, struck, how)
        wait_until(lambda: not unfinished(database), SECONDS_MAX)
        wait_until(lambda: not list(settings.scratch_dir.iterdir()))

    outcomes = check_every_import_ended_once(database, accepted)
    print(len(accepted), dict(outcomes), dict(sorted(struck.items())))  # noqa: T201 - the run
    assert read_balance(database, dossier).debit_cents % CENTS == 0
    remove_deposits(Dependencies.over(settings, database), database.clock.now())
    keys = {row[0] for row in read(database, sa.select(tables.imports.c.stored_key))}
    kept = {str(path.relative_to(service.storage)) for path in service.storage.rglob("*/*/*")}
    assert kept == keys, "files are missing, or left over"
    assert any(one.startswith("killed") for one in struck), "no kill met an import"
    if SECONDS >= SECONDS_LONG:
        assert {f"killed {step}" for step in STEPS} <= struck.keys()


def submit(service, files, key, rng, struck):
    """Ask for imports of mixed sizes, by address or with the file; one in four is refused."""
    accepted = {}
    for number in range(IMPORTS):
        size = rng.choice(list(FILES)) if number % 4 else None
        content = FILES[size] if size else REFUSED
        where = {"dossier": rng.choice(DOSSIERS)}
        again = {"Idempotency-Key": str(rng.random())}
        if number % 3:
            behaviour = rng.choice([whole(content), late(content, 0.1)])
            url = files.serve(f"/{number}-{rng.random()}.txt", behaviour)
            where = {"codeIbs": where["dossier"], "URL": url}
            asked = {"url": "/loop-api-publiques/importFEC", "json": where}
        else:
            sent = {"file": ("a.txt", content)}
            asked = {"url": "/v1/imports", "data": where, "files": sent, "headers": again}
        view = ask(service, key, rng, struck, asked)
        accepted[view.get("id") or view["accountingImportRequestId"]] = size
    return accepted


def ask(service, key, rng, struck, asked):
    """Ask, at times while nothing can be written: what is refused then is asked again."""
    with httpx2.Client(base_url=service.address, headers={"x-apikey": key}) as client:
        if rng.random() < 0.3:
            with service.denied_the_disk(rng.choice([0, 5_000, 100_000])):
                answer = client.post(**asked)
            if answer.status_code == 503:
                struck["refused"] += 1
                assert "disque" in answer.text or "base de données" in answer.text, answer.text
                assert answer.headers["retry-after"]
        else:
            answer = client.post(**asked)
        if answer.status_code == 503:
            answer = client.post(**asked)
        assert answer.is_success, answer.text
        return answer.json()


def strike(service, database, rng, struck, how):
    """Kill it, or let its storage or its disk fail for a while, at one step or another."""
    from_byte = rng.choice([0, 5_000, 100_000, 1_000_000])
    seconds = rng.uniform(0.0, 1.0)
    with ExitStack() as failing:
        with service.caught(database, rng, rng.choice(STEPS)) as steps:
            struck.update(f"{how} {step}" for step in steps)
            if how == "killed":
                service.kill()
            elif how == "disk denied":
                failing.enter_context(service.denied_the_disk(from_byte))
            else:
                failing.enter_context(service.without_its_storage())
        if how != "killed":
            time.sleep(seconds)
    if how == "killed":
        service.start()
