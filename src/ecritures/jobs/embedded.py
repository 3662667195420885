"""The runner: takes due imports from the database and works them off in threads.

The same one serves both modes. On SQLite, a lock on the data folder guarantees that its process is
alone, so that what was running when a process died is put back when the next one starts. On
PostgreSQL any number of runners take from the same table: a claim is one update that one of them
wins, its lease is renewed by a heartbeat, and whoever finds a lease that ran out puts the import
back.

Imports of one dossier are taken one at a time, in the order of their requests. Between domains the
turn goes round: first to the one with the fewest running here, then to the one served longest ago,
whatever the length of its queue.
"""

from __future__ import annotations

import fcntl
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import IO, TYPE_CHECKING

import sqlalchemy as sa
import structlog

from ecritures.database.tables import imports
from ecritures.imports.claim import keep, put_back
from ecritures.imports.housekeeping import tidy
from ecritures.imports.outcome import handed_back
from ecritures.imports.run import run_import
from ecritures.jobs.reconcile import SCRATCH_SECONDS, put_back_interrupted, reconcile
from ecritures.model.errors import ConflictError, LostClaimError
from ecritures.model.imports import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ecritures.imports.claim import Claim
    from ecritures.imports.services import Services

log = structlog.get_logger()

POLL_SECONDS = 1.0
RECONCILE_BEATS = 3
TIDY_SECONDS = 3600.0
TURNS_KEPT = 200


class Runner:
    """Delivers imports to threads of this process.

    Args:
        services: What running an import needs.
    """

    def __init__(self, services: Services) -> None:
        self._services = services.of_every_domain()
        self._database = self._services.database
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Condition()
        self._busy: dict[int, int] = {}  # dossier with a running import → its domain
        self._turns: dict[int, int] = {}  # domain → when it was served, the last ones only
        self._turn = 0
        self._folder_lock: IO[str] | None = None
        self._slots = services.settings.runner_imports_max
        # One thread more than there are imports: for the housekeeping.
        self._pool = ThreadPoolExecutor(self._slots + 1, thread_name_prefix="import")
        self._tidy_at = time.monotonic()
        self._held: set[Claim] = set()
        self._stopped = threading.Event()
        # Both end by `stop`; were it interrupted by a second signal, they hold nobody back.
        self._thread = threading.Thread(target=self._loop, name="runner", daemon=True)
        self._heart = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Take the data folder, put back what a dead process left, and begin.

        Raises:
            ConflictError: Another process has the folder.
        """
        if not self._database.is_shared:
            self._take_folder()
            put_back_interrupted(self._database, self._services.settings)
        reconcile(self._services, scratch_seconds_min=0 if self._folder_lock else SCRATCH_SECONDS)
        self._thread.start()
        self._heart.start()

    def wake(self) -> None:
        """Look at the imports now: one was just asked for."""
        self._wake.set()

    def stop(self) -> None:
        """Take no other import, let those that run end, hand back what lasts, leave the folder."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        self._let_end()
        self._pool.shutdown(wait=True)
        self._stopped.set()
        if self._heart.is_alive():
            self._heart.join()
        if self._folder_lock is not None:
            self._folder_lock.close()
            self._folder_lock = None

    def _let_end(self) -> None:
        """Wait for what runs; after its time, hand it back: its thread learns it and drops it."""
        seconds = self._services.settings.stop_seconds_max
        while not self._is_idle(seconds):
            for claim in set(self._held):
                log.warning("handed back", import_id=claim.import_id)
                with suppress(LostClaimError, sa.exc.SQLAlchemyError):  # else its lease runs out
                    due_at = self._database.clock.now()
                    put_back(
                        self._database,
                        claim,
                        due_at=due_at,
                        outcome="handed-back",
                        message=handed_back(),
                    )
            seconds = POLL_SECONDS

    def _is_idle(self, seconds: float) -> bool:
        with self._lock:
            return self._lock.wait_for(lambda: not self._busy, seconds)

    def _take_folder(self) -> None:
        path = self._services.settings.data_dir / "runner.lock"
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            folder = self._services.settings.data_dir
            raise ConflictError(
                "data-folder-taken",
                f"Un autre service utilise déjà le dossier {folder} : l'arrêter d'abord.",
                f"Another service already uses folder {folder}: stop it first.",
            ) from error
        self._folder_lock = lock

    def _loop(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            try:
                self._dispatch()
                self._tidy_when_due()
            except Exception:
                log.exception("cannot look at the imports; trying again")
            self._wake.wait(POLL_SECONDS)

    def _beat(self) -> None:
        """Renew the leases of what runs here, and put back what died elsewhere."""
        beats = 0
        lease_seconds = self._services.settings.lease_seconds
        while not self._stopped.wait(lease_seconds / 3):
            beats += 1
            try:
                keep(self._database, frozenset(self._held), lease_seconds)
                if beats % RECONCILE_BEATS == 0:
                    reconcile(self._services)
            except Exception:
                log.exception("cannot renew the leases; trying again")

    def _dispatch(self) -> None:
        """Give due imports to free threads."""
        with self._lock:
            busy = dict(self._busy)
        if len(busy) >= self._slots:
            return
        for import_id, dossier_id, domain_id in self._due(busy):
            with self._lock:
                self._busy[dossier_id] = domain_id
            self._note_turn(domain_id)
            self._pool.submit(self._run, import_id, dossier_id)

    def _note_turn(self, domain_id: int) -> None:
        self._turn += 1
        self._turns.pop(domain_id, None)
        self._turns[domain_id] = self._turn
        if len(self._turns) > TURNS_KEPT:
            del self._turns[next(iter(self._turns))]

    def _tidy_when_due(self) -> None:
        if time.monotonic() >= self._tidy_at:
            self._tidy_at = time.monotonic() + TIDY_SECONDS
            self._pool.submit(self._tidy)

    def _tidy(self) -> None:
        try:
            tidy(self._services)
        except Exception:
            log.exception("the housekeeping failed; it comes again in an hour")

    def _due(self, busy: Mapping[int, int]) -> list[tuple[str, int, int]]:
        """Return what to run now: import, dossier, domain; as many as there are free threads.

        Of each idle dossier its first due import; of these the domains take their turns.
        """
        first = self._first_of_dossiers(busy)
        order = (first.c.created_at, first.c.id)
        in_domain = sa.func.row_number().over(partition_by=first.c.domain_id, order_by=order)
        running = _by_domain(first.c.domain_id, Counter(busy.values()))
        turn = _by_domain(first.c.domain_id, self._turns)
        ranked = sa.select(
            first, (in_domain + running).label("place"), turn.label("turn")
        ).subquery()
        query = (
            sa.select(ranked.c.id, ranked.c.dossier_id, ranked.c.domain_id)
            .where(ranked.c.place <= self._services.settings.domain_imports_max)
            .order_by(ranked.c.place, ranked.c.turn, ranked.c.created_at, ranked.c.id)
            .limit(self._slots - len(busy))
        )
        with self._database.read() as connection:
            return [(row.id, row.dossier_id, row.domain_id) for row in connection.execute(query)]

    def _first_of_dossiers(self, busy: Mapping[int, int]) -> sa.Subquery:
        """Return the first due import of each idle dossier, looked up: queues may be long."""
        running = sa.select(imports.c.dossier_id).where(imports.c.status == Status.RUNNING)
        idle = (
            sa.select(imports.c.dossier_id)
            .where(
                imports.c.status == Status.WAITING,
                imports.c.dossier_id.not_in(busy),
                imports.c.dossier_id.not_in(running),
            )
            .distinct()
            .subquery()
        )
        due = imports.alias("due")
        first = (
            sa.select(due.c.id)
            .where(
                due.c.dossier_id == idle.c.dossier_id,
                due.c.status == Status.WAITING,
                due.c.due_at <= self._database.clock.now(),
            )
            .order_by(due.c.created_at, due.c.id)
            .limit(1)
            .scalar_subquery()
        )
        columns = (imports.c.id, imports.c.dossier_id, imports.c.domain_id, imports.c.created_at)
        return sa.select(*columns).join(idle, imports.c.id == first).subquery()

    def _run(self, import_id: str, dossier_id: int) -> None:
        try:
            if not self._stopping.is_set():
                of_firm = self._services.of_domain(self._busy[dossier_id])
                run_import(of_firm, import_id, self._held)
        except Exception:
            # Nothing could be written about it, on a full disk perhaps: its lease runs out.
            log.exception("the runner could not run an import", import_id=import_id)
        finally:
            with self._lock:
                del self._busy[dossier_id]
                self._lock.notify_all()
            self._wake.set()


def _by_domain(column: sa.ColumnElement[int], values: Mapping[int, int]) -> sa.ColumnElement[int]:
    """Return in SQL the value of a domain; 0 for those not named."""
    return sa.case(dict(values), value=column, else_=0) if values else sa.literal(0)
