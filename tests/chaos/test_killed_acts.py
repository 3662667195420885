"""Strike the service while it imports, replaces, undoes and restores: an act is done once or not.

After each step the ledger is compared with a model. The seed is printed; `ECRITURES_CHAOS_SEED`
repeats the acts and the moments of the strikes, `ECRITURES_CHAOS_SECONDS` lengthens the run.
"""

from __future__ import annotations

import itertools
import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

import httpx2
import pytest

from ecritures.database import tables
from helpers import ledger_files as files
from helpers.faulty_server import FaultyServer, whole
from helpers.ledger_model import Model, Scope, codes_of_refusal
from helpers.striking import read
from helpers.struck_service import Service
from helpers.waiting import GUARD_SECONDS

pytestmark = pytest.mark.timing

SECONDS = float(os.environ.get("ECRITURES_CHAOS_SECONDS", "0"))
STEPS = 6
SCOPES = [
    ({"from": "2024-01-01", "to": "2025-12-31"}, Scope(date(2024, 1, 1), date(2025, 12, 31))),
    ({"from": "2024-01-01", "to": "2024-01-31"}, Scope(date(2024, 1, 1), date(2024, 1, 31))),
    ({"journals": ["HA"]}, Scope(journals=("HA",))),
]


class Acts:
    """Asks for acts by HTTP, and does the same to the model."""

    def __init__(self, service, served, key, rng, database, dossier):
        self._service, self._served, self._key = service, served, key
        self._rng, self._database, self._dossier = rng, database, dossier
        self._numbers = itertools.count(1)
        self._pool = ThreadPoolExecutor(1)
        self.model = Model(())
        self.imports = []
        self.done = Counter()

    def append(self):
        held = [self._entry(number) for number in self._rng.sample(range(1, 13), 4)]
        self._import(held, {"duplicates": {"file": "allow", "entries": "skip"}})

    def replace(self):
        option, scope = self._rng.choice(SCOPES)
        there = {e.number: e for e in self.model.now().values() if scope.holds(e)}
        held = list(there.values())
        if held:
            place = self._rng.randrange(len(held))
            held[place] = self._entry(files.number_of(held[place]))
            self._import(held, {"replace": option}, scope)

    def undo(self):
        batch, force = self._any(), self._rng.random() < 0.5
        self._move("undo", batch, force, self.model.undo)

    def restore(self):
        batch, force = self._any(), self._rng.random() < 0.5
        self._move("restore", batch, force, self.model.restore)

    def check(self):
        rows = files.read_ledger(self._database, self._dossier)
        held = self.model.now().values()
        assert sorted(rows.values()) == sorted(map(files.as_read, held)), self.done
        mine = tables.events.c.dossier_id == self._dossier.id
        events = read(self._database, tables.events.select().where(mine))
        assert sorted(one.revision for one in events) == list(range(1, self.model.revision + 1))

    def _entry(self, number):
        return files.entry_of(number, self._rng.choice((0, 0, 1, 2)))

    def _any(self):
        return self._rng.randrange(len(self.imports))

    def _import(self, held, options, scope=None):
        file, content = dict(enumerate(held, 1)), files.file_of(held)
        asked = {"duplicates": "allow", "duplicateEntries": "skip"}
        verdict = (
            self.model.append(file, content, asked)
            if scope is None
            else self.model.replace(file, scope, planned=False)
        )
        url = self._served.serve(f"/{next(self._numbers)}.txt", whole(content))
        body = {"dossier": self._dossier.code, "url": url, **options}
        view = self._ask("/v1/imports", body)
        ended = self._until_ended(view.json()["id"])
        if verdict.refusals:
            assert ended["message"]["code"] in verdict.refusals, ended
            self.done["refused"] += 1
            return
        assert ended["status"] == 3, ended
        self.model.publish(verdict, content)
        self.imports.append(ended["id"])
        self.done["replaced" if scope else "posted"] += 1

    def _move(self, what, batch, force, act):
        answer = self._ask(f"/v1/imports/{self.imports[batch]}/{what}", {"force": force})
        if codes := codes_of_refusal(partial(act, batch, force=force)):
            assert answer.status_code == 409, answer.text
            told = answer.json()
            assert ({one["kind"] for one in told.get("blockers", ())} or {told["code"]}) == codes
            self.done["refused"] += 1
        else:
            assert answer.is_success, answer.text
            assert answer.json()["ledgerRevision"] == self.model.revision
            self.done[what] += 1

    def _ask(self, path, body):
        """Ask until there is an answer; the service may be killed meanwhile."""
        again = {"Idempotency-Key": f"{next(self._numbers)}"}
        moment = self._rng.uniform(0.0, 0.15) if self._rng.random() < 0.5 else None
        asking = self._pool.submit(self._insist, "POST", path, json=body, headers=again)
        if moment is not None:
            time.sleep(moment)
            self._service.kill()
            self._service.start()
            self.done["killed"] += 1
        return asking.result()

    def _until_ended(self, import_id):
        while True:
            view = self._insist("GET", f"/v1/imports/{import_id}").json()
            if view["status"] in {3, 4}:
                return view
            time.sleep(0.02)

    def _insist(self, method, path, headers=None, **request):
        headers = {"x-apikey": self._key, **(headers or {})}
        while True:
            try:
                with httpx2.Client(
                    base_url=self._service.address, headers=headers, timeout=GUARD_SECONDS
                ) as client:
                    answer = client.request(method, path, **request)
            except httpx2.TransportError:
                time.sleep(0.02)
                continue
            if answer.status_code != 503:
                return answer


@pytest.fixture
def service(settings):
    service = Service(settings.data_dir)
    service.start()
    yield service
    service.kill()


def test_each_act_is_done_once_or_not_at_all(service, database, dossier, key, rng):
    began = time.monotonic()
    with FaultyServer() as served:
        acts = Acts(service, served, key, rng, database, dossier)
        acts.append()
        done = 0
        while done < STEPS or time.monotonic() < began + SECONDS:
            rng.choice((acts.append, acts.replace, acts.undo, acts.undo, acts.restore))()
            acts.check()
            done += 1
    print(f"{round(time.monotonic() - began)} s, {dict(acts.done)}")  # noqa: T201 - the run
