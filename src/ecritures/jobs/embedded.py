"""The runner: takes due imports from the database and works them off in threads.

The same one serves both modes. On SQLite, a lock on the data folder guarantees that its process is
alone, so that what was running when a process died is put back when the next one starts. On
PostgreSQL any number of runners take from the same table: a claim is one update that one of them
wins, its lease is renewed by a heartbeat, and whoever finds a lease that ran out puts the import
back. Imports are taken in the order of their requests, one at a time for a dossier, several
dossiers at once.
"""

from __future__ import annotations

import fcntl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import IO, TYPE_CHECKING

import sqlalchemy as sa
import structlog

from ecritures.database.tables import imports
from ecritures.imports.claim import keep
from ecritures.imports.housekeeping import tidy
from ecritures.imports.run import run_import
from ecritures.jobs.reconcile import SCRATCH_SECONDS, put_back_interrupted, reconcile
from ecritures.model.errors import ConflictError
from ecritures.model.imports import Status

if TYPE_CHECKING:
    from ecritures.imports.claim import Claim
    from ecritures.imports.services import Services

log = structlog.get_logger()

POLL_SECONDS = 1.0
RECONCILE_BEATS = 3
TIDY_SECONDS = 3600.0


class Runner:
    """Delivers imports to threads of this process.

    Args:
        services: What running an import needs.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._database = services.database
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._busy: dict[int, str] = {}  # dossier → the import it is busy with
        self._folder_lock: IO[str] | None = None
        self._slots = services.settings.runner_imports_max
        # One thread more than there are imports: for the housekeeping.
        self._pool = ThreadPoolExecutor(self._slots + 1, thread_name_prefix="import")
        self._tidy_at = time.monotonic()
        self._held: set[Claim] = set()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="runner")
        self._heart = threading.Thread(target=self._beat, name="heartbeat")

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
        """Finish the imports that run, take no other, and let the folder go."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        self._pool.shutdown(wait=True)
        self._stopped.set()
        if self._heart.is_alive():
            self._heart.join()
        if self._folder_lock is not None:
            self._folder_lock.close()
            self._folder_lock = None

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
            except sa.exc.SQLAlchemyError:
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
            except sa.exc.SQLAlchemyError:
                log.exception("cannot renew the leases; trying again")

    def _dispatch(self) -> None:
        """Give due imports to free threads."""
        with self._lock:
            free, busy = self._slots - len(self._busy), set(self._busy)
        if free <= 0:
            return
        for import_id, dossier_id in self._due(busy, free):
            with self._lock:
                self._busy[dossier_id] = import_id
            self._pool.submit(self._run, import_id, dossier_id)

    def _tidy_when_due(self) -> None:
        if time.monotonic() >= self._tidy_at:
            self._tidy_at = time.monotonic() + TIDY_SECONDS
            self._pool.submit(self._tidy)

    def _tidy(self) -> None:
        try:
            tidy(self._services)
        except Exception:
            log.exception("the housekeeping failed; it comes again in an hour")

    def _due(self, busy: set[int], limit: int) -> list[tuple[str, int]]:
        """Return the first unfinished import of each idle dossier, when it is due."""
        running = imports.alias("running")
        rank = sa.func.row_number().over(
            partition_by=imports.c.dossier_id, order_by=(imports.c.created_at, imports.c.id)
        )
        first = (
            sa.select(
                imports.c.id,
                imports.c.dossier_id,
                imports.c.created_at,
                imports.c.due_at,
                rank.label("rank"),
            )
            .where(
                imports.c.status == Status.WAITING,
                imports.c.due_at <= self._database.clock.now(),
                imports.c.dossier_id.not_in(busy),
                imports.c.dossier_id.not_in(
                    sa.select(running.c.dossier_id).where(running.c.status == Status.RUNNING)
                ),
            )
            .subquery()
        )
        query = (
            sa.select(first.c.id, first.c.dossier_id)
            .where(first.c.rank == 1)
            .order_by(first.c.created_at)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [(row.id, row.dossier_id) for row in connection.execute(query)]

    def _run(self, import_id: str, dossier_id: int) -> None:
        try:
            run_import(self._services, import_id, self._held)
        except Exception:
            # Nothing could be written about it, on a full disk perhaps: its lease runs out.
            log.exception("the runner could not run an import", import_id=import_id)
        finally:
            with self._lock:
                del self._busy[dossier_id]
            self._wake.set()
