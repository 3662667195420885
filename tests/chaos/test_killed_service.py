"""Strike the service at any moment: every accepted request ends, once.

It is killed and started again, stands still, loses a reader or has one frozen; its disk is full,
its storage gone, its clock wrong, and then well again. The seed is printed; `ECRITURES_CHAOS_SEED`
repeats a run; `ECRITURES_CHAOS_STRIKES` says how often the service is struck over each batch of
imports, and `ECRITURES_CHAOS_SECONDS` lengthens it.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from contextlib import ExitStack
from functools import partial

import httpx2
import pytest
import sqlalchemy as sa

from ecritures.database import tables
from ecritures.directory.dossiers import create_dossier
from ecritures.imports.dependencies import Dependencies
from ecritures.worker.housekeeping import remove_deposits
from helpers.asking import good, hostile, hungry, unbalanced
from helpers.balances import read_balance
from helpers.faulty_server import FaultyServer, late, whole
from helpers.policies import allow_known_entries
from helpers.reckoning import CENTS, check_every_import_ended_once
from helpers.striking import (
    RUN_SECONDS_LONG,
    SIZE_LONG,
    STEPS,
    freeze_seconds,
    logs_on_failure,
    read,
    step_to_strike,
    tell,
    unfinished,
)
from helpers.struck_service import Service
from helpers.waiting import GUARD_SECONDS, wait_until

pytestmark = pytest.mark.timing

STRIKES = int(os.environ.get("ECRITURES_CHAOS_STRIKES", "6"))
SECONDS = float(os.environ.get("ECRITURES_CHAOS_SECONDS", "0"))
SECONDS_MAX = 600
IMPORTS = 18
HOW = {
    "killed": 6,
    "reader killed": 3,
    "frozen": 2,
    "reader frozen": 2,
    "disk denied": 2,
    "storage gone": 2,
    "clock moved": 2,
}
"""How to strike, and how often."""
SIZES = (1, 10, 500, 2000, *((SIZE_LONG,) if SECONDS >= RUN_SECONDS_LONG else ()))
DOSSIERS = ("CEGID003", "D2")
HOUR = 3600


@pytest.fixture
def service(settings):
    service = Service(settings.data_dir)
    service.start()
    yield service
    service.kill()


def test_every_accepted_import_ends_once(service, settings, database, domain, dossier, key, rng):
    create_dossier(database, domain, code="D2", name="", siren="732829320")
    allow_known_entries(database, domain.code)
    began = time.monotonic()
    accepted, struck = {}, Counter()
    with FaultyServer() as files:
        while not accepted or time.monotonic() < began + SECONDS:
            accepted |= submit(service, files, key, rng, struck, hungry() if not accepted else None)
            for number in range(STRIKES):
                if unfinished(database):
                    how = rng.choices(list(HOW), HOW.values())[0] if number else "killed"
                    strike(service, database, rng, struck, how)
        wait_until(lambda: not unfinished(database), SECONDS_MAX)
        wait_until(lambda: not list(settings.scratch_dir.iterdir()))

    with logs_on_failure([service]):
        outcomes = check_every_import_ended_once(
            database, accepted, readers_killed=struck["readers killed"]
        )
    tell("SQLite", began, accepted, outcomes, struck)
    assert read_balance(database, dossier).debit_cents % CENTS == 0
    remove_deposits(Dependencies.over(settings, database), database.clock.now())
    keys = {row[0] for row in read(database, sa.select(tables.imports.c.stored_key))}
    kept = {str(path.relative_to(service.storage)) for path in service.storage.rglob("*/*/*")}
    assert kept == keys, "files are missing, or left over"
    assert any(one.startswith("killed ") for one in struck), "no kill met an import"
    if SECONDS >= RUN_SECONDS_LONG:
        assert {f"killed {step}" for step in STEPS} <= struck.keys()


def submit(service, files, key, rng, struck, first):
    """Ask for imports of mixed sizes, by address or with the file; some are refused."""
    accepted = {}
    for number in range(IMPORTS):
        asked = good(rng.choice(SIZES)) if number % 4 else unbalanced()
        if number == 0:
            asked = first or hostile(rng)
        elif number % 8 == 0:
            asked = hostile(rng)
        dossier = rng.choice(DOSSIERS)
        if number % 3 or asked.model:
            body = {"codeIbs": dossier}
            behaviour = rng.choice([whole(asked.file), late(asked.file, 0.1)])
            body["URL"] = files.serve(f"/{number}-{rng.random()}.txt", behaviour)
            route = "importPerso" if asked.model else "importFEC"
            body |= {"MODELE": asked.model} if asked.model else {}
            call = {"url": f"/loop-api-publiques/{route}", "json": body}
        else:
            again = {"Idempotency-Key": str(rng.random())}
            sent = {"file": ("a.txt", asked.file)}
            call = {"url": "/v1/imports", "data": {"dossier": dossier}, "files": sent}
            call["headers"] = again
        accepted[ask(service, key, rng, struck, call)] = asked
        if "json" in call and rng.random() < 0.2:  # its answer was lost
            time.sleep(rng.uniform(0.0, 2.0))
            accepted[ask(service, key, rng, struck, call)] = asked
            struck["asked again"] += 1
    return accepted


def ask(service, key, rng, struck, call):
    """Ask, at times while nothing can be written: what is refused then is asked again."""
    headers = {"x-apikey": key}
    with httpx2.Client(base_url=service.address, headers=headers, timeout=GUARD_SECONDS) as client:
        if rng.random() < 0.3:
            with service.denied_the_disk(rng.choice([0, 5_000, 100_000])):
                answer = client.post(**call)
            if answer.status_code == 503:
                struck["refused"] += 1
                assert "disque" in answer.text or "base de données" in answer.text, answer.text
                assert answer.headers["retry-after"]
        else:
            answer = client.post(**call)
        if answer.status_code == 503:
            answer = client.post(**call)
        assert answer.is_success, answer.text
        view = answer.json()
        return view.get("id") or view["accountingImportRequestId"]


def strike(service, database, rng, struck, how):
    """Kill it, or let something fail for a while, at one step or another."""
    standing = freeze_seconds(rng, SECONDS)
    seconds = {"reader frozen": standing, "clock moved": rng.uniform(1.5, 5.0)}
    failures = {
        "disk denied": partial(service.denied_the_disk, rng.choice([0, 5_000, 100_000, 1_000_000])),
        "storage gone": service.without_its_storage,
        "clock moved": partial(service.clock.moved, rng.choice([-HOUR, HOUR])),
    }
    with ExitStack() as failing:
        with service.caught(database, rng, step_to_strike(rng, struck, how)) as steps:
            struck.update([how, *(f"{how} {step}" for step in steps)])
            if how == "killed":
                service.kill()
            elif how == "frozen":
                time.sleep(standing)
            elif how == "reader killed":
                struck["readers killed"] += service.kill_reader(rng)
            elif how in failures:
                failing.enter_context(failures[how]())
        if how == "reader frozen":
            failing.enter_context(service.one_reader_frozen(rng))
        if how not in {"killed", "frozen"}:
            time.sleep(seconds.get(how, rng.uniform(0.0, 1.0)))
    if how == "killed":
        service.start()
