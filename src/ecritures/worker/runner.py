"""The runner: claims due imports and runs them in threads.

It works the same on both databases. On SQLite, a lock on the data folder guarantees that its
process is alone, so imports that were running when a process died are requeued when the next one
starts. On PostgreSQL, any number of runners share the same table: a claim is one update that one of
them wins, a heartbeat renews its lease, and any runner that finds an expired lease requeues the
import.
"""

from __future__ import annotations

import fcntl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import IO, TYPE_CHECKING

import sqlalchemy as sa
import structlog

from ecritures.config.folders import make_folder
from ecritures.core.errors import ConflictError, LostClaimError
from ecritures.directory.disruptions import is_under_maintenance
from ecritures.imports.attempt import run_claim
from ecritures.imports.messages import handed_back
from ecritures.imports.state import claim_import, renew_leases, requeue
from ecritures.worker.heartbeat import Heartbeat
from ecritures.worker.housekeeping import tidy
from ecritures.worker.recovery import SCRATCH_SECONDS, reconcile
from ecritures.worker.scheduler import FairScheduler

if TYPE_CHECKING:
    from ecritures.imports.claim import Claim
    from ecritures.imports.dependencies import Dependencies

log = structlog.get_logger()

POLL_SECONDS = 1.0
RECONCILE_BEATS = 3
TIDY_SECONDS = 3600.0


class Runner:
    """Delivers imports to threads of this process.

    Args:
        deps: What running an import needs.
    """

    def __init__(self, deps: Dependencies) -> None:
        self._deps = deps.for_all_domains()
        self._database = self._deps.database
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Condition()
        self._busy: set[tuple[int, int]] = set()  # dossiers with a running import
        self._scheduler = FairScheduler(deps.settings.domain_imports_max)
        self._folder_lock: IO[str] | None = None
        self._slots = deps.settings.runner_imports_max
        # One more thread than there are imports, for the housekeeping.
        self._pool = ThreadPoolExecutor(self._slots + 1, thread_name_prefix="import")
        self._tidy_at = time.monotonic()
        self._held: set[Claim] = set()
        self._heartbeat = Heartbeat(self._deps)
        self._stopped = threading.Event()
        # `stop` ends both. If a second signal interrupts it, daemon threads do not block the exit.
        self._thread = threading.Thread(target=self._loop, name="runner", daemon=True)
        self._heart = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Lock the data folder, requeue what a dead process left, and start.

        Raises:
            ConflictError: Another process has the folder, or does not share its storage.
        """
        if not self._database.is_shared:
            self._take_folder()
        self._heartbeat.begin()
        is_alone = self._folder_lock is not None
        reconcile(
            self._deps,
            is_alone=is_alone,
            scratch_seconds_min=0 if is_alone else SCRATCH_SECONDS,
        )
        self._thread.start()
        self._heart.start()

    def wake(self) -> None:
        """Look for imports now: one has just been requested."""
        self._wake.set()

    def stop(self) -> None:
        """Claim no more, let running imports end, hand back the rest, unlock the folder."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        self._let_end()
        self._pool.shutdown(wait=True)
        self._stopped.set()
        if self._heart.is_alive():
            self._heart.join()
        self._heartbeat.end()
        if self._folder_lock is not None:
            self._folder_lock.close()
            self._folder_lock = None

    def _let_end(self) -> None:
        """Wait for running imports, then hand them back: their threads lose the claim and stop."""
        seconds = self._deps.settings.stop_seconds_max
        while not self._is_idle(seconds):
            for claim in set(self._held):
                log.warning("handed back", import_id=claim.import_id)
                with suppress(
                    LostClaimError, sa.exc.SQLAlchemyError
                ):  # otherwise its lease expires
                    due_at = self._database.clock.now()
                    requeue(
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
        path = self._deps.settings.data_dir / "runner.lock"
        make_folder(path.parent)
        lock = path.open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            folder = self._deps.settings.data_dir
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
                log.exception("cannot look for imports; trying again")
            self._wake.wait(POLL_SECONDS)

    def _beat(self) -> None:
        """Renew the leases of what runs here, and requeue what died elsewhere."""
        beats = 0
        lease_seconds = self._deps.settings.lease_seconds
        while not self._stopped.wait(lease_seconds / 3):
            beats += 1
            self._heartbeat.beat()
            try:
                renew_leases(self._database, frozenset(self._held), lease_seconds)
                if beats % RECONCILE_BEATS == 0:
                    reconcile(self._deps)
            except Exception:
                log.exception("cannot renew the leases; trying again")

    def _dispatch(self) -> None:
        """Give due imports to free threads."""
        while not self._stopping.is_set():
            with self._lock:
                busy = frozenset(self._busy)
            if len(busy) >= self._slots or is_under_maintenance(self._database):
                return
            with self._database.read() as connection:
                due = self._scheduler.next(connection, busy, self._database.clock.now())
            if due is None:
                return
            of_firm = self._deps.for_domain(due.domain_id)
            claim = claim_import(
                of_firm.database, due.domain_id, due.id, of_firm.settings.lease_seconds
            )
            if claim is None:  # another process was faster
                continue
            self._held.add(claim)
            with self._lock:
                self._busy.add(_dossier_of(claim))
            self._scheduler.mark_served(due.domain_id)
            self._pool.submit(self._run, of_firm, claim)

    def _tidy_when_due(self) -> None:
        if time.monotonic() >= self._tidy_at:
            self._tidy_at = time.monotonic() + TIDY_SECONDS
            self._pool.submit(self._tidy)

    def _tidy(self) -> None:
        try:
            tidy(self._deps)
        except Exception:
            log.exception("housekeeping failed; the next one is in an hour")

    def _run(self, of_firm: Dependencies, claim: Claim) -> None:
        try:
            run_claim(of_firm, claim)
        except Exception:
            # Nothing could be written about it, perhaps as the disk is full: its lease expires.
            log.exception("the runner could not run an import", import_id=claim.import_id)
        finally:
            self._held.discard(claim)
            with self._lock:
                self._busy.discard(_dossier_of(claim))
                self._lock.notify_all()
            self._wake.set()


def _dossier_of(claim: Claim) -> tuple[int, int]:
    return claim.domain_id, claim.state.dossier_id
