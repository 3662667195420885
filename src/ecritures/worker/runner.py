"""The runner: claims due imports and runs them.

Each has a thread, which fetches its file, then waits for a child process to read it. Files are
claimed ahead of the reading only as long as none waits for a child.

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
from ecritures.imports.execution.attempt import run_claim
from ecritures.imports.execution.retry_policy import RetryPolicy
from ecritures.imports.messages import handed_back
from ecritures.imports.state import claim_import, recover, renew_leases, requeue
from ecritures.webhooks.poster import HttpPoster
from ecritures.webhooks.sender import Sender
from ecritures.worker.heartbeat import Heartbeat
from ecritures.worker.housekeeping import tidy
from ecritures.worker.recovery import SCRATCH_SECONDS, reconcile, remove_scratch
from ecritures.worker.scheduler import FairScheduler

if TYPE_CHECKING:
    from ecritures.imports.dependencies import Dependencies
    from ecritures.imports.state.claim import Claim

log = structlog.get_logger()

POLL_SECONDS = 1.0
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
        self._busy: set[Claim] = set()
        self._scheduler = FairScheduler(deps.settings.domain_imports_max)
        self._folder_lock: IO[str] | None = None
        reading = deps.settings.runner_imports_max
        self._slots = reading + deps.settings.downloads_max if reading else 0
        # One more thread than there are imports, for the housekeeping.
        self._pool = ThreadPoolExecutor(self._slots + 1, thread_name_prefix="import")
        self._tidy_at = time.monotonic()
        self._heartbeat = Heartbeat(self._deps)
        self._stopped = threading.Event()
        # `stop` ends them. If a second signal interrupts it, daemon threads do not block the exit.
        self._threads = [
            threading.Thread(target=target, name=name, daemon=True)
            for name, target in (
                ("runner", self._loop),
                ("heartbeat", self._beat),
                ("upkeep", self._keep_up),
                ("webhooks", self._send_webhooks),
            )
        ]

    def start(self) -> None:
        """Lock the data folder, requeue what a dead process left, and start.

        Raises:
            ConflictError: Another process has the folder, or does not share its storage.
        """
        if not self._database.is_shared:
            self._take_folder()
        self._heartbeat.begin()
        is_alone = self._folder_lock is not None
        recover(self._database, self._deps.settings.interruptions_max, every_lease=is_alone)
        remove_scratch(self._deps, 0 if is_alone else SCRATCH_SECONDS)
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Look for imports now: one has just been requested."""
        self._wake.set()

    def stop(self) -> None:
        """Claim no more, let running imports end, hand back the rest, unlock the folder."""
        self._stopping.set()
        self._wake.set()
        runner, *upkeep = self._threads
        if runner.is_alive():
            runner.join()
        self._let_end()
        self._pool.shutdown(wait=True)
        self._stopped.set()
        for thread in upkeep:
            if thread.is_alive():
                thread.join()
        self._heartbeat.end()
        self._deps.executor.close()
        if self._folder_lock is not None:
            self._folder_lock.close()
            self._folder_lock = None

    def _let_end(self) -> None:
        """Wait for running imports, then hand them back: their threads lose the claim and stop."""
        seconds = self._deps.settings.stop_seconds_max
        while not self._is_idle(seconds):
            for claim in self._running():
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

    def _running(self) -> frozenset[Claim]:
        with self._lock:
            return frozenset(self._busy)

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
        """Renew the leases of what runs here; nothing else may delay this."""
        lease_seconds = self._deps.settings.lease_seconds
        while not self._stopped.wait(lease_seconds / 3):
            try:
                renew_leases(self._database, self._running(), lease_seconds)
            except Exception:
                log.exception("cannot renew the leases; trying again")
            self._heartbeat.beat()

    def _keep_up(self) -> None:
        """Requeue what died elsewhere, and remove what it left."""
        while not self._stopped.is_set():
            try:
                reconcile(self._deps)
            except Exception:
                log.exception("cannot look for dead imports; trying again")
            self._stopped.wait(self._deps.settings.lease_seconds)

    def _send_webhooks(self) -> None:
        """Send the deliveries of webhooks that are due."""
        settings, jitter = self._deps.settings, self._deps.jitter
        policy = RetryPolicy.from_settings(settings)
        Sender(
            self._database,
            HttpPoster.from_settings(settings),
            lambda error, failures, asked_at, now: policy.next_attempt(
                error, failures, asked_at, now, jitter()
            ),
        ).run(self._stopped)

    def _dispatch(self) -> None:
        """Give due imports to free threads."""
        while not self._stopping.is_set():
            busy = self._running()
            if len(busy) >= self._slots or self._deps.executor.waiting:
                return
            with self._database.read() as connection:
                due = self._scheduler.next(
                    connection,
                    {(claim.domain_id, claim.state.dossier_id) for claim in busy},
                    self._database.clock.now(),
                    may_be_alone=not any(claim.state.alone for claim in busy),
                )
            if due is None or is_under_maintenance(self._database):
                return
            of_firm = self._deps.for_domain(due.domain_id)
            claim = claim_import(
                of_firm.database, due.domain_id, due.id, of_firm.settings.lease_seconds
            )
            if claim is None:  # another process was faster
                continue
            with self._lock:
                self._busy.add(claim)
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
            run_claim(of_firm, claim, self._wake.set)
        except Exception:
            # Nothing could be written about it, perhaps as the disk is full: its lease expires.
            log.exception("the runner could not run an import", import_id=claim.import_id)
        finally:
            with self._lock:
                self._busy.discard(claim)
                self._lock.notify_all()
            self._wake.set()
